"""What the tests of the canvas player ask of it."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

Open = Callable[..., Page]


def the(page: Page, role: str = "") -> Locator:
    """The player: the only one, or the one of a pair with that letter."""
    return page.locator(f".player[data-role='{role}']")


def said(page: Page, name: str, role: str = "") -> str | None:
    """What the player's root says about itself."""
    return the(page, role).get_attribute(f"data-{name}")


def until(page: Page, role: str = "", **values: object) -> None:
    """Wait until the player's root says so."""
    for name, value in values.items():
        expect(the(page, role)).to_have_attribute(f"data-{name}", str(value), timeout=20_000)


def picture(page: Page, role: str = "") -> str:
    """The canvas's pixels."""
    return the(page, role).locator(".plane").evaluate("canvas => canvas.toDataURL()")


def redrawn(page: Page, act: Callable[[], object], role: str = "") -> bool:
    """Whether the picture is another one after `act` has been drawn."""
    before, drawn = picture(page, role), int(said(page, "drawn", role) or 0)
    act()
    page.wait_for_function(
        "([root, drawn]) => Number(root.dataset.drawn) > drawn", arg=[the(page, role).element_handle(), drawn]
    )
    return picture(page, role) != before


def shades(page: Page) -> int:
    """How many different colours the canvas has: 1 when it is blank."""
    return the(page).locator(".plane").evaluate(
        """canvas => new Set(new Uint32Array(
             canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    )  # fmt: skip


def seek(page: Page, index: int, role: str = "") -> None:
    the(page, role).get_by_label("Position").fill(str(index))
    until(page, role, shown=index)


def rests(page: Page) -> bool:
    """Whether the picture is not drawn again within half a second."""
    page.wait_for_timeout(300)
    before = said(page, "drawn")
    page.wait_for_timeout(500)
    return said(page, "drawn") == before
