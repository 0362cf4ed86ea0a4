"""Films for the player: a run's, as far as the browser may lack it, or all of it; untrained players'; slow motion's."""

from __future__ import annotations

import math
from collections.abc import Iterator

import streamlit as st

from gan_core.events import Frame
from gan_core.frames import film, unpack
from gan_core.parts import PARTS
from gan_core.runs import Run
from gan_core.specs import ToySpec
from gan_core.verdict import VERDICTS, verdict
from pages.parts.player import WORDS
from pages.parts.sent import forget as forget
from pages.parts.sent import lacking, of_run, send
from pages.parts.services import engine, store
from pages.parts.words import t, translated

NUMBERS = {name: number for number, name in enumerate(VERDICTS)}
SLOW_ROUNDS = 2
SLOW_PATIENCE = 20.0  # seconds


def pack_film(frames: list[Frame], header: bytes, measured: dict[str, float] | None = None, **about: object) -> bytes:
    """Frames as a message for the player, with its words in the visitor's language and a verdict on each.

    Args:
        measured: the divergence that was last estimated before these frames. It is not estimated at each, and without
            the last estimate the verdict would come and go.
    """
    of_run = unpack(header)[1]
    names = frames[0].metrics if frames else {}
    columns = {name: [frame.metrics[name] for frame in frames] for name in names}
    if of_run.get("seeds", 1) == 1 and not about.get("slow"):  # a median over seeds is no game that one could judge
        known = list(_with_divergence(frames, measured or {}))
        columns["verdict"] = [NUMBERS[verdict(numbers, of_run)] for numbers in known]
        columns["jsd"] = [numbers.get("jsd", math.nan) for numbers in known]  # which the verdict's sentence names
        about["verdicts"] = [
            t(text).replace("{ceiling}", f"{of_run['good_ceiling']:.0%}") for text in VERDICTS.values()
        ]
    return film(
        [frame.packed for frame in frames], header, [frame.step for frame in frames], columns,
        words=translated(WORDS), **about,
    )  # fmt: skip


def _with_divergence(frames: list[Frame], measured: dict[str, float]) -> Iterator[dict[str, float]]:
    """The numbers of each frame, with the step and with the divergence that was last estimated."""
    for frame in frames:
        measured = _divergence(frame) or measured
        yield frame.metrics | measured | {"step": frame.step}


def _divergence(frame: Frame) -> dict[str, float]:
    """What a frame says of the divergence; nothing where it was not estimated."""
    found = {name: frame.metrics.get(name, math.nan) for name in ("jsd", "jsd_error")}
    return found if math.isfinite(found["jsd"]) else {}


def news(run: Run, header: bytes, player: str, **about: object) -> bytes:
    """What the browser may lack of a run.

    Args:
        player: key of the player, under which is remembered what it was sent.
    """
    before, frames = lacking(run, player)
    estimates = [found for frame in frames if (found := _divergence(frame))]
    send(run, player, frames, estimates[-1] if estimates else before.known)
    return _packed(run, header, frames, before.count, measured=before.known, **about)


def whole(run: Run) -> bytes:
    """All frames of a run."""
    return _packed(run, store().header(run.id), store().frames(run.id))


def _packed(run: Run, header: bytes, frames: list[Frame], first: int = 0, **about: object) -> bytes:
    total = -(-run.steps // run.spec.frame_every) + 1
    return pack_film(frames, header, **of_run(run, first), total=total, **about)


def preview(spec: ToySpec, **about: object) -> bytes:
    """The untrained players.

    Raises:
        EngineNotReady, CallFailed: the engine cannot make them, now or at all.
    """
    header, first = _untrained(spec.json_text())
    return pack_film([first], header, run=f"preview {hash(spec)}", first=0, total=1, steps=spec.steps,
                     status="preview", **about)  # fmt: skip


@st.cache_resource(show_spinner=False, max_entries=64)
def _untrained(spec_json: str) -> tuple[bytes, Frame]:
    return engine().call("gan_core.toy:preview", spec_json)


def slow_motion(spec: ToySpec, run: Run | None) -> bytes:
    """The next rounds of a run, or its first ones, part by part.

    Raises:
        EngineNotReady, CallFailed: the engine cannot take them apart, now or at all.
    """
    checkpoint = store().checkpoint(run.id) if run else None
    header, frames = engine().call(
        "gan_core.slow_motion:slow_motion", spec.json_text(), checkpoint, SLOW_ROUNDS, timeout=SLOW_PATIENCE
    )
    named = f"slow {run.id if run else hash(spec)} {frames[0].step}"
    parts = [{"name": part.name, "title": t(part.title), "line": t(part.line), "moves": part.moves} for part in PARTS]
    return pack_film(frames, header, run=named, first=0, total=len(frames), steps=spec.steps, status="finished",
                     slow=True, autoplay=True, parts=parts)  # fmt: skip
