"""The easel of the Style transfer page and the panel beside it: two fragments that follow the run while it paints."""

from __future__ import annotations

import io
from dataclasses import replace

import streamlit as st
from PIL import Image

from gan_core.engine import STOPPED
from gan_core.frames import about_of, unpack
from gan_core.runs import LIVE, Run
from gan_core.specs import StyleSpec
from gan_core.specs.style import MOST_SIDE
from gan_core.style_checkpoint import go_on
from gan_core.style_plan import Stage, stage_of
from pages.parts import easel_films, in_flight
from pages.parts import style_desk as desk
from pages.parts import style_pictures as pictures
from pages.parts.easel import easel
from pages.parts.progress import RESUMABLE, duration
from pages.parts.run_curves import Metrics
from pages.parts.run_list import resume
from pages.parts.services import engine, store
from pages.parts.style_curves import style_curves
from pages.parts.style_desk import KEY, Desk
from pages.parts.style_save import save
from pages.parts.style_time import seconds_left
from pages.parts.watch import current, live
from pages.parts.words import plain_text, t

EASEL_EVERY, PANEL_EVERY = 0.5, 2.0  # seconds between two looks
EASEL = f"{KEY}_easel"
SETTLED = f"{KEY}_settled"  # the run and the step of the earlier preview that the visitor looks at
MOVED = f"{KEY}_moved"  # whether that has changed since the panel was drawn
MORE = 40  # steps by which a finished picture is painted on
STOPS = {
    "content_weight": (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0),
    "style_weight": (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0),
    "variation_weight": (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0),
}  # fmt: skip
BALANCES = tuple(tenth / 10 for tenth in range(11))  # share of the second of two styles


def stage(now: Desk) -> None:
    """The picture of the run on the easel."""
    goes = live((now.run,))
    st.fragment(_stage, run_every=EASEL_EVERY if goes else None)(now.run, goes)


def _stage(run_id: str, drawn_live: bool) -> None:
    if st.session_state.pop(MOVED, False):
        st.rerun()  # the panel offers to go on from the preview that is looked at
    (run,) = current((run_id,), drawn_live)
    if run:
        film = easel_films.news(run, store().header(run.id) or pictures.standing(run.spec), EASEL, marks=_marks(run))
        easel(film, key=EASEL, on_resync=lambda: easel_films.forget(EASEL), on_step=lambda step: _settle(run.id, step))


def _marks(run: Run) -> list[dict[str, object]]:
    """What was changed on the way, for the slider through time."""
    moments = in_flight.moments(store().changes(run.id), StyleSpec)
    return [{"step": mark.value, "text": mark.name} for mark in moments]


def _settle(run: str, step: int | None) -> None:
    st.session_state[SETTLED] = run, step
    st.session_state[MOVED] = True


def settled(run: Run) -> int | None:
    """The step of the earlier preview that the visitor looks at; None for the newest."""
    of, step = st.session_state.get(SETTLED, ("", None))
    return step if of == run.id and step is not None and step < run.step else None


def panel(now: Desk) -> None:
    """Progress, buttons, sliders and curves of the run on the easel."""
    goes = live((now.run,))
    st.fragment(_panel, run_every=PANEL_EVERY if goes else None)(now.run, goes, now.focus)


def _panel(run_id: str, drawn_live: bool, focus: bool) -> None:
    if desk.now().run != run_id:
        st.rerun()  # a button in here has put another run on the easel
    (run,) = current((run_id,), drawn_live)
    if run is None:
        return
    changes, metrics = store().changes(run.id), store().metrics(run.id)
    spec = in_flight.in_force(run, changes)
    stages = planned(run)
    with st.container(gap="xxsmall"):
        with st.container(gap="xxsmall", key=f"{KEY}_progress"):
            st.caption(progress_text(run, stages, metrics))
            st.progress(min(run.step / run.steps, 1.0))
            st.caption(scales_text(stages, run.step))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _buttons(run, spec, stages)
    if run.status == "failed":
        st.error(plain_text(t(run.sentence)), icon=":material/error:")
    elif run.sentence not in ("", STOPPED):
        st.caption(plain_text(t(run.sentence)))
    if any(metrics.get("mended", ())[-1:]):
        st.caption(":material/healing: " + t("A step threw the canvas out of bounds, so it was taken back."))
    if not focus:
        _sliders(run, spec)
    style_curves(run, spec, metrics, in_flight.moments(changes, StyleSpec))
    if changes:
        in_flight.told(run)


# How far -------------------------------------------------------------------------------------------------------------


def planned(run: Run) -> list[Stage]:
    """The stages of a run: as it says itself, since steps that are added on the way make its last one longer."""
    header = store().header(run.id)
    return [Stage(**stage) for stage in about_of(header)["stages"]] if header else run.spec.stages


def progress_text(run: Run, stages: list[Stage], metrics: Metrics) -> str:
    """“Step 34 of 80 · 6 s left”, or what else there is to say."""
    if run.status == "queued":
        place = engine().place(run.id)
        return t("Waiting, place {place} in the queue", place=place) if place else t("Starting")
    words = t("Step {step} of {steps}", step=f"{run.step:,}", steps=f"{run.steps:,}")
    if run.status == "running":
        left = seconds_left(stages, metrics)
        return words + (" · " + t("{time} left", time=duration(left)) if left is not None else "")
    return (
        words + " · " + (t("stopped") if run.status in RESUMABLE else t("{time} painted", time=duration(run.seconds)))
    )


