"""Reading a syntax tree: what it defines, what of it is evaluated, what could go without a trace."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator


def defined(node: ast.AST) -> list[str]:
    """The names that a statement of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]


def names(tree: ast.AST) -> set[str]:
    """Every name in a tree, of whatever: variables, attributes, arguments, definitions."""
    found = (getattr(node, field, None) for node in ast.walk(tree) for field in ("id", "attr", "arg", "name"))
    return {name for name in found if isinstance(name, str)}


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements in a tree."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            if isinstance(block := getattr(node, name, None), list) and block:
                yield block


def evaluated(node: ast.AST, skip: Container[ast.AST] = ()) -> Iterator[ast.AST]:
    """A node and all in it but annotations, which nothing evaluates."""
    yield node
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and child not in skip and name not in ("annotation", "returns"):
                yield from evaluated(child, skip)


def annotated(node: ast.AST, skip: Container[ast.AST] = ()) -> Iterator[ast.AST]:
    """What stands in the annotations in a node."""
    for part in evaluated(node, skip):
        for annotation in (getattr(part, "annotation", None), getattr(part, "returns", None)):
            if annotation:
                yield from ast.walk(annotation)


def is_read(node: ast.Name | ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Load)


def is_for_types(node: ast.If) -> bool:
    """Whether a condition holds for those who check types, and never when the code runs."""
    return ast.unparse(node.test) == "TYPE_CHECKING"


def is_at_hand(value: ast.expr) -> bool:
    """Whether nothing happens when an expression is no longer evaluated."""
    calls = [ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(value) if isinstance(node, ast.Call)]
    return set(calls) <= {"getattr", "get", "values", "items"}


def is_given(call: ast.Call, name: str) -> bool:
    """Whether a call gives an argument of this name a constant that is true."""
    return any(each.arg == name and getattr(each.value, "value", False) for each in call.keywords)


def is_idle(node: ast.stmt, read: Container[str], attributes: Container[str]) -> bool:
    """Whether a statement only sets a local or an attribute of self that nothing reads. `_ = x.y` is there to look."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    if len(targets) != 1 or node.value is None or not is_at_hand(node.value):
        return False
    target = targets[0]
    if isinstance(target, ast.Attribute):
        return ast.unparse(target.value) == "self" and target.attr not in attributes
    return isinstance(target, ast.Name) and target.id not in read and target.id != "_"
