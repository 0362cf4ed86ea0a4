"""What every spec is made of: fields that explain themselves, one flat form, and one sentence for a mistake."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

MOST_QUOTED = 80  # characters of a wrong value that its sentence repeats
VERSION = 2  # of the format of specs in JSON; 1 had neither cures nor several seeds


class SpecError(ValueError):
    """A spec that cannot be carried out. The message is one sentence for the person who wrote it."""


def described(default: Any, title: str, help: str, *, because: str = "", **bounds: Any) -> Any:
    """A field: its label, one line on what it does and what to expect, its bounds, and the reason for the upper one."""
    return Field(
        default,
        title=title,
        description=help,
        json_schema_extra={"because": because},
        **bounds,
    )


class Spec(BaseModel):
    """Base of every spec: frozen, closed to unknown fields, finite numbers only."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    changeable: ClassVar[tuple[str, ...]] = ()  # dotted names of what may change while a run goes on

    def flat(self) -> dict[str, Any]:
        """Every setting under its dotted name."""
        return dict(_leaves(self))

    def changes(self) -> dict[str, Any]:
        """The settings that differ from the defaults, under dotted names; what an address shows.

        Where another kind was chosen (a grid, not a ring), the defaults are that kind's own.
        """
        return dict(_changes(self, type(self)()))

    @classmethod
    def from_flat(cls, flat: Mapping[str, Any]) -> Self:
        """The inverse of `flat` and of `changes`; values may be strings.

        Raises:
            SpecError: a name is unknown, a value does not fit, or a combination makes no sense.
        """
        tree: dict[str, Any] = {}
        for name, value in flat.items():
            *holders, leaf = name.split(".")
            branch = tree
            for holder in holders:
                branch = branch.setdefault(holder, {})
                if not isinstance(branch, dict):
                    raise SpecError(f"{name!r} is not a setting of this experiment.")
            branch[leaf] = value
        return cls.checked(on_top(cls(), tree))

    def changed(self, settings: Mapping[str, Any]) -> Self:
        """The same with other values for some settings, by dotted name.

        Raises:
            SpecError: as `from_flat`.
        """
        return type(self).from_flat(self.flat() | dict(settings))

    @classmethod
    def checked(cls, values: Any) -> Self:
        """Validate `values` (a mapping, or a JSON string), raising `SpecError` instead of pydantic's own error."""
        try:
            if isinstance(values, str | bytes):
                return cls.model_validate_json(values)
            return cls.model_validate(values)
        except ValidationError as error:
            raise SpecError(_sentence(cls, error)) from None

    def json_text(self) -> str:
        """The spec as one line of JSON, every field written out, with the version of its format; see `read_spec`."""
        return json.dumps({"version": VERSION} | self.model_dump(mode="json"))


def _leaves(spec: Spec, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name in type(spec).model_fields:
        value = getattr(spec, name)
        if isinstance(value, Spec):
            yield from _leaves(value, f"{prefix}{name}.")
        elif not (prefix == "" and name == "kind"):
            yield prefix + name, value


def _changes(spec: Spec, base: Spec) -> Iterator[tuple[str, Any]]:
    """What differs from `base`, of the same kind, under dotted names."""
    for name in type(spec).model_fields:
        value, before = getattr(spec, name), getattr(base, name)
        if isinstance(value, Spec):
            if type(value) is not type(before):
                yield f"{name}.kind", value.kind
                before = type(value)()
            yield from ((f"{name}.{leaf}", inner) for leaf, inner in _changes(value, before))
        elif value != before:
            yield name, value


def on_top(base: Spec, tree: dict[str, Any]) -> dict[str, Any]:
    """`tree` with what it does not say of a group filled in from `base`, where the group is of the same kind."""
    tree = dict(tree)
    for name in type(base).model_fields:
        before, branch = getattr(base, name), tree.get(name)
        if isinstance(before, Spec) and isinstance(branch, dict):
            kind = getattr(before, "kind", None)
            if branch.get("kind", kind) == kind:  # a union needs its tag before it can be read
                tree[name] = before.model_dump() | on_top(before, branch)
    return tree


def field_at(model: type[Spec], path: tuple[str, ...]) -> tuple[str, FieldInfo | None]:
    """The dotted name and the declaration of the field at pydantic's path, which also holds tags and indices."""
    names: list[str] = []
    field = None
    for part in path:
        members = _members(model)
        holder = next((member for member in members if part in member.model_fields), None)
        if holder is not None:
            names.append(part)
            field = holder.model_fields[part]
            model = field.annotation  # type: ignore[assignment]
        elif kind := next((member for member in members if _kind(member) == part), None):
            model = kind
        elif not part.isdigit():
            return ".".join([*names, part]), None
    return ".".join(names), field


def _kind(model: type[Spec]) -> str | None:
    """The tag of a spec that is one of several kinds."""
    field = model.model_fields.get("kind")
    return field.default if field else None


def _members(model: Any) -> list[type[Spec]]:
    """The specs that a field's type may hold."""
    if isinstance(model, type):
        return [model] if issubclass(model, Spec) else []
    return [member for part in get_args(model) for member in _members(part)]


def _explains(field: FieldInfo, broken: Mapping[str, Any]) -> bool:
    """Whether a field's reason is about the bound that was broken: the upper one where there is one, else the lower."""
    upper = any(hasattr(bound, name) for bound in field.metadata for name in ("le", "lt"))
    return bool(broken.keys() & ({"le", "lt"} if upper else {"ge", "gt"}))


_WRONG = {  # what would be right, by pydantic's name for what was wrong
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "greater_than": "more than {gt}",
    "less_than": "less than {lt}",
    "literal_error": "one of {expected}",
    "union_tag_invalid": "one of {expected_tags}",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "model_type": "a group of settings",
    "model_attributes_type": "a group of settings",
    "string_type": "text",
    "string_too_short": "text of {min_length} or more characters",
    "string_too_long": "text of at most {max_length} characters",
}


def _quoted(given: Any) -> str:
    """A value as it was given, in quotes; of a long one the beginning."""
    text = str(given)
    return repr(text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…")


def _sentence(model: type[Spec], error: ValidationError) -> str:
    """The first of pydantic's complaints as one sentence: which field, what was wrong, what would be right, and why."""
    first = error.errors(include_url=False)[0]
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    if first["type"] == "json_invalid":
        return "This is not a spec: it must be a JSON object."
    dotted, field = field_at(model, tuple(str(part) for part in first["loc"]))
    if first["type"] == "extra_forbidden":
        return f"{dotted!r} is not a setting of this experiment."
    context = first.get("ctx", {})
    given = context.get("tag", first["input"])
    name = f"{field.title} ({dotted})" if field and field.title else dotted or "The spec"
    if first["type"] not in _WRONG:
        return f"{name} is {_quoted(given)}; {first['msg'][0].lower()}{first['msg'][1:]}."
    right = _WRONG[first["type"]].format(**context)
    because = field.json_schema_extra["because"] if field and _explains(field, context) else ""  # type: ignore[index]
    return f"{name} is {_quoted(given)}; it must be {right}{', because ' + because if because else ''}."
