"""The two networks of a picture GAN drawn to scale, as SVG text: from the latent to the picture, and on to D's verdict.

A slab is as high as its maps have pixels a side (by the square root) and as wide as there are of them (by the
logarithm). Takes what `gan_core.layers.layers` returns. Torch-free.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from gan_core.figures.picture import LIGHT, Colours, mix, rgb

Layer = Mapping[str, Any]  # name, shape and parameters, as a row of `gan_core.layers.layers`

HIGH, BAR = 132, 9  # of the highest slab, and across a row of numbers; in pixels, as all that follows
LEAST, MOST = 76, 112  # from one slab to the next, side by side
WIDEST = 1240  # side by side, unless so many slabs need more
TALL, WIDE, LEFT = 28, 360, 82  # one below the other: an arrow's length, the whole's width, the middle of the slabs
LETTER = 0.6  # width of a letter, as a share of its height; of a wide font, as nobody knows which one it will be
SHAPE, DOES, HEAD = 13, 12, 14  # heights of letters: of a shape, of what an arrow does, of a player's name
LEAN = 0.16  # of a slab's depth, as a share of its side


class Player(NamedTuple):
    """One network as a list of layers, what goes in being the first."""

    letter: str
    layers: Sequence[Layer]
    colour: str

    @property
    def parameters(self) -> int:
        return sum(layer["parameters"] for layer in self.layers)


def networks(generator: Sequence[Layer], discriminator: Sequence[Layer], colours: Colours = LIGHT,
             narrow: bool = False, words: Mapping[str, str] = {}) -> str:  # fmt: skip
    """Both players with the picture between them: G in the fakes' colour, D in a neutral one.

    Args:
        generator, discriminator: layers from what goes in to what comes out; G ends and D begins with the picture.
        narrow: one below the other in 360 pixels, for a phone; otherwise side by side.
        words: translations of layers' names and of "parameters", by the English ones.
    """
    neutral = _hex(mix(rgb(colours.background), rgb(colours.ink), 0.62))
    players = Player("G", generator, colours.fake), Player("D", discriminator, neutral)
    return (_Below if narrow else _Beside)(players, colours, words).svg()


class _Drawing:
    """What both layouts have in common. Slabs are a list: G's, the picture, D's."""

    def __init__(self, players: tuple[Player, Player], colours: Colours, words: Mapping[str, str]):
        self.players, self.colours, self.words = players, colours, words
        generator, discriminator = players
        self.layers = [*generator.layers, *discriminator.layers[1:]]
        self.picture = len(generator.layers) - 1  # its place
        self.largest = max(max(layer["shape"][1:], default=1) for layer in self.layers)
        self.quiet = _hex(mix(rgb(colours.background), rgb(colours.ink), 0.74))
        self.parts: list[str] = []

    def colour(self, place: int) -> str:
        return self.players[place > self.picture].colour

    def said(self, layer: Layer) -> str:
        """What makes it, in the words of the page."""
        return self.words.get(layer["name"], layer["name"])

    def high(self, layer: Layer) -> float:
        """Along the sides of the maps; of a row of numbers by how many they are."""
        if len(layer["shape"]) == 1:
            return 22 + 9 * math.log2(layer["shape"][0])
        return HIGH * math.sqrt(layer["shape"][1] / self.largest)

    def thick(self, layer: Layer) -> float:
        """Across: how many maps there are."""
        return 6 + 3.4 * math.log2(layer["shape"][0]) if len(layer["shape"]) > 1 else BAR

    def named(self, player: Player) -> str:
        return f"{player.letter} · {player.parameters:,} {self.words.get('parameters', 'parameters')}"

    # Shapes ----------------------------------------------------------------------------------------------------------

    def layer(self, place: int, x: float, y: float, standing: bool) -> tuple[float, float]:
        """One slab, bar, picture or verdict round a middle; returns half its width and half its height."""
        layer, colour = self.layers[place], self.colour(place)
        long, across = self.high(layer), self.thick(layer)
        self.parts.append(f"<g><title>{escape(self.tip(layer))}</title>")
        if place == self.picture:
            half = self._picture(x, y, long)
        elif layer["shape"] == [1]:
            half = self._verdict(x, y)
        elif len(layer["shape"]) == 1:
            half = (across / 2, long / 2) if standing else (long / 2, across / 2)
            self._box(x, y, *half, colour, BAR / 2)
        else:
            half = self._slab(x, y, across, long, colour) if standing else self._slab(x, y, long, across, colour)
        self.parts.append("</g>")
        return half

    def tip(self, layer: Layer) -> str:
        """All that is known of a layer."""
        follows = [self.words.get(word, word) for word in layer.get("follows", ())]
        what = ", ".join([self.said(layer), *follows])
        count = f", {layer['parameters']:,} {self.words.get('parameters', 'parameters')}"
        return f"{what}: {shape_text(layer)}" + (count if layer["parameters"] else "")

    def _box(self, x: float, y: float, across: float, up: float, colour: str, corner: float = 2) -> None:
        self.parts.append(
            f'<rect x="{x - across:.1f}" y="{y - up:.1f}" width="{2 * across:.1f}" height="{2 * up:.1f}" '
            f'rx="{corner:g}" fill="{self._tint(colour)}" stroke="{colour}" stroke-width="1.25"/>'
        )

    def _slab(self, x: float, y: float, width: float, height: float, colour: str) -> tuple[float, float]:
        """A box that leans back: its depth is the maps' other side."""
        lean = LEAN * max(width, height)
        left, right = x - (width + lean) / 2, x + (width - lean) / 2
        top, bottom = y - (height - lean) / 2, y + (height + lean) / 2
        for tint, corners in (
            (0.12, [(left, top), (left + lean, top - lean), (right + lean, top - lean), (right, top)]),
            (0.30, [(right, top), (right + lean, top - lean), (right + lean, bottom - lean), (right, bottom)]),
            (0.18, [(left, top), (right, top), (right, bottom), (left, bottom)]),
        ):
            points = " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)
            self.parts.append(
                f'<polygon points="{points}" fill="{self._tint(colour, tint)}" stroke="{colour}" stroke-width="1.25" '
                'stroke-linejoin="round"/>'
            )
        return (width + lean) / 2, (height + lean) / 2

    def _picture(self, x: float, y: float, side: float) -> tuple[float, float]:
        """A fake one, and behind it a real one: D is shown both."""
        apart, half = 6, side / 2
        self._box(x + apart, y - apart, half, half, self.colours.real)
        self._box(x - apart, y + apart, half, half, self.colours.fake)
        return half + apart, half + apart

    def _verdict(self, x: float, y: float) -> tuple[float, float]:
        """One number: fake on one side, real on the other."""
        for colour, sweep in ((self.colours.fake, 0), (self.colours.real, 1)):
            self.parts.append(f'<path d="M{x:.1f},{y - 11:.1f} a11,11 0 0 {sweep} 0,22 z" fill="{colour}"/>')
        return 11, 11

    def _tint(self, colour: str, part: float = 0.18) -> str:
        return _hex(mix(rgb(self.colours.background), rgb(colour), part))

    def arrow(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """To the right, or down."""
        head = "-7,-3 v6 z" if y == to_y else "-3,-7 h6 z"
        self.parts.append(
            f'<path d="M{x:.1f},{y:.1f} L{to_x:.1f},{to_y:.1f}" stroke="{self.quiet}" stroke-width="1.25"/>'
            f'<path d="M{to_x:.1f},{to_y:.1f} l{head}" fill="{self.quiet}"/>'
        )

    def head(self, player: Player, left: float, right: float, y: float) -> None:
        """A player's name over a line as long as its layers."""
        self.text(left, y + HEAD + 2, self.named(player), HEAD, player.colour, bold=True, anchor="start")
        line = f"M{left:.1f},{y + HEAD + 11:.1f} H{right:.1f}"
        self.parts.append(f'<path d="{line}" stroke="{player.colour}" stroke-width="2"/>')

    def text(self, x: float, y: float, text: str, size: float, colour: str = "", bold: bool = False,
             anchor: str = "middle") -> None:  # fmt: skip
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour or self.colours.ink}"{weight} '
            f'text-anchor="{anchor}">{escape(text)}</text>'
        )

    def whole(self, width: float, height: float) -> str:
        told = ". ".join(
            f"{self.named(player)}: " + " → ".join(map(shape_text, player.layers)) for player in self.players
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
            f'width="{width:.0f}" height="{height:.0f}" style="display:block;max-width:100%;height:auto" role="img" '
            f'aria-label={quoteattr(told)} font-family="system-ui, sans-serif" fill="none">'
            + "".join(self.parts)
            + "</svg>"
        )


