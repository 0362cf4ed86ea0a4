"""Several source files as one program, without what nothing in it uses.

Used is what the main file reaches by name. A method, or a field with a default, is used when code that is used reads an
attribute of its name, whatever it is an attribute of: that keeps too much at times and never too little, as long as
nobody spells attributes as text, but for `getattr` and `replace`.
"""

from __future__ import annotations

import ast
import builtins
import math
import symtable
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, partial

from gan_core.script.files import ROOT, Edit, File, cut, dropped
from gan_core.script.trees import annotated, blocks, defined, evaluated, is_at_hand, is_idle, is_read

CALLED_BY_TORCH = ("forward", "backward")


class Program:
    """A main file with all that it needs of the package."""

    def __init__(self, main: str, *, order: Iterable[str], types: str, unread: Iterable[str] = ()):
        """Read the files.

        Args:
            main: text of the main file.
            order: modules of the package. Each comes after those that it imports, otherwise in this order.
            types: a module, with those inside it, that only annotations may name; it is left out.
            unread: modules that are only needed by what will be cut; they are left out too.
        """
        self.main, self.types, self.left_out = File("", main), types, (types, *unread)
        self.files: dict[str, File] = {}
        for module in [*order, *(module for module, _ in self.main.ours.values())]:
            self._read(module)
        self.files[self.main.module] = self.main

    def _read(self, module: str) -> None:
        if module not in self.files and not self.is_left_out(module):
            file = File(module, (ROOT / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8"))
            for needed, _ in file.ours.values():
                self._read(needed)
            self.files[module] = file

    def is_of_types(self, module: str) -> bool:
        """Whether only annotations may name a module."""
        return f"{module}.".startswith(f"{self.types}.")

    def is_left_out(self, module: str) -> bool:
        return any(f"{module}.".startswith(f"{each}.") for each in self.left_out)

    def types_named(self) -> set[str]:
        """What annotations name of the module of types."""
        return {
            node.id
            for file in self.files.values()
            for node in annotated(file.tree)
            if isinstance(node, ast.Name) and self.is_of_types(file.ours.get(node.id, ("",))[0])
        }

    def prune(self) -> None:
        """Cut what nothing uses, until everything is used.

        Raises:
            ValueError: the module of types is needed at run time.
        """
        cut(lambda: Use(self).unused())

    def plain_annotations(self, instead: str) -> None:
        """Annotations without what is gone: `A | B` becomes `A`, and `specs.A`, of the module of types, `instead`."""
        for file in self.files.values():
            cut(partial(self._plainer, file, instead))

    def _plainer(self, file: File, instead: str) -> Iterator[list[Edit]]:
        def is_gone(node: ast.expr) -> bool:
            if not isinstance(node, ast.Name) or self.is_of_types(file.ours.get(node.id, ("",))[0]):
                return False
            return (node.id in file.once or node.id in file.ours) and not self.definition(file, node.id)

        for node in annotated(file.tree):
            if isinstance(node, ast.Attribute) and file.ours.get(ast.unparse(node.value)) == (self.types, ""):
                yield [Edit(file, *file.span(node), instead.encode())]
            elif isinstance(node, ast.BinOp) and is_gone(node.left):
                yield [Edit(file, file.span(node.left)[0], file.span(node.right)[0])]
            elif isinstance(node, ast.BinOp) and (is_gone(node.right) or ast.dump(node.left) == ast.dump(node.right)):
                yield [Edit(file, file.span(node.left)[1], file.span(node.right)[1])]

    def definition(self, file: File, name: str) -> tuple[File, ast.stmt] | None:
        """Where a name that a file uses is defined, if in the package."""
        while name not in file.definitions:
            module, name = file.ours.get(name, (self.types, ""))
            if self.is_left_out(module):
                return None
            file = self.files[module]
        return file, file.definitions[name]


class Use:
    """What of a program is used now."""

    def __init__(self, program: Program):
        self.program = program
        self.nodes: set[ast.AST] = set()  # statements of modules, members of classes, arguments for fields
        self.attributes: set[str] = set()  # names of those that are read
        self.calls: dict[str, list[tuple[File, ast.Call]]] = defaultdict(list)  # by the name that is called
        self.mentions: dict[str, int] = defaultdict(int)  # of a name, calls included
        self._follow()

    def _follow(self) -> None:
        main = self.program.main
        queue: list[tuple[File, ast.AST]] = [
            (main, node) for node in main.tree.body if not isinstance(node, ast.FunctionDef) or node.name == "main"
        ]
        waiting: dict[str, list[tuple[File, ast.AST]]] = defaultdict(list)  # used once something reads this name

        def read(*names: str) -> None:
            for name in names:
                self.attributes.add(name)
                queue.extend(waiting.pop(name, []))

        while queue:
            file, start = queue.pop()
            if start in self.nodes:
                continue
            self.nodes.add(start)
            optional = self.members(start)
            for node in evaluated(start, skip=optional):  # which grows on the way
                if isinstance(node, ast.Attribute) and is_read(node) and not file.is_of_module(node):
                    self.mentions[f".{node.attr}"] += 1
                    read(node.attr)
                elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    if not file.is_of_module(node.func):
                        self.calls[f".{node.func.attr}"].append((file, node))
                elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    self.calls[node.func.id].append((file, node))
                    optional |= self._given_to_fields(file, node)  # `x=spec.x` by itself is no use of a field x
                    if node.func.id == "replace":  # of dataclasses: its arguments are fields by name
                        read(*(keyword.arg for keyword in node.keywords if keyword.arg))
                    elif node.func.id == "getattr" and isinstance(node.args[1], ast.Constant):
                        read(node.args[1].value)
                elif isinstance(node, ast.Name):
                    self.mentions[node.id] += 1
                    queue += self._found(file, node.id)
            for node in annotated(start, skip=optional):
                found = self.program.definition(file, node.id) if isinstance(node, ast.Name) else None
                if found and isinstance(found[1], ast.Assign):  # a short name for a type
                    queue.append(found)
            for node, name in optional.items():
                (queue if name in self.attributes else waiting[name]).append((file, node))

    def _found(self, file: File, name: str) -> list[tuple[File, ast.stmt]]:
        module, there = file.ours.get(name, ("", name))
        if self.program.is_left_out(module) or not there:
            raise ValueError(f"{file.module} needs {name} of {module} at run time.")
        found = self.program.definition(file, name)
        return [found] if found else []

    def members(self, node: ast.AST) -> dict[ast.AST, str]:
        """The parts of a class that can go when nothing reads their name: methods, constants, fields with defaults."""
        found: dict[ast.AST, str] = {}
        fields = self._fields(node)
        for part in node.body if isinstance(node, ast.ClassDef) else ():
            if (
                isinstance(part, ast.FunctionDef)
                and not part.name.startswith("__")
                and part.name not in CALLED_BY_TORCH
            ):
                found[part] = part.name
            elif isinstance(part, ast.Assign) or part in fields:
                found[part] = defined(part)[0]
        return found

    def _fields(self, node: ast.AST) -> list[ast.AnnAssign]:
        """The fields of a dataclass that have defaults and are given by name, if at all."""
        if not isinstance(node, ast.ClassDef) or not any("dataclass" in ast.unparse(d) for d in node.decorator_list):
            return []
        fields = [part for part in node.body if isinstance(part, ast.AnnAssign)]
        return [field for place, field in enumerate(fields) if field.value and place >= self.positional[node.name]]

    def _given_to_fields(self, file: File, call: ast.Call) -> dict[ast.AST, str]:
        found = self.program.definition(file, call.func.id)
        names = [field.target.id for field in self._fields(found[1])] if found else []
        return {each: each.arg for each in call.keywords if each.arg in names and is_at_hand(each.value)}

    @cached_property
    def positional(self) -> dict[str, float]:
        """The most arguments that any call, used or not, gives to a function or class without naming them."""
        most: dict[str, float] = defaultdict(int)
        for file in self.program.files.values():
            for node in ast.walk(file.tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                    starred = any(isinstance(argument, ast.Starred) for argument in node.args)
                    name = node.func.id if isinstance(node.func, ast.Name) else f".{node.func.attr}"
                    most[name] = max(most[name], math.inf if starred else len(node.args))
        return most

    # What can go -----------------------------------------------------------------------------------------------------

    def unused(self) -> Iterator[list[Edit]]:
        """Cuts that can be made; those in one list belong together."""
        for file in self.program.files.values():
            yield dropped(file, file.tree.body, [node for node in file.tree.body if node not in self.nodes])
            for node in file.tree.body:
                if node in self.nodes and isinstance(node, ast.ClassDef):
                    members = self.members(node).keys() - self.nodes - set(self._fields(node))
                    yield dropped(file, node.body, [part for part in node.body if part in members])
                    yield from self._unread_fields(file, node)
        for file, name, function in self._functions():
            read = {each.id for each in evaluated(function) if isinstance(each, ast.Name) and is_read(each)}
            for block in blocks(function):
                yield dropped(file, block, [node for node in block if is_idle(node, read, self.attributes)])
            if name and self.mentions[name] == len(self.calls[name]) > 0:  # else it is handed around, called anywhere
                yield from self._unread_parameters(file, name, function, read)

    def _functions(self) -> Iterator[tuple[File, str, ast.FunctionDef]]:
        """Functions and methods that are used, with the name to call.

        For an __init__ it is its class; for a method that only one class has, its name after a dot; else there is none.
        """
        every = Counter(
            part.name
            for file in self.program.files.values()
            for node in file.tree.body
            for part in (node.body if isinstance(node, ast.ClassDef) else ())
            if isinstance(part, ast.FunctionDef)
        )
        for file in self.program.files.values():
            for node in file.tree.body:
                if node in self.nodes and isinstance(node, ast.FunctionDef):
                    yield file, node.name, node
                elif node in self.nodes and isinstance(node, ast.ClassDef):
                    unused = self.members(node).keys() - self.nodes
                    for part in node.body:
                        if isinstance(part, ast.FunctionDef) and part not in unused:
                            alone = f".{part.name}" if every[part.name] == 1 else ""
                            yield file, node.name if part.name == "__init__" else alone, part

    def _unread_fields(self, file: File, node: ast.ClassDef) -> Iterator[list[Edit]]:
        for field in self._fields(node):
            if field not in self.nodes:
                yield [*dropped(file, node.body, [field]), *(self._not_given(node.name, field.target.id) or ())]

    def _unread_parameters(self, file: File, name: str, function: ast.FunctionDef,
                           read: set[str]) -> Iterator[list[Edit]]:  # fmt: skip
        """Parameters that can be left out, are never given by position, and that the function does not read."""
        every, by_name = function.args.args, function.args.kwonlyargs
        given = self.positional[name] + (function.name == "__init__" or name.startswith("."))  # and self
        ends = dict(zip(every[len(every) - len(function.args.defaults) :], function.args.defaults, strict=True))
        ends = {argument: end for argument, end in ends.items() if every.index(argument) >= given}
        ends |= {a: default or a for a, default in zip(by_name, function.args.kw_defaults, strict=True)}
        for argument, end in ends.items():
            if argument.arg not in read and (cuts := self._not_given(name, argument.arg)) is not None:
                yield [without(file, [*every, *by_name], argument, end), *cuts]

    def _not_given(self, name: str, parameter: str) -> list[Edit] | None:
        """A parameter cut out of all calls; None where that would change more."""
        edits = []
        for file, call in self.calls[name]:
            for keyword in call.keywords:
                if keyword.arg == parameter:
                    edits.append(without(file, [*call.args, *call.keywords], keyword))
                if keyword.arg is None or (keyword.arg == parameter and not is_at_hand(keyword.value)):
                    return None
        return edits


def without(file: File, elements: Iterable[ast.AST], element: ast.AST, end: ast.AST | None = None) -> Edit:
    """Cut one of the elements between parentheses, with its comma; `end` is its last part, such as a default."""
    start, after = file.span(element)[0], file.span(end or element)[1]
    starts = sorted(file.span(each)[0] for each in elements)
    following = [other for other in starts if other > start]
    first, line = file.line(element.lineno)
    if line.strip() == file.text[start:after] + b",":  # alone on its line
        return Edit(file, first, first + len(line))
    if following and b"*" not in file.text[after : following[0]]:
        return Edit(file, start, following[0])
    if start == starts[0]:
        return Edit(file, start, after)
    comma = file.text.rindex(b",", 0, start)
    if file.text[:comma].rstrip().endswith(b"*"):  # the bare star before the only one that must be named
        comma = file.text.rindex(b",", 0, comma)
    return Edit(file, comma, after)


# One file ------------------------------------------------------------------------------------------------------------


def joined_imports(files: Iterable[File], types: Iterable[str] = ()) -> str:
    """The import statements that files need together: the standard library's first, then the others.

    Args:
        files: with their text as it will stand.
        types: further names that will stand for types.

    Raises:
        ValueError: two files mean different things by one name, or one of them hides a name of Python's own.
    """
    meant: dict[str, object] = dict.fromkeys(dir(builtins), "Python itself") | dict.fromkeys(
        types, "a type of settings"
    )
    whole, parts = set(), defaultdict(set)
    for file in files:
        named = global_names(symtable.symtable(file.text.decode(), file.module, "exec"))
        foreign = {name: imported for name, imported in file.foreign.items() if name in named}
        for name, meaning in [*foreign.items(), *dict.fromkeys(file.definitions, file.module).items()]:
            if meant.setdefault(name, meaning) != meaning:
                raise ValueError(f"{name} of {file.module} is {meant[name]} elsewhere; one of them needs another name.")
        for module, name, other in foreign.values():
            alias = f" as {other}" if other else ""
            if name:
                parts[module].add(name + alias)
            else:
                whole.add(f"import {module}{alias}")
    lines = sorted(whole) + [f"from {module} import {', '.join(sorted(parts[module]))}" for module in sorted(parts)]
    groups = [[], []]
    for line in lines:
        groups[line.split()[1].split(".")[0] not in sys.stdlib_module_names].append(line)
    return "\n\n".join("\n".join(group) for group in groups if group) + "\n"


def global_names(table: symtable.SymbolTable) -> set[str]:
    """The names of a module's that it uses, in whatever function; a local of the same name is another matter."""
    is_module = table.get_type() == "module"
    own = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global() or is_module}
    return own.union(*(global_names(child) for child in table.get_children()))
