"""The canvas player by itself, fed with made-up runs of 80 frames: `streamlit run tests/browser/player_app.py`.

The address chooses the feed: `?feed=film`, still, waiting, live, gap, late, silent, failed, paused, loop, curve,
translated, full, bound, seeds (`&seeds=16`), pair or slow; `?file=` shows a film on disk. `&live=1` lets a pair or
several seeds grow, `&rate=` says how fast; `&wide=1` uses the whole window. `film` is as an old recording has it.
"""

import time
from pathlib import Path

import numpy as np
import streamlit as st

from gan_core.frames import pack, unpack
from pages.parts.player import WORDS, player
from tests.browser.feeds import grown, resync
from tests.browser.player_films import FRAMES, PARTS, VERDICTS, Run, message, seeds, single, slow

NEW = ("optimal", "sigmoid_arrows", "verdicts")  # arrays that old recordings lack


@st.cache_resource
def old() -> Run:
    """A run as it was before there was more to see."""
    said, frames, metrics = single()
    header, about = unpack(said)
    lacking = {name: header[name] for name in ("real", "centres")}
    about = {name: value for name, value in about.items() if name not in ("probability", "seeds", "seed", "modes")}
    pictures = [{name: array for name, array in unpack(frame)[0].items() if name not in NEW} for frame in frames]
    numbers = {name: column for name, column in metrics.items() if name != "verdict"}
    return pack(lacking, **about), [pack(picture) for picture in pictures], numbers


@st.cache_resource
def curve() -> Run:
    """A curve has no modes, and a number that does not exist is NaN."""
    said, frames, metrics = old()
    header, about = unpack(said)
    pictures = [unpack(frame)[0] | {"mode_counts": np.zeros(0, np.int32)} for frame in frames]
    said = pack(header | {"centres": np.zeros((0, 2), np.float32)}, **about)
    return (
        said,
        [pack(picture) for picture in pictures],
        metrics | dict.fromkeys(("modes", "generator_loss"), [np.nan] * FRAMES),
    )


@st.cache_resource
def critic() -> Run:
    """A run whose D gives scores: no probability, so there is no D*."""
    said, frames, metrics = single()
    header, about = unpack(said)
    return pack(header, **about | {"probability": False}), frames, metrics


def part(first: int, end: int, status: str, name: str = "ring", **about: object) -> bytes:
    """The frames from `first` up to `end` of the old run."""
    return message(curve() if name == "curve" else old(), first, end, status, name, **about)


def feed(choice: str, state: dict) -> bytes:
    """The next message of a feed; `state` is what the session remembers of it."""
    turn = state["turn"] = state.get("turn", -1) + 1
    rate = float(st.query_params.get("rate", 10))
    span = grown(state, rate, FRAMES) if choice == "live" or live else (0, FRAMES, "finished")
    whole = state.pop("whole", False)
    if choice == "live":
        return part(*span)
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
        "translated": lambda: message(
            single(), 0, 40, "paused", verdicts=VERDICTS, words={word: f"«{word}»" for word in (*WORDS, *VERDICTS)}
        ),
        "other": lambda: part(0, 20, "finished", name="other"),
        "full": lambda: message(single(), *span, "full", verdicts=VERDICTS),
        "critic": lambda: message(critic(), *span, "critic", verdicts=VERDICTS),
        "seeds": lambda: message(seeds(int(st.query_params.get("seeds", 16))), *span, "seeds"),
        "slow": lambda: message(slow(), 0, 10, "finished", "slow", slow=True, parts=PARTS, total=10, autoplay=True),
    }[choice]()


def pair() -> None:
    """Two runs on one clock; B starts later when live, and either may be taken away."""
    second = Path(str(st.query_params.get("second", "full"))).name  # another feed for B

    def show(role: str, group: str) -> None:
        state = st.session_state.setdefault(f"pair_{role}", {})
        if live and role == "B" and time.monotonic() - state.setdefault("opened", time.monotonic()) < 1.5:
            span = (0, 0, "running")
        else:
            rate = float(st.query_params.get("rate", 10)) / (1 if role == "A" else 2)
            span = grown(state, rate, FRAMES) if live else None
        span = span or ((0, FRAMES, "finished") if role == "A" else (0, 60, "finished"))
        run = single() if role == "A" else seeds(9) if second == "seeds" else single(2)
        verdicts = {} if second == "seeds" else {"verdicts": VERDICTS}
        total = FRAMES if role == "A" or live else 60
        film = message(run, *span, f"{group} {role}", group=group, role=role, total=total, **verdicts)
        player(film, key=f"player_{role}", on_resync=lambda: state.update(whole=True))

    for role, column in zip("AB", st.columns(2, gap="medium"), strict=True):
        if here[role]:
            with column:
                show(role, "second" if here["Second pair"] else "first")


chosen = st.query_params.get("feed", "film")
live = bool(st.query_params.get("live"))
st.set_page_config(layout="wide" if chosen == "pair" or st.query_params.get("wide") else "centered")
st.title("Player")
if st.query_params.get("file"):  # a film on disk, to look at a real run
    player(Path(st.query_params["file"]).read_bytes(), key="player")
    st.stop()
with st.container(horizontal=True, vertical_alignment="center"):
    if st.checkbox("Another run"):
        chosen = "other"
    st.button("Rerun")
    here = (
        {name: st.checkbox(name, value=name != "Second pair") for name in ("A", "B", "Second pair")}
        if chosen == "pair"
        else {}
    )
moving = live or chosen in ("live", "gap", "late", "silent")


@st.fragment(run_every=0.4 if moving else None)
def view() -> None:
    """What the player gets, and what it asks for."""
    if chosen == "pair":
        return pair()
    state = st.session_state.setdefault(f"feed_{chosen}", {})

    def slow_end() -> None:
        state["ended"] = state.get("ended", 0) + 1

    player(feed(chosen, state), key="player", on_resync=lambda: resync(state), on_slow_end=slow_end)
    st.caption(f"asked {state.get('asked', 0)}, ended {state.get('ended', 0)}")


view()
