"""The canvas player by itself, fed with a made-up run of 80 frames: `streamlit run tests/browser/player_app.py`.

The address chooses the feed: `?feed=film`, still, waiting, live, gap, late, silent, failed, paused, loop, curve or
translated; `?file=` shows a film on disk. The run is arithmetic: G bends a blob into a ring of eight, and D is the best
answer to it.
"""

import time
from pathlib import Path

import numpy as np
import streamlit as st

from gan_core.frames import film, pack, unpack
from pages.parts.player import WORDS, player

EXTENT, SIGMA, MODES, FRAMES, EVERY, SAMPLES = 3.0, 0.1, 8, 80, 15, 2500
UNIT = 8192 / EXTENT


def generator(z: np.ndarray, learned: float) -> np.ndarray:
    """From a blob to eight modes; `learned` from 0 to 1. z (..., 2) → (..., 2)."""
    angle = np.arctan2(z[..., 1], z[..., 0])
    nearest = np.round(angle * MODES / (2 * np.pi)) * 2 * np.pi / MODES
    angle = angle + learned**2 * 0.85 * (nearest - angle)
    radius = np.hypot(z[..., 0], z[..., 1])
    radius = (1 - learned) * 0.3 * radius + learned * (2 + 0.12 * (radius - 1.2))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1)


def density(points: np.ndarray, where: np.ndarray, width: float) -> np.ndarray:
    """Of a cloud of points (P, 2), smoothed, at (..., 2)."""
    apart = ((where[..., None, :] - points) ** 2).sum(-1)
    return np.exp(-apart / (2 * width**2)).mean(-1) / width**2


@st.cache_resource
def run() -> tuple[bytes, list[bytes], dict[str, list[float]]]:
    """Header, frames, metrics."""
    rng = np.random.default_rng(0)
    angles = 2 * np.pi * np.arange(MODES) / MODES
    centres = 2 * np.stack([np.cos(angles), np.sin(angles)], -1)
    real = centres[rng.integers(MODES, size=400)] + SIGMA * rng.standard_normal((400, 2))
    judged = rng.standard_normal((SAMPLES, 2))
    z = judged[:400]
    line = np.linspace(-2, 2, 17)
    plane = np.stack(np.meshgrid(line, line), -1)
    axis = np.linspace(-EXTENT, EXTENT, 40)
    square = np.stack(np.meshgrid(axis, axis), -1)
    header = pack(
        {"real": np.round(real * UNIT).astype(np.int16), "centres": centres.astype(np.float32)},
        extent=EXTENT, sigma=SIGMA, evaluation_samples=SAMPLES, mode_threshold=25, good_ceiling=0.989, latent_size=2,
        loss="non_saturating", references={}, parameters={}, steps=(FRAMES - 1) * EVERY,
    )  # fmt: skip
    on_square = density(real[:100], square, 0.35)
    frames, metrics = [], {name: [] for name in METRICS}
    for index in range(FRAMES):
        learned = index / (FRAMES - 1)
        fake = generator(z, learned)
        opinion = on_square / (on_square + density(fake[:100], square, 0.35) + 1e-3)
        slope = np.stack(np.gradient(opinion, axis, axis)[::-1], -1)
        cell = np.clip(((fake[:120] + EXTENT) / (2 * EXTENT) * 39).round().astype(int), 0, 39)
        apart = np.linalg.norm(generator(judged, learned)[:, None] - centres, axis=-1)  # (SAMPLES, MODES)
        counts = (apart < 3 * SIGMA).sum(0).astype(np.int32)
        frames.append(
            pack(
                {
                    "fake": np.round(fake * UNIT).astype(np.int16),
                    "surface": np.round(255 * opinion).astype(np.uint8),
                    "grid": np.round(generator(plane, learned) * UNIT).astype(np.int16),
                    "arrows": slope[cell[:, 1], cell[:, 0]].astype(np.float32),
                    "mode_counts": counts,
                }
            )
        )
        row = (1.0 + 0.386 * learned, 0.7 + learned / 5, 0.9 - learned / 3, 0.8 - learned / 4,
               float((counts >= 25).sum()), counts.sum() / SAMPLES, 0.5)  # fmt: skip
        for name, value in zip(METRICS, row, strict=True):
            metrics[name].append(value)
    return header, frames, metrics


