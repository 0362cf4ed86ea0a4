"""A drawing as text, short enough for an address: two characters a point, x then y, each one of 64 places."""

from __future__ import annotations

from collections.abc import Iterable

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"  # all safe in an address
EXTENT = 3.0  # half the side of the square that one draws on
LEAST, MOST = 10, 400  # points


def drawn_points(text: str) -> list[tuple[float, float]]:
    """The points that a drawing's text stands for."""
    places = [(ALPHABET.index(letter) - 31.5) / 31.5 * EXTENT for letter in text]
    return list(zip(places[::2], places[1::2], strict=True))


def drawing(points: Iterable[tuple[float, float]]) -> str:
    """The text of a drawing, each coordinate moved to the nearest place; the inverse of `drawn_points`."""
    return "".join(
        ALPHABET[min(63, max(0, round(place / EXTENT * 31.5 + 31.5)))] for point in points for place in point
    )


# Five dabs of five points, so that there is something to change before anything is drawn.
FIVE_DABS = drawing(
    (x + a, y + b)
    for x, y in ((-1.8, 1.4), (1.7, 1.6), (0.0, 0.0), (-1.5, -1.7), (1.9, -1.5))
    for a, b in ((0, 0), (0.2, 0), (-0.2, 0), (0, 0.2), (0, -0.2))
)
