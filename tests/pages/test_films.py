"""Films as the player gets them: all frames, a verdict on each, and slow motion with its parts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from gan_core.events import Frame
from gan_core.frames import pack, unpack
from gan_core.parts import PARTS
from gan_core.specs import ToySpec
from gan_core.verdict import VERDICTS
from pages.parts import films
from pages.parts.services import store
from tests.pages.lab_tools import SMALL, trained

SPEC = ToySpec.from_flat(SMALL)


@pytest.fixture
def ready(open_lab: Callable[..., AppTest]) -> AppTest:
    return open_lab(**SMALL)


def test_a_whole_run_with_a_verdict_on_each_frame(ready: AppTest) -> None:
    (run,) = trained(ready)
    arrays, about = unpack(films.whole(run))
    assert list(arrays["step"]) == [0, 5, 10, 15, 20]
    assert (about["status"], about["total"], about["steps"]) == ("finished", 5, 20)
    verdicts = arrays["metrics"][:, about["metrics"].index("verdict")]
    assert ((verdicts >= 0) & (verdicts < len(VERDICTS))).all()
    assert list(VERDICTS)[int(verdicts[0])] == "untrained"
    assert len(about["verdicts"]) == len(VERDICTS)
    jsd = arrays["metrics"][:, about["metrics"].index("jsd")]
    assert np.isfinite(jsd).all()  # the last estimate, where a frame has none of its own: a verdict may name it
    assert not any("{ceiling}" in sentence for sentence in about["verdicts"])


def test_a_verdict_stands_on_the_last_estimate_of_the_divergence(ready: AppTest) -> None:
    """It is not estimated at each frame, and a verdict that needs it must not come and go."""
    (run,) = trained(ready)
    of_run = {"modes": 8, "good_ceiling": 0.99, "references": {"discriminator_loss": 1.386}, "evaluation_samples": 2500}
    well = {"modes": 8.0, "good": 0.97, "discriminator_loss": 1.38, "accuracy_real": 0.5, "accuracy_fake": 0.5,
            "reverse_kl": 0.0, "gradient_norm": 0.1}  # fmt: skip
    packed = store().frames(run.id, limit=1)[0].packed
    estimated = {"jsd": 0.3, "jsd_error": 0.01}
    frames = [
        Frame(step, well | (estimated if step == 10 else dict.fromkeys(estimated, float("nan"))), packed)
        for step in (5, 10, 15)
    ]

    def said(**known: dict[str, float]) -> list[str]:
        arrays, about = unpack(films.pack_film(frames, pack({}, **of_run), **known))
        return [list(VERDICTS)[int(v)] for v in arrays["metrics"][:, about["metrics"].index("verdict")]]

    assert said() == ["healthy", "differs", "differs"]
    assert said(measured={"jsd": 0.2, "jsd_error": 0.01}) == ["differs", "differs", "differs"]


def test_the_browser_gets_what_it_may_lack(ready: AppTest) -> None:
    (run,) = trained(ready)
    header = store().header(run.id)

    def steps(status: str = "running") -> list[int]:
        return list(unpack(films.news(run, header, "test_player"))[0]["step"])

    films.forget("test_player")
    assert steps() == [0, 5, 10, 15, 20]
    assert steps() == [0, 5, 10, 15, 20]  # the last message may have been lost
    films.forget("test_player")
    assert steps() == [0, 5, 10, 15, 20]


def test_seeds_have_numbers_of_their_own_and_no_verdict(ready: AppTest) -> None:
    arrays, about = unpack(films.preview(SPEC.model_copy(update={"seeds": 4})))
    assert "verdict" not in about["metrics"]
    assert "verdicts" not in about
    assert arrays["seed_metrics"].shape == (1, 4, len(about["metrics"]))


def test_slow_motion_is_the_parts_of_two_rounds(ready: AppTest) -> None:
    arrays, about = unpack(films.slow_motion(SPEC, None))
    parts = arrays["metrics"][:, about["metrics"].index("part")]
    assert list(parts) == [*range(len(PARTS))] * films.SLOW_ROUNDS
    assert [part["title"] for part in about["parts"]] == [part.title for part in PARTS]
    assert about["slow"]
    assert about["autoplay"]
    assert np.isin(arrays["step"], (0, 1)).all()


def test_slow_motion_goes_on_from_a_run(ready: AppTest) -> None:
    (run,) = trained(ready)
    arrays, about = unpack(films.slow_motion(run.spec, run))
    assert arrays["step"][0] == run.steps
    assert about["run"] != unpack(films.slow_motion(run.spec, None))[1]["run"]
