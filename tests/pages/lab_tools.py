"""What tests of the lab pages have in common: small toy runs, the end of one, what the page says."""

import time

from streamlit.testing.v1 import AppTest

from gan_core.runs import LIVE, Run
from gan_core.specs import ToySpec
from pages.parts.services import store
from pages.parts.set_up import SetUp

SMALL = {"generator.width": "16", "discriminator.width": "16", "batch": "32", "evaluation_samples": "200",
         "mode_threshold": "2", "steps": "20", "frame_every": "5"}  # fmt: skip


def set_up_of(app: AppTest) -> SetUp:
    return app.session_state["toy"]


def spec_of(app: AppTest) -> ToySpec:
    return set_up_of(app).a


def texts(app: AppTest) -> str:
    """Everything that stands on the page as text, captions and code apart."""
    return "\n".join(block.value for block in (*app.markdown, *app.caption))


def ended(run: str) -> Run:
    """The run, once it has ended."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = store().get(run)
        if found.status not in LIVE:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{found} does not end")


def finished(app: AppTest, page: str, button: str) -> str:
    """Press the button that starts a run, wait for the end, and draw the page with it. Returns the run's id."""
    app.button(key=button).click().run()
    assert not app.exception
    run = app.session_state[page].run
    found = ended(run)
    assert found.status == "finished", found.sentence
    app.run()
    assert not app.exception
    return run


def trained(app: AppTest) -> list[Run]:
    """Press Train, wait for the end of what that started, and draw the page with it."""
    app.button(key="toy_train").click().run()
    assert not app.exception
    runs = [ended(run) for run in set_up_of(app).runs]
    app.run()
    assert not app.exception
    return runs
