"""Source files that are cut as text, at the places that the syntax tree gives: what stays keeps comments and layout."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

from gan_core.script.trees import blocks, defined, is_for_types, names

PACKAGE = "gan_core"
ROOT = Path(__file__).parent.parent
OPENED = re.compile(rb"(?:^|\n|\b(?:and|or|not|if|else|in|return|yield)|[=(\[{,+*/-]) *\(\s*\Z")  # not those of a call
CLOSED = re.compile(rb"\s*\)")
ATOMS = ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Constant  # what needs no parentheses


class Import(NamedTuple):
    """`from module import name`, or `import module` where there is no name; `other` is what follows `as`."""

    module: str
    name: str | None
    other: str | None


class File:
    """A module's text without its imports and docstring, and what stood there."""

    def __init__(self, module: str, text: str):
        """`module` is its name inside the package, such as "data.toy".

        Raises:
            ValueError: the module does something besides defining, or gives a name of the package another one.
        """
        self.module = module
        self.ours: dict[
            str, tuple[str, str]
        ] = {}  # name here: module and name where it is defined; no name: it is the module
        self.foreign: dict[str, Import] = {}  # name here: where it comes from
        self.replace(text.encode())
        self.once, self.named = set(self.definitions), names(self.tree)  # before anything is cut: defined, and all
        self.docstring = ast.get_docstring(self.tree) or ""
        for_types = [node for node in self.tree.body if isinstance(node, ast.If) and is_for_types(node)]
        imports = [node for node in self.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        for node in [*imports, *(node for block in for_types for node in block.body)]:
            self._take(node)
        apply(dropped(self, self.tree.body, [*self.tree.body[: bool(self.docstring)], *imports, *for_types]))
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import | ast.ImportFrom) or (node in self.tree.body and not defined(node)):
                raise ValueError(f"{module}: {ast.unparse(node)!r} cannot be joined with other files.")

    def _take(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            module = node.module if isinstance(node, ast.ImportFrom) else alias.name
            name = alias.name if isinstance(node, ast.ImportFrom) else None
            here = alias.asname or alias.name
            if module.split(".")[0] != PACKAGE:
                self.foreign[here] = Import(module, name, alias.asname)
            elif name is None or alias.asname:
                raise ValueError(f"{self.module}: {ast.unparse(node)!r} gives a name of the package another one.")
            elif module == PACKAGE:
                self.ours[here] = (name, "")
            else:
                self.ours[here] = (module.removeprefix(f"{PACKAGE}."), name)

    def is_of_module(self, node: ast.Attribute) -> bool:
        """Whether it is something of a module from elsewhere, such as np.load."""
        imported = self.foreign.get(ast.unparse(node.value))
        return imported is not None and imported.name is None

    def replace(self, text: bytes) -> None:
        """Take another text."""
        self.text, self.tree = text, ast.parse(text)
        self._starts = [0, *accumulate(map(len, text.splitlines(keepends=True)))]
        self.definitions = {name: node for node in self.tree.body for name in defined(node)}

    def span(self, node: ast.AST, around: bool = False) -> tuple[int, int]:
        """First byte, and the one after the last; with the parentheses `around` an expression that are its own."""
        start = self._starts[node.lineno - 1] + node.col_offset
        end = self._starts[node.end_lineno - 1] + node.end_col_offset
        if around:
            while OPENED.search(self.text[:start]) and (closed := CLOSED.match(self.text, end)):
                start, end = self.text.rindex(b"(", 0, start), closed.end()
        return start, end

    def source(self, node: ast.AST) -> bytes:
        start, end = self.span(node)
        return self.text[start:end]

    def line(self, number: int) -> tuple[int, bytes]:
        """First byte and text of a line, counted from 1 as the tree does."""
        return self._starts[number - 1], self.text[self._starts[number - 1] : self._starts[number]]

    def lines(self, first: ast.stmt, last: ast.stmt | None = None) -> tuple[int, int]:
        """Whole lines from one statement to another, with decorators and the comments right above."""
        start = min([first.lineno, *(node.lineno for node in getattr(first, "decorator_list", ()))])
        while start > 1 and self.line(start - 1)[1].lstrip().startswith(b"#"):
            start -= 1
        return self._starts[start - 1], self._starts[(last or first).end_lineno]


class Edit(NamedTuple):
    """Text in the place of a file's bytes from `start` to before `end`."""

    file: File
    start: int
    end: int
    text: bytes = b""

    def overlaps(self, other: Edit) -> bool:
        return self.file is other.file and self.start < other.end and other.start < self.end


def apply(edits: Iterable[Edit]) -> None:
    """Make edits that do not overlap."""
    of_file: dict[File, list[Edit]] = defaultdict(list)
    for edit in edits:
        of_file[edit.file].append(edit)
    for file, own in of_file.items():
        text = file.text
        for edit in sorted(own, key=lambda edit: edit.start, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        file.replace(text)


def cut(find: Callable[[], Iterable[list[Edit]]]) -> None:
    """Make the edits that `find` finds, until it finds none.

    The edits of one list are made together or not at all: if one overlaps an earlier one, all wait for another round.
    """
    while True:
        edits: list[Edit] = []
        for together in find():
            if not any(edit.overlaps(other) for edit in together for other in edits):
                edits += together
        if not edits:
            return
        apply(edits)


def dropped(file: File, block: list[ast.stmt], unwanted: Iterable[ast.stmt]) -> list[Edit]:
    """Cut statements out of a block; `pass` stands where that empties it."""
    unwanted = list(unwanted)
    edits = [Edit(file, *file.lines(node)) for node in unwanted]
    if edits and len(edits) == len(block) and block is not file.tree.body:
        edits[-1] = edits[-1]._replace(text=b" " * block[0].col_offset + b"pass\n")
    return edits


def keep_rows(file: File, table: str, keys: Iterable[str]) -> None:
    """Leave only some rows of a dictionary that a file writes out."""
    literal, wanted = file.definitions[table].value, set(keys)
    rows = [
        b"    %s: %s,\n" % (file.source(key), file.source(value))
        for key, value in zip(literal.keys, literal.values, strict=True)
        if key.value in wanted
    ]
    apply([Edit(file, *file.span(literal), b"{\n" + b"".join(rows) + b"}" if rows else b"{}")])


# Conditions that are decided -----------------------------------------------------------------------------------------


def settle(file: File, known: Mapping[str, bool]) -> None:
    """Put the branch that is taken in the place of every `if` that `known` decides.

    Args:
        known: truth by condition, spelt as `ast.unparse` spells it, such as "rules.loss.pairs" or "how == 'xavier'".
    """
    cut(lambda: _settled(file, known))


def _settled(file: File, known: Mapping[str, bool]) -> Iterator[list[Edit]]:
    for block in blocks(file.tree):
        for index, node in enumerate(block):
            if isinstance(node, ast.If) and (truth := _truth(node.test, known)) is not None:
                yield [_branch(file, block, node, truth)]
            elif isinstance(node, ast.Return) and index + 1 < len(block):  # what follows is no longer reached
                yield dropped(file, block, block[index + 1 :])
    for node in ast.walk(file.tree):
        if isinstance(node, ast.If | ast.IfExp) and isinstance(node.test, ast.BoolOp):
            *_, before, last = node.test.values
            if _truth(last, known) is isinstance(node.test.op, ast.And):  # a condition is not used as a value
                yield [Edit(file, file.span(before, around=True)[1], file.span(last, around=True)[1])]
        if isinstance(node, ast.IfExp) and (truth := _truth(node.test, known)) is not None:
            taken = node.body if truth else node.orelse
            yield [Edit(file, *file.span(node, around=isinstance(taken, ATOMS)), file.source(taken))]
        elif isinstance(node, ast.BoolOp):
            yield from _operands(file, node, known)
        elif isinstance(node, ast.BinOp) and _is_nothing(node):
            yield [Edit(file, file.span(node.left, around=True)[1], file.span(node.right, around=True)[1])]
        elif isinstance(node, ast.Starred) and ast.unparse(node) == "*()":
            start, end = file.span(node)
            yield [Edit(file, file.text.rindex(b",", 0, start), end)]


def _truth(node: ast.expr, known: Mapping[str, bool]) -> bool | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        truth = _truth(node.operand, known)
        return None if truth is None else not truth
    if isinstance(node, ast.BoolOp):
        decisive = isinstance(node.op, ast.Or)  # one true operand decides an `or`, one false operand an `and`
        truths = [_truth(value, known) for value in node.values]
        return decisive if decisive in truths else None if None in truths else not decisive
    return known.get(ast.unparse(node))


def _is_nothing(node: ast.BinOp) -> bool:
    """Whether something is `+ 0` or `* 1`, which is what is left of a condition."""
    neutral = {ast.Add: 0, ast.Mult: 1}.get(type(node.op))
    return isinstance(node.right, ast.Constant) and type(node.right.value) is int and node.right.value == neutral


def _operands(file: File, node: ast.BoolOp, known: Mapping[str, bool]) -> Iterator[list[Edit]]:
    """`known or unknown` becomes one of the two, and likewise `and`. The last one stays, as it may be the value."""
    for value, after in pairwise(node.values):
        if (truth := _truth(value, known)) is not None:
            (start, end), (next_start, next_end) = (file.span(each, around=True) for each in (value, after))
            decisive = truth is isinstance(node.op, ast.Or)
            yield [Edit(file, end, next_end) if decisive else Edit(file, start, next_start)]


def _branch(file: File, block: list[ast.stmt], node: ast.If, truth: bool) -> Edit:
    """One branch of an `if` or `elif` instead of the whole. What is left of a chain stays a chain."""
    start, (_, end) = file.line(node.lineno)[0], file.lines(node)
    margin = b" " * node.col_offset
    taken = node.body if truth else node.orelse
    if file.source(node).startswith(b"elif"):
        if not truth:
            return Edit(file, start, _clause(file, node) if node.orelse else end)
        return Edit(file, start, end, margin + b"else:\n" + file.text[slice(*file.lines(taken[0], taken[-1]))])
    if not taken:
        return dropped(file, block, [node])[0]
    if file.source(taken[0]).startswith(b"elif"):
        return Edit(file, start, file.span(taken[0])[0] + len(b"el"), margin)
    first, last = file.lines(taken[0], taken[-1])
    lines = file.text[first:last].splitlines(keepends=True)
    return Edit(file, start, end, b"".join(line.removeprefix(b" " * 4) for line in lines))


def _clause(file: File, node: ast.If) -> int:
    """First byte of the line of the `elif` or `else` that follows a branch."""
    number = node.orelse[0].lineno
    while not file.line(number)[1].lstrip().startswith((b"elif", b"else")):
        number -= 1
    return file.line(number)[0]


def agreed(text: str, *truths: object) -> dict[str, bool]:
    """What `settle` is to know of a condition where all of these agree on it, else nothing."""
    return {text: bool(truths[0])} if len(set(map(bool, truths))) == 1 else {}


def never(holds: bool, *conditions: str) -> dict[str, bool]:
    """What `settle` is to know of conditions that never hold in this run; in others they do at times, or in part."""
    return dict.fromkeys(conditions, False) if holds else {}


# Layout --------------------------------------------------------------------------------------------------------------


def tidy(text: str) -> str:
    """No headings without anything under them, no gaps, no words for tools."""
    text = re.sub(r"  # (fmt: skip|type: ignore.*)$", "", text, flags=re.MULTILINE)
    heading = re.compile(r"(?:(?<=\n\n)|\A)( *)#.*\n(?:\1#.*\n)*\n+(?=\1#.*\n(?:\1#.*\n)*\n|(?!\1)|\Z)")
    while heading.search(text):
        text = heading.sub("", text)
    text = re.sub(r"\n{3,}(?= )", "\n\n", text)
    text = re.sub(r"(?<=[^\n])\n\n(?=def |class |@)", "\n\n\n", text)
    return re.sub(r"\n{3,}", "\n\n\n", text).strip("\n") + "\n"