def scales_text(stages: list[Stage], step: int) -> str:
    """What is done one after another, with what is done now in bold: “128 → **181** → 256 px → VGG19”."""
    names: dict[str, bool] = {}
    here, last = stage_of(stages, step), stages[-1]
    largest = t("{side} px", side=last.side)
    for stage in stages:
        refines = stage.network != stages[0].network
        name = "VGG19" if refines else largest if stage.side == last.side else str(stage.side)
        names[name] = names.get(name, False) or (stage == here and step < last.end)
    return " → ".join(f"**{name}**" if now else name for name, now in names.items())


# What can be done ----------------------------------------------------------------------------------------------------


def _buttons(run: Run, spec: StyleSpec, stages: list[Stage]) -> None:
    earlier = settled(run)
    if run.status in LIVE:
        st.button(t("Stop"), icon=":material/stop:", key=f"{KEY}_stop", on_click=engine().stop, args=(run.id,),
                  help=t("Keeps everything; it can go on later."))  # fmt: skip
    elif run.status in RESUMABLE:
        st.button(t("Go on"), icon=":material/play_arrow:", key=f"{KEY}_resume", on_click=resume, args=(run.id,))
    elif run.status == "finished":
        st.button(t("Go on"), icon=":material/play_arrow:", key=f"{KEY}_more", on_click=_more, args=(run, spec),
                  help=t("{steps} more steps.", steps=MORE))  # fmt: skip
    if earlier is not None:
        st.button(
            t("Go on from here"), icon=":material/history:", key=f"{KEY}_earlier",
            on_click=_from_earlier, args=(run, spec, stages, earlier),
            help=t("A new run that begins with the preview of step {step}.", step=earlier),
        )  # fmt: skip
    if run.status not in LIVE and spec.size < MOST_SIDE and store().checkpoint_step(run.id) is not None:
        st.button(
            t("Larger"), icon=":material/zoom_out_map:", key=f"{KEY}_larger", on_click=_larger, args=(run, spec),
            help=t("Goes on from this picture at {side} pixels; four times the pixels take four times as long.",
                   side=_doubled(spec)),
        )  # fmt: skip
    save(run, spec)


def _more(run: Run, spec: StyleSpec) -> None:
    """The last network paints on."""
    refined = {"refined": spec.refined + MORE} if spec.network == "slim_then_vgg19" and spec.refined else {}
    if in_flight.change(run.id, {"steps": spec.steps + MORE} | refined):
        resume(run.id)


def _doubled(spec: StyleSpec) -> int:
    return min(2 * spec.size, MOST_SIDE)


def _larger(run: Run, spec: StyleSpec) -> None:
    """What lies on the canvas only wants finer strokes: half the steps, on one scale."""
    steps, refined = max(spec.steps // 2, 10), spec.refined // 3
    larger = spec.changed({"size": _doubled(spec), "scales": 1, "steps": steps, "refined": min(refined, steps)})
    _onwards(larger, go_on(larger, checkpoint=store().checkpoint(run.id)))


def _from_earlier(run: Run, spec: StyleSpec, stages: list[Stage], step: int) -> None:
    (frame,) = store().frames(run.id, after=step - 1, limit=1)
    picture = Image.open(io.BytesIO(unpack(frame.packed)[0]["picture"].tobytes()))
    onwards = spec.changed({"scales": 1})  # a smaller canvas would lose what there is
    if spec.network == "slim_then_vgg19" and stage_of(stages, step - 1).network == "vgg19":  # so would the slim one
        onwards = onwards.changed({"network": "vgg19", "steps": max(spec.steps - step, MORE), "refined": 0})
    _onwards(onwards, go_on(onwards, picture=picture))


def _onwards(spec: StyleSpec, checkpoint: bytes) -> None:
    desk.load(replace(desk.now(), spec=spec))
    desk.paint(checkpoint)


def _sliders(run: Run, spec: StyleSpec) -> None:
    """What may be moved while it paints; it counts from the next step on, or when it goes on."""
    goes = run.status in LIVE
    st.markdown(f"**{t('Move these while it paints') if goes else t('Move these, and go on')}**")
    places = st.columns(2, gap="medium", wrap=False)
    for index, (name, stops) in enumerate(STOPS.items()):
        with places[index % 2]:
            in_flight.slider(KEY, run, name, stops, getattr(spec, name))
    if len(spec.styles) == 2 and not spec.mask:
        with places[1]:
            _balance(run, spec)


def _balance(run: Run, spec: StyleSpec) -> None:
    """How much of each of two styles, on one slider."""
    key = f"{KEY}_now_{run.id}_shares"
    first, second = spec.shares or (1.0, 1.0)
    value = round(second / (first + second), 3)
    if key not in st.session_state or st.session_state.get(f"{key}_seen") != value:
        st.session_state[key] = st.session_state[f"{key}_seen"] = value
    st.select_slider(
        t("Share of {name}", name=pictures.title(spec.styles[1])), sorted({*BALANCES, value, st.session_state[key]}),
        key=key, format_func=lambda share: f"{share:.0%}", on_change=_balanced, args=(run.id, key),
    )  # fmt: skip


def _balanced(run: str, key: str) -> None:
    share = st.session_state[key]
    if not in_flight.change(run, {"shares": [round(1 - share, 3), share]}):
        st.session_state.pop(f"{key}_seen", None)  # back to what is in force
