"""A program that was cut, written out as one file: what it is, the settings it runs with, and each part's own text."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Container, Sequence
from typing import Any, Literal, get_origin

from gan_core import specs
from gan_core.events import Change
from gan_core.script.docstrings import cut_docstrings
from gan_core.script.files import File, tidy
from gan_core.script.program import Program, joined_imports
from gan_core.specs import Spec

WIDTH = 120
NOT_SETTINGS = ("kind", "start")  # of a spec, though parts of a game have attributes of these names
SHOWN = 60  # characters of a setting in the header; a drawing has up to 800

HEADER = '''\
"""A run of GAN Classroom: {about}
Needs Python 3.11 or newer, {needs}.

{same}

{settings}

{joined}

Licensed under the Apache License, Version 2.0: https://www.apache.org/licenses/LICENSE-2.0
"""

# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

'''

LIBRARIES = {"torch": "PyTorch", "numpy": "NumPy", "PIL": "Pillow"}  # by what is imported
SAME = """\
Same machine and library versions: same numbers as in the app. Elsewhere the last digits differ at first, and {what} \
makes more of them as it goes on.
"""
JOINED = """\
The code is the app's own (gan_core), joined into one file, without what this run does not use. To change a number, \
edit SPEC; for {other}, export another script.
"""


def written(
    program: Program, spec: Spec, about: str, words: str, also: str = "", read: Container[str] = (),
    unread: Container[str] = NOT_SETTINGS, what: str = "a GAN",
    other: str = "another loss, other data or a cure that is not here",
) -> str:  # fmt: skip
    """The whole script.

    Args:
        program: cut to what is used.
        about: what the script is and how to run it, the end of its first line and paragraphs.
        words: on the settings, for people.
        also: further constants, in Python, to stand below SPEC.
        read: dotted names of settings that the code reads though it does not spell them.
        unread: settings of the spec that the code does not read, though attributes of something else have their names.
        what: it is that is run.
        other: things that no edit of SPEC brings.
    """
    files = program.files.values()
    program.plain_annotations(instead="SimpleNamespace")
    cut_docstrings(files)
    imports = joined_imports(files, program.types_named())
    names = [name for module, name in LIBRARIES.items() if re.search(rf"^(import|from) {module}\b", imports, re.M)]
    needs = " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
    same, joined = (textwrap.fill(text, WIDTH) for text in (SAME.format(what=what), JOINED.format(other=other)))
    parts = [
        HEADER.format(about=about, needs=needs, same=same, settings=words, joined=joined),
        imports + "\n",
        _literal(spec, _names_read(program), read, unread) + "\n",
        also + "\n" * bool(also),
        _types(program) + "\n\n",
        *(_section(file, program) + "\n\n" for file in files if file.tree.body),
        'if __name__ == "__main__":\n    main()\n',
    ]
    return "".join(parts)


def settings_in_words(spec: Spec) -> str:
    changes = spec.changes()
    lines = ["Settings that differ from the app's defaults:" if changes else "All settings are the app's defaults."]
    if changes:
        lines.append("")
    for name, value in changes.items():
        lines.append(f"    {name} = {textwrap.shorten(str(value), SHOWN, placeholder='...')}")
    return "\n".join(lines)


def _names_read(program: Program) -> set[str]:
    """Every attribute that the code reads, and every text in it, since some settings are read by `getattr`."""
    nodes = [node for file in program.files.values() for node in ast.walk(file.tree)]
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return attributes | {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _literal(spec: Spec, names: Container[str], dotted: Container[str], unread: Container[str]) -> str:
    """The settings that the code reads, as a nested dictionary with a comment on each."""
    lines = ["SPEC = {"]

    def write(group: Spec, margin: str, prefix: str = "") -> None:
        for name, field in type(group).model_fields.items():
            value = getattr(group, name)
            if (name not in names and prefix + name not in dotted) or (group is spec and name in unread):
                continue
            if isinstance(value, Spec):
                lines.append(f'{margin}"{name}": {{')
                write(value, margin + "    ", f"{prefix}{name}.")
                lines[-1:] = [lines[-1], f"{margin}}},"] if not lines[-1].endswith("{") else []
            else:
                lines.append(f'{margin}"{name}": {python(value)},')
                if field.description:
                    comment = f"  # {field.description.partition('. ')[0].rstrip('.')}"
                    lines[-1] += comment if len(lines[-1] + comment) <= WIDTH else ""

    write(spec, "    ")
    return "\n".join([*lines, "}"]) + "\n"


def python(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(python, value))}{',' * (len(value) == 1)})"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def changes_by_step(changes: Sequence[Change]) -> str:
    """The changes as a dictionary by step; nothing where there are none."""
    by_step: dict[int, dict[str, Any]] = {}
    for change in changes:
        by_step[change.step] = by_step.get(change.step, {}) | change.settings
    lines = [
        f"    {step}: {{{', '.join(f'{python(name)}: {python(value)}' for name, value in values.items())}}},"
        for step, values in sorted(by_step.items())
    ]
    head = "# What was changed on the way, by the step that it is in force from."
    return "\n".join([head, "CHANGES = {", *lines, "}"]) + "\n" if lines else ""


def _types(program: Program) -> str:
    """Names for what annotations call the parts of SPEC."""
    used = program.types_named()
    texts = sorted(name for name in used if get_origin(getattr(specs, name)) is Literal)
    groups = sorted(used - set(texts))
    lines = ["# What annotations call the settings in SPEC."]
    lines += [" = ".join([*names, kind]) for names, kind in ((groups, "SimpleNamespace"), (texts, "str")) if names]
    return "\n".join(lines) + "\n"


def _section(file: File, program: Program) -> str:
    """A file's text under its name and what its docstring says of it."""
    title = f"# gan_core/{file.module.replace('.', '/')}.py " if file.module else "# The run "
    code = "\n".join(each.text.decode() for each in program.files.values())
    paragraphs = [
        textwrap.indent(text if text.startswith(" ") else textwrap.fill(text, WIDTH - 2), "# ") + "\n"
        for text in file.docstring.split("\n\n")
        if text and _is_about(text, code)
    ]
    return "\n".join([title.ljust(WIDTH, "-"), "#\n".join(["", *paragraphs]), "", tidy(file.text.decode())])


def _is_about(paragraph: str, code: str) -> bool:
    """Whether all that a paragraph names in `quotes` is there, and it speaks of no file."""
    names = re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", paragraph)))
    return not re.search(r"\w\.py\b", paragraph) and all(re.search(rf"\b{name}\b", code) for name in names)
