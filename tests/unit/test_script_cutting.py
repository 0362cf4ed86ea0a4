"""Cutting source text: settling a condition changes nothing else, what is unused goes, odd files are refused."""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from gan_core.script.docstrings import cut_docstrings
from gan_core.script.files import File, keep_rows, settle, tidy
from gan_core.script.program import Program, joined_imports

CHAIN = """
def f(a, b, c):
    # why
    if a:  # first
        x = 1
    # second
    elif b:
        x = 2
        if not c or a:
            return x
        x += 10
    else:
        # last
        x = 3 if c else 4
    y = (a or (b if c else x)) and (x or c)
    z = 2 * ((x or 3) if b else 4) + (x if c else 7)
    return y, z, (b or x) if a and c else [x, *(() if b else (5,))]
"""


@pytest.mark.parametrize("truths", list(product((True, False, None), repeat=3)), ids=str)
def test_a_condition_that_is_settled_changes_nothing_else(truths: tuple[bool | None, ...]) -> None:
    known = {name: truth for name, truth in zip("abc", truths, strict=True) if truth is not None}
    file, before, after = File("f", CHAIN), {}, {}
    settle(file, known)
    exec(CHAIN, before)
    exec(file.text, after)
    for values in product((True, False), repeat=3):
        arguments = dict(zip("abc", values, strict=True)) | known
        assert before["f"](**arguments) == after["f"](**arguments)
    asked = {ast.unparse(node.test) for node in ast.walk(file.tree) if isinstance(node, ast.If | ast.IfExp)}
    assert not asked & known.keys()


def test_parentheses_go_with_what_they_are_round() -> None:
    file = File("f", "def f(a, b):\n    return a or (b.c if b else g(a)), 2 * (a if b else (c or 1))\n")
    settle(file, {"a": False, "b": False})
    assert file.text == b"def f(a, b):\n    return g(a), 2 * (c or 1)\n"


def test_what_is_left_of_a_sum_is_no_sum() -> None:
    file = File("f", "def f(a, b):\n    return b + (3 if a else 0), b * (2 if a else 1), b - (1 if a else 0), b + 1\n")
    settle(file, {"a": False})
    assert file.text == b"def f(a, b):\n    return b, b, b - 0, b + 1\n"


DOCUMENTED = '''
class A:
    """Stays as it is, `b` and all, and so does what nobody ever knew, such as `topk`.

    Goes, as `gone` does.
    """

    def method(self, b):
        """`gone`: not there. `b`: there.

        Raises:
            GoneError: is never raised any more.
        """
        return b

    def other(self):
        """Only of `gone`."""
        raise ValueError

    def refuses(self):
        """All stays.

        Raises:
            ValueError: as `other`.
        """
        self.other()


def gone():
    raise GoneError
'''

SHORTER = '''
class A:
    """Stays as it is, `b` and all, and so does what nobody ever knew, such as `topk`."""

    def method(self, b):
        """`b`: there."""
        return b

    def other(self):
        raise ValueError

    def refuses(self):
        """All stays.

        Raises:
            ValueError: as `other`.
        """
        self.other()
'''


def test_docstrings_do_not_speak_of_what_is_gone() -> None:
    file = File("f", DOCUMENTED)
    file.replace(DOCUMENTED[: DOCUMENTED.index("\n\ndef gone")].encode())
    cut_docstrings([file])
    assert tidy(file.text.decode()) == SHORTER.lstrip("\n")


LIBRARY = """
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gan_core.specs import Ring

if TYPE_CHECKING:
    from gan_core.nowhere import Elsewhere

Points = list[int]  # a name for a type
USED, UNUSED = 1, 2
ALONE = 3


@dataclass
class Settings:
    first: int
    second: int = 2  # goes
    third: int = 3
    fourth: int = field(default=ALONE)
    fifth: int = 5


class Thing:
    size = 5
    other = 6

    # A heading

    def __init__(self, a: Points, b: int = 1, *, c: int = 2, d: int = 3):
        self.kept, self.spare = a, b
        self.lost = c

    # Another heading

    def method(self) -> Thing | Gone | None:
        "Says how large it is."
        return self.kept, self.size

    def spare_method(self) -> int:
        return self.spare_method()


class Gone:
    pass


def make(spec: Ring, *, unread: int = 0, away: Elsewhere | None = None) -> Thing:
    spared = [value for value in spec.values()]
    given = Settings(1, second=spec.second, third=spec.third)
    given = replace(given, fourth=4)
    idle = spec.other
    _ = spec.looked_at
    named = getattr(given, "fifth", 0)
    return Thing([given.third, given.first, USED, named], c=spec.c, d=spec.second)


def nobody() -> None:
    return UNUSED
"""

