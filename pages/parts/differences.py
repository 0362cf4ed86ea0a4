"""What differs between two set-ups, in words."""

from __future__ import annotations

from gan_core.specs import ToySpec
from pages.parts.settings import title_of, value_text


def differences(a: ToySpec, b: ToySpec) -> list[tuple[str, str, str]]:
    """Every setting in which B differs: its title, A's value, B's value, as a visitor reads them."""
    of_b = b.flat()
    return [
        (title_of(name), value_text(value), value_text(of_b[name]))
        for name, value in a.flat().items() if of_b[name] != value
    ]  # fmt: skip