class _Beside(_Drawing):
    """From left to right."""

    def svg(self) -> str:
        side = self.high(self.layers[self.picture]) + 12
        pitch = min(MOST, max(LEAST, (WIDEST - side) / (len(self.layers) - 1)))
        lines = [_wrapped(self.said(layer), pitch - 4) for layer in self.layers]
        top = 2 * HEAD + 46
        tallest = max(HIGH * (1 + LEAN), *map(self.high, self.layers))
        middle = top + tallest / 2
        foot = middle + tallest / 2 + 26
        x, halves, middles = pitch / 2, [], []
        for place in range(len(self.layers)):
            if place == self.picture:
                x += side / 2 - pitch / 4
            halves.append(self.layer(place, x, middle, standing=True))
            middles.append(x)
            x += side / 2 + pitch * 0.75 if place == self.picture else pitch
        for place, layer in enumerate(self.layers):
            over = [self.said(layer)] * (place == 0) + _shape_lines(layer, place == self.picture)
            first = middle - halves[place][1] - 9 - (len(over) - 1) * (SHAPE + 2)
            for number, line in enumerate(over):
                self.text(middles[place], first + number * (SHAPE + 2), line, SHAPE)
        for place in range(1, len(self.layers)):
            start = middles[place - 1] + halves[place - 1][0] + 4
            end = middles[place] - halves[place][0] - 4
            self.arrow(start, middle, end, middle)
            for number, line in enumerate(lines[place]):
                self.text((start + end) / 2, foot + number * (DOES + 3), line, DOES, self.quiet)
        width = x - pitch / 2
        edges = middles[self.picture] - halves[self.picture][0], middles[self.picture] + halves[self.picture][0]
        self.head(self.players[0], 4, edges[0], 0)
        self.head(self.players[1], edges[1], width - 4, 0)
        return self.whole(width, foot + max(map(len, lines)) * (DOES + 3))


