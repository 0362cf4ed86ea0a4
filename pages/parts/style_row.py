"""The row on top of the Style transfer page: how to paint, what, whose brush, and the button that starts it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from gan_core.data.own import READABLE
from gan_core.data.pictures import DataError
from gan_core.ledger import DiskError
from gan_core.specs.style import MOST_STYLES
from gan_core.style_presets import style_presets
from pages.parts import style_desk as desk
from pages.parts import style_pictures as pictures
from pages.parts.style_desk import KEY, Desk
from pages.parts.style_mask import begin_mask
from pages.parts.words import plain_text, t

ENDINGS = ["png", "jpg", "jpeg", "gif", "webp", "avif", "bmp", "tif", "tiff"]
MOST_MEGABYTES = 50
WRONG = f"{KEY}_own_wrong"  # why the last upload of a picker cannot be painted
MIX = f"{KEY}_mix"
SHARES = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def choose(now: Desk, ready: bool) -> None:
    """Draw the row. `ready`: what is set up can be painted."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"{KEY}_row"):
        if now.focus:
            preset = style_presets().get(now.preset)
            st.markdown(f"**{t(preset.title) if preset else t('Your own')}**", width="content")
        else:
            _preset(now)
            _content(now)
            _styles(now)
        st.button(t("Paint"), type="primary", icon=":material/brush:", key=f"{KEY}_paint", disabled=not ready,
                  on_click=desk.ask_to_paint)  # fmt: skip


def _preset(now: Desk) -> None:
    presets, current = style_presets(), now.preset
    st.session_state[f"{KEY}_preset"] = current
    st.selectbox(
        t("Way of painting"), [*presets, *([] if current else [""])], key=f"{KEY}_preset", width=216,
        icon=presets[current].icon if current else ":material/tune:", label_visibility="collapsed",
        format_func=lambda name: t(presets[name].title) if name else t("Your own"),
        on_change=lambda: desk.change(desk.chosen, st.session_state[f"{KEY}_preset"]),
    )  # fmt: skip


def _content(now: Desk) -> None:
    """What is painted: one picture."""
    source = now.spec.content
    label = f"{pictures.icon(source, alone=False)} {pictures.title(source)}"
    with st.popover(label, key=f"{KEY}_content_box", on_change="rerun", help=t("What is painted.")) as box:
        if not box.open:
            return
        key = f"{KEY}_content"
        st.session_state[key] = source if pictures.kept(source) else None
        st.pills(t("What is painted"), pictures.offered("photograph", [source]), key=key, format_func=pictures.icon,
                 on_change=lambda: _picked_content(st.session_state[key]))  # fmt: skip
        st.caption(plain_text(pictures.credit(source)))
        _upload(f"{KEY}_content_file", lambda source: desk.change(desk.with_content, source))


def _picked_content(source: str | None) -> None:
    if source:  # a press on the chosen one takes nothing away
        desk.change(desk.with_content, source)


def _styles(now: Desk) -> None:
    """Whose brush: one picture, or several that are mixed."""
    sources = now.spec.styles
    one = len(sources) == 1
    label = " ".join(pictures.icon(source, alone=not one) for source in sources)
    label += f" {pictures.title(sources[0])}" if one else ""
    with st.popover(label, key=f"{KEY}_styles_box", on_change="rerun", help=t("Whose brush.")) as box:
        if not box.open:
            return
        st.session_state[MIX] = st.session_state.get(MIX, False) or len(sources) > 1
        key = f"{KEY}_styles_{'many' if st.session_state[MIX] else 'one'}"
        there = [source for source in sources if pictures.kept(source)]
        st.session_state[key] = there if st.session_state[MIX] else next(iter(there), None)
        st.pills(
            t("Whose brush"), pictures.offered("painting", sources), key=key, format_func=pictures.icon,
            selection_mode="multi" if st.session_state[MIX] else "single", on_change=_picked_styles, args=(key,),
        )  # fmt: skip
        st.caption(plain_text(" · ".join(map(pictures.credit, sources))))
        st.toggle(t("Mix several"), key=MIX, on_change=_mixing, help=t("Up to {most} at once.", most=MOST_STYLES))
        if len(sources) > 1:
            _shares(now)
        _upload(f"{KEY}_styles_file", _further_style)


def _picked_styles(key: str) -> None:
    chosen = st.session_state[key]
    if isinstance(chosen, str):
        chosen = [chosen]
    if chosen:
        before = desk.now().spec.styles
        kept = [source for source in before if source in chosen]
        if st.session_state[MIX]:  # a new label would close it, and mixing takes several choices
            st.session_state[f"{KEY}_styles_box"] = True
        order = [*kept, *(source for source in chosen if source not in kept)]
        desk.change(desk.with_styles, tuple(order[-MOST_STYLES:]))  # of too many the oldest goes


def _mixing() -> None:
    if not st.session_state[MIX]:
        desk.change(desk.with_styles, desk.now().spec.styles[:1])


def _further_style(source: str) -> None:
    before = desk.now().spec.styles if st.session_state.get(MIX) else ()
    desk.change(desk.with_styles, (*(each for each in before if each != source), source)[-MOST_STYLES:])


def _shares(now: Desk) -> None:
    """How much of each, and, of two, where each."""
    spec = now.spec
    if not spec.mask:
        places = st.columns(2, gap="medium")
        for index, share in enumerate(spec.shares or (1.0,) * len(spec.styles)):
            key = f"{KEY}_share_{index}"
            st.session_state[key] = share
            places[index % 2].select_slider(
                t("Share of {name}", name=pictures.title(spec.styles[index])), sorted({*SHARES, share}), key=key,
                format_func=lambda stop: f"{stop:g}", on_change=_shared, args=(len(spec.styles),),
            )  # fmt: skip
    if len(spec.styles) == 2:
        with st.container(horizontal=True, gap="small"):
            st.button(t("Choose where"), icon=":material/gesture:", key=f"{KEY}_mask_open", on_click=begin_mask,
                      help=t("Paint on the picture where the first brush goes; the second has the rest."))  # fmt: skip
            if spec.mask:
                st.button(t("Everywhere"), icon=":material/layers_clear:", key=f"{KEY}_mask_off", type="tertiary",
                          on_click=desk.change, args=(desk.with_settings, {"mask": ""}))  # fmt: skip


def _shared(count: int) -> None:
    shares = tuple(float(st.session_state[f"{KEY}_share_{index}"]) for index in range(count))
    desk.change(desk.with_settings, {"shares": () if len(set(shares)) == 1 and shares[0] else shares})


def _upload(key: str, use: Callable[[str], None]) -> None:
    """A picture of the visitor's own, used as soon as it is there."""

    def taken() -> None:
        st.session_state.pop(WRONG, None)
        if (file := st.session_state.get(key)) is None:
            return
        try:
            use(pictures.take(file.name, file.getvalue()))
        except (DataError, DiskError) as refusal:
            st.session_state[WRONG] = key, t(str(refusal))

    of, wrong = st.session_state.get(WRONG, ("", ""))
    if of == key:  # above, where the eye is: below the button it could lie outside of the box
        st.error(plain_text(wrong), icon=":material/report:")
    st.file_uploader(t("Your own"), ENDINGS, key=key, on_change=taken, max_upload_size=MOST_MEGABYTES,
                     help=t("{formats}. It stays on this server; whoever has the link sees it too.",
                            formats=READABLE))  # fmt: skip
