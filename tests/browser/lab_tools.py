"""What browser tests of the Toy lab share: small runs, Train, both players, the drawing board."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.tools import until

SHORT = "steps=300&frame_every=10&generator.width=32&discriminator.width=32"
LONG = "steps=100000&frame_every=200&generator.width=32&discriminator.width=32"

# Every player of a page, in the order of the page; each lives in a shadow root of its own.
PLAYERS = """(() => {
  const all = [];
  const search = (root) => {
    all.push(...root.querySelectorAll(".player"));
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) search(element.shadowRoot);
  };
  search(document);
  return all.map((player) => ({ ...player.dataset }));
})()"""


def train(page: Page) -> str:
    """Press Train, wait for the run's first frame, and return the run's id."""
    before = page.url
    page.get_by_role("button", name="Train").click()
    page.wait_for_function("before => location.href !== before && location.search.includes('run=')", arg=before)
    run = page.evaluate("new URL(location.href).searchParams.get('run')")
    until(page, f"run == '{run}' && frames >= 1")
    return run


def players(page: Page) -> list[dict[str, str]]:
    """What each player says of itself."""
    return page.evaluate(PLAYERS)


def both(page: Page, condition: str, timeout: float = 90_000) -> None:
    """Wait for a condition on all players: `both(page, "p.status == 'finished'")`; there are two."""
    page.wait_for_function(
        f"(() => {{ const all = {PLAYERS}; return all.length == 2 && all.every((p) => {condition}); }})()",
        timeout=timeout,
    )


def fold_out(page: Page, group: str) -> None:
    """Open a group of settings in the sidebar."""
    page.get_by_test_id("stSidebar").get_by_test_id("stExpander").get_by_text(group, exact=True).click()
