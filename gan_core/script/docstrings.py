"""Docstrings that say nothing of arguments and errors which are gone."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Container, Iterable

from gan_core.script.files import Edit, File, apply, dropped
from gan_core.script.trees import names

WIDTH = 120


def cut_docstrings(files: Iterable[File]) -> None:
    """Cut the sentences that name something in `quotes`, and the errors, that the code knew and no longer does."""
    files = list(files)
    gone = set().union(*(file.named for file in files)).difference(*(names(file.tree) for file in files))
    for file in files:
        apply([edit for node in ast.walk(file.tree) for edit in _shorter(file, node, gone)])


def _shorter(file: File, node: ast.AST, gone: Container[str]) -> list[Edit]:
    if not isinstance(node, ast.FunctionDef | ast.ClassDef) or not ast.get_docstring(node):
        return []
    text = file.source(node.body[0]).decode()[3:-3]
    margin = " " * node.body[0].col_offset
    paragraphs = text.strip().split("\n\n")
    kept = [rest for each in paragraphs if (rest := _paragraph(each.strip("\n"), margin, gone))]
    if kept == paragraphs:
        return []
    if not kept:
        return dropped(file, node.body, [node.body[0]])
    whole = "\n\n".join(kept).strip()
    whole += f"\n{margin}" * ("\n" in whole)
    return [Edit(file, *file.span(node.body[0]), f'"""{whole}"""'.encode())]


def _paragraph(text: str, margin: str, gone: Container[str]) -> str:
    """What of a paragraph can stay; nothing, where it is of errors that are gone."""
    if text.lstrip().startswith("Raises:"):
        errors = re.findall(r"^ *(\w+):", text, re.MULTILINE)[1:]
        return text if not any(error in gone for error in errors) else ""
    if not _is_of(gone, text):
        return text
    sentences = re.split(r"(?<=\.) ", " ".join(text.split()))
    return textwrap.fill(
        " ".join(sentence for sentence in sentences if not _is_of(gone, sentence)), WIDTH,
        initial_indent=margin, subsequent_indent=margin,
    )  # fmt: skip


def _is_of(gone: Container[str], text: str) -> bool:
    quoted = " ".join(re.findall("`([^`]+)`", text))
    return any(name in gone for name in re.findall(r"[A-Za-z_]\w*", quoted))
