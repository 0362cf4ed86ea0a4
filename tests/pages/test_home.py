"""Home: says what this is, plays, and leads on."""

from pathlib import Path

import pytest

from gan_core.frames import unpack
from gan_core.lessons import lessons
from gan_core.presets import presets

RECORDING = Path(__file__).parent.parent.parent / "checkpoints" / "toy-ring" / "recording.safetensors"


def test_home_shows_the_game_and_the_ways_on(run_page) -> None:
    app = run_page("home")
    assert not app.exception
    assert [title.value for title in app.title] == ["GAN Classroom"]
    assert sum(line.startswith("- **") for line in app.markdown[1].value.splitlines()) == 5
    assert app.button(key="home_healthy").label == "Watch it learn"
    links = [link.proto for link in app.get("page_link")]
    assert {link.page for link in links} == {"toy_lab"}
    assert {link.query_string for link in links[:2]} == {"preset=collapse", "preset=vanishing"}
    assert [link.query_string for link in links[2:]] == [f"lesson={name}&step=1" for name in lessons()]


def test_the_first_button_opens_the_lab(run_page) -> None:
    app = run_page("home")
    app.button(key="home_healthy").click().run()
    assert not app.exception
    assert app.button(key="toy_train")


def test_the_recording_is_a_whole_healthy_run() -> None:
    arrays, about = unpack(RECORDING.read_bytes())
    assert about["spec"] == presets()["healthy"].spec.changes()
    assert arrays["step"][0] == 0
    assert arrays["step"][-1] == presets()["healthy"].spec.steps
    last = dict(zip(about["metrics"], arrays["metrics"][-1], strict=True))
    assert last["modes"] == 8
    assert last["good"] == pytest.approx(0.88, abs=0.01)  # as the README beside it says