class _Below(_Drawing):
    """From top to bottom."""

    def svg(self) -> str:
        y = 0.0
        beside = 2 * LEFT + 4
        for place, layer in enumerate(self.layers):
            if place in (0, self.picture + 1):
                y += 16 * (place > 0)
                self.head(self.players[place > 0], 4, WIDE - 4, y)
                y += HEAD + 24
            if place:
                self.arrow(LEFT, y, LEFT, y + TALL)
                lines = _wrapped(self.said(layer), WIDE - beside)
                for number, line in enumerate(lines):
                    at = y + TALL / 2 + 4 + (number - (len(lines) - 1) / 2) * (DOES + 2)
                    self.text(beside, at, line, DOES, self.quiet, anchor="start")
                y += TALL + 4
            half = self._half(place)
            self.layer(place, LEFT, y + half, standing=False)
            name = f"{self.said(layer)} " if place == 0 else ""
            self.text(beside, y + half + 5, name + shape_text(layer), SHAPE, anchor="start")
            y += 2 * half + 4
        return self.whole(WIDE, y + 4)

    def _half(self, place: int) -> float:
        """Of a layer's height."""
        layer = self.layers[place]
        if place == self.picture:
            return self.high(layer) / 2 + 6
        if layer["shape"] == [1]:
            return 11
        return (self.thick(layer) + (LEAN * self.high(layer) if len(layer["shape"]) > 1 else 0)) / 2


def shape_text(layer: Layer) -> str:
    return " × ".join(map(str, layer["shape"]))


def _shape_lines(layer: Layer, whole: bool) -> list[str]:
    """A shape over a slab: how many maps, and below it their sides."""
    channels, *sides = map(str, layer["shape"])
    if whole or not sides:
        return [shape_text(layer)]
    return [f"{channels} ×", " × ".join(sides)]


def _wrapped(text: str, room: float) -> list[str]:
    """What an arrow does as lines of about so many pixels, broken after commas if at all, else between words."""
    most = int(room / (LETTER * DOES))
    parts = [text] if len(text) <= most else re.split("(?<=,) ", text)
    tied = [re.sub(r" (?=[×÷\d])", "\N{NO-BREAK SPACE}", part) for part in parts]  # "conv 4×4", "stride 2"
    return [line for part in tied for line in textwrap.wrap(part, most, break_long_words=False)]


def _hex(colour: tuple[int, ...]) -> str:
    return "#" + "".join(f"{value:02X}" for value in colour)