LEFT = """
Points = list[int]  # a name for a type
USED, UNUSED = 1, 2
ALONE = 3


@dataclass
class Settings:
    first: int
    third: int = 3
    fourth: int = field(default=ALONE)
    fifth: int = 5


class Thing:
    size = 5

    # A heading

    def __init__(self, a: Points, b: int = 1):
        self.kept, self.spare = a, b

    # Another heading

    def method(self) -> Thing | None:
        "Says how large it is."
        return self.kept, self.size


def make(spec: Ring) -> Thing:
    given = Settings(1, third=spec.third)
    given = replace(given, fourth=4)
    _ = spec.looked_at
    named = getattr(given, "fifth", 0)
    return Thing([given.third, given.first, USED, named])
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Program]:
    """Makes a program out of modules of the test's own."""

    def make(main: str, **modules: str) -> Program:
        for name, text in modules.items():
            (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        return Program(main, order=[], types="specs", unread=["nowhere"])

    monkeypatch.setattr("gan_core.script.program.ROOT", tmp_path)
    return make


def test_what_nothing_uses_is_cut(program: Callable[..., Program]) -> None:
    made = program("from gan_core.library import make\nx = make(None, unread=1).method()\n", library=LIBRARY)
    made.prune()
    made.plain_annotations(instead="object")
    assert tidy(made.files["library"].text.decode()) == LEFT.lstrip("\n")
    assert made.main.text == b"x = make(None).method()\n"
    assert joined_imports(made.files.values()) == "from dataclasses import dataclass, field, replace\n"


METHODS = """
import numpy as np


class Store:
    def __init__(self, x):
        self.x = x
        self.known: dict[str, int] = {}  # goes

    def load(self):
        return self.x

    def shown(self, twice: bool = False, *, masked: bool = True) -> int:
        found = self.x.get("y")
        return self.x

    def both(self, twice: bool = False) -> int:
        return self.x


class Other:
    def both(self, twice: bool = False) -> int:
        return 2 if twice else 1

    def __call__(self, of_torch: int = 0) -> int:
        return np.load("x")


def use(y):
    store = Store(y)
    return store.shown(masked=False), store.both(twice=True), Other().both(twice=True), Other()()
"""


def test_methods_lose_what_only_they_have_and_nobody_reads(program: Callable[..., Program]) -> None:
    made = program("from gan_core.library import use\nx = use(1)\n", library=METHODS)
    made.prune()
    left = made.files["library"].text.decode()
    assert "def shown(self) -> int:\n        return self.x\n" in left and "store.shown()" in left
    assert left.count("both(self, twice: bool = False)") == 2  # one of them reads it, and calls do not say which it is
    assert "def __call__(self, of_torch: int = 0)" in left
    assert "def load(" not in left  # np.load is something else
    assert "known" not in left


def test_a_condition_can_end_with_what_is_settled() -> None:
    file = File(
        "f", "def f(a, b):\n    if b and a:\n        return 1\n    return (2 if (b) or not (a) else 3), b and a\n"
    )
    settle(file, {"a": True})
    assert file.text == b"def f(a, b):\n    if b:\n        return 1\n    return (2 if (b) else 3), b and a\n"


@pytest.mark.parametrize(
    ("one", "two", "refused"),
    [
        ("def f(): return 1", "def f(): return 2\ndef x(): return f", "f of two is one elsewhere"),
        ("def f(): return 1", "from math import pi as f\nx = f", "f of"),
        ("from math import pi\nf = pi", "from cmath import pi\nx = pi", "pi of"),
        ("def f(): return 1", "def len(x): return 2", "len of two is Python itself elsewhere"),
        ("def f(): return 1", "print(1)", "'print\\(1\\)' cannot be joined"),
        ("def f(): return 1", "def x():\n    import math", "'import math' cannot be joined"),
        ("def f(): return 1", "from gan_core.one import f as g\nx = g", "another one"),
        ("def f(): return 1", "from gan_core.specs import Ring\nx = Ring", "two needs Ring of specs at run time"),
        (
            "from gan_core.specs import Ring\ndef f(x: Ring): pass",
            "class Ring: pass",
            "Ring of two is a type of settings",
        ),
        ("def f(): return 1", "from gan_core import one\nx = one.f", "two needs one of one at run time"),
        ("def f(): return 1", "from gan_core.nowhere import y\nx = y", "needs y of nowhere at run time"),
    ],
)
def test_what_cannot_be_joined_is_refused(program: Callable[..., Program], one: str, two: str, refused: str) -> None:
    name = getattr(ast.parse(two).body[-1], "name", "x")
    with pytest.raises(ValueError, match=refused):
        made = program(f"from gan_core.one import f\nfrom gan_core.two import {name}\ny = f, {name}", one=one, two=two)
        made.prune()
        joined_imports(made.files.values(), made.types_named())


def test_rows_of_a_table() -> None:
    file = File("f", 'T: dict = {\n    "a": f(1,\n      2), "b": 3,  # what\n}\n')
    keep_rows(file, "T", ["a"])
    assert file.text == b'T: dict = {\n    "a": f(1,\n      2),\n}\n'
    keep_rows(file, "T", [])
    assert file.text == b"T: dict = {}\n"
