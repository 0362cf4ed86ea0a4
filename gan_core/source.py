"""The source of the functions that run, read from the files they stand in. Torch-free: nothing is imported."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


def source_of(path: str, name: str) -> str:
    """The text of a function, class or assignment; `Class.method` for a method.

    Args:
        path: of the file inside gan_core, such as "losses.py".
        name: as the code names it.
    """
    text, tree = _read(path)
    body: list[ast.stmt] = tree.body
    node: ast.stmt | None = None
    for part in name.split("."):
        node = next(n for n in body if getattr(n, "name", None) == part)
        body = getattr(node, "body", [])
    lines = text.splitlines()[node.lineno - 1 : node.end_lineno]  # type: ignore[union-attr]
    return "\n".join(line[node.col_offset :] for line in lines)  # type: ignore[union-attr]


def loss_functions(loss: str) -> tuple[str, str]:
    """The names of D's and G's functions in a row of `losses.LOSSES`."""
    _, tree = _read("losses.py")
    table = next(n.value for n in tree.body if isinstance(n, ast.AnnAssign) and n.target.id == "LOSSES")  # type: ignore
    row = next(v for k, v in zip(table.keys, table.values, strict=True) if k.value == loss)  # type: ignore
    return row.args[0].id, row.args[1].id


@cache
def _read(path: str) -> tuple[str, ast.Module]:
    text = (_HERE / path).read_text(encoding="utf-8")
    return text, ast.parse(text)