METRICS = (
    "discriminator_loss", "generator_loss", "accuracy_real", "accuracy_fake", "modes", "good", "gradient_norm"
)  # fmt: skip


def part(first: int, end: int, status: str, name: str = "ring", **about: object) -> bytes:
    """The frames from `first` up to `end`."""
    header, frames, metrics = run()
    if name == "curve":  # a curve has no modes, and a number that does not exist is NaN
        arrays, said = unpack(header)
        header = pack(arrays | {"centres": np.zeros((0, 2), np.float32)}, **said)
        frames = [pack(unpack(frame)[0] | {"mode_counts": np.zeros(0, np.int32)}) for frame in frames[first:end]]
        metrics = metrics | {"modes": [np.nan] * FRAMES, "generator_loss": [np.nan] * FRAMES}
    else:
        frames = frames[first:end]
    return film(
        frames, header, [EVERY * index for index in range(first, end)],
        {column: numbers[first:end] for column, numbers in metrics.items()},
        **({"run": name, "first": first, "total": FRAMES, "status": status, "loop": False, "autoplay": False,
            "words": {}} | about),
    )  # fmt: skip


def feed(choice: str, state: dict) -> bytes:
    """The next message of a feed; `state` is what the session remembers of it."""
    whole = state.pop("whole", False)
    turn = state["turn"] = state.get("turn", -1) + 1
    if choice == "live":
        rate = float(st.query_params.get("rate", 10))
        newest = min(FRAMES, 1 + int(rate * (time.monotonic() - state.setdefault("since", time.monotonic()))))
        first = 0 if whole else max(0, state.get("sent", 0) - 1)  # one frame again: overlaps do no harm
        state["sent"] = newest
        return part(min(first, newest - 1), newest, "finished" if newest == FRAMES else "running")
    if choice == "gap":  # the second message is lost
        first, end = [(0, 10), (20, 30), (20, 40)][min(turn, 2)]
        return part(0 if whole else first, end, "running")
    if choice == "late":  # the first message starts in the middle
        return part(0 if whole else 30, 50, "running")
    if choice == "silent":  # frames are missing and stay missing
        return part(30, 40 + min(turn, 20), "running")
    return {
        "film": lambda: part(0, FRAMES, "finished"),
        "loop": lambda: part(0, FRAMES, "finished", loop=True, autoplay=True),
        "still": lambda: part(0, 1, "preview"),
        "waiting": lambda: part(0, 0, "running"),
        "failed": lambda: part(0, 40, "failed"),
        "paused": lambda: part(0, 40, "paused"),
        "curve": lambda: part(0, FRAMES, "finished", name="curve"),
        "translated": lambda: part(0, 40, "paused", words={word: f"«{word}»" for word in WORDS}),
        "other": lambda: part(0, 20, "finished", name="other"),
    }[choice]()


st.set_page_config(layout="centered")
st.title("Player")
if st.query_params.get("file"):  # a film on disk, to look at a real run
    player(Path(st.query_params["file"]).read_bytes(), key="player")
    st.stop()
chosen = st.query_params.get("feed", "film")
if st.checkbox("Another run"):
    chosen = "other"
st.button("Rerun")
moving = chosen in ("live", "gap", "late", "silent")


@st.fragment(run_every=0.4 if moving else None)
def view() -> None:
    """What the player gets, and what it asks for."""
    state = st.session_state.setdefault(f"feed_{chosen}", {})

    def resync() -> None:
        state["whole"] = True
        state["asked"] = state.get("asked", 0) + 1

    player(feed(chosen, state), key="player", on_resync=resync)
    st.caption(f"asked {state.get('asked', 0)}")


view()
