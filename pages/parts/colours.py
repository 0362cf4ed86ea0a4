"""The one visual language: which colour means what, on light and on dark pages.

Real is blue and round, fake is orange and pointed; both stay apart for every common colour blindness, and the shapes
tell them apart without colour. D's opinion lies on the axis between the two, with the page's own background in the
middle. A and B name two set-ups that are compared. Every colour has a contrast of at least 4.5 to its background.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Palette:
    """Colours by meaning, as hexadecimal sRGB."""

    real: str
    fake: str
    a: str
    b: str
    neutral: str


LIGHT = Palette(real="#0B62A8", fake="#B34700", a="#007A5E", b="#AA4499", neutral="#5C6270")
DARK = Palette(real="#6CB6FF", fake="#FFA34D", a="#3CCBA0", b="#DE93D0", neutral="#A9AEBB")


def css(selector: str) -> str:
    """Both palettes as CSS variables of `selector`, chosen by its attribute `data-theme`, "light" or "dark"."""
    return "\n".join(
        f'{selector}[data-theme="{theme}"] {{ '
        + " ".join(f"--{name}: {colour};" for name, colour in asdict(palette).items())
        + " }"
        for theme, palette in (("light", LIGHT), ("dark", DARK))
    )
