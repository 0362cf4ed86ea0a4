"""Where each of two brushes goes: the visitor paints it on the picture, and the page keeps it as one more picture."""

from __future__ import annotations

import streamlit as st

from gan_core.ledger import DiskError
from gan_core.runs import OwnPictures
from gan_core.specs import OWN
from pages.parts import style_desk as desk
from pages.parts import style_pictures as pictures
from pages.parts.brush import brush
from pages.parts.services import store
from pages.parts.style_desk import KEY, Desk
from pages.parts.words import t

MASKING = f"{KEY}_masking"  # whether it is being painted
NAME = "mask.png"


def begin_mask() -> None:
    st.session_state.update({MASKING: True, f"{KEY}_styles_box": False})  # what is chosen there stands over the picture


def masking(now: Desk) -> bool:
    """Whether the mask is being painted; it takes two brushes."""
    return bool(st.session_state.get(MASKING)) and len(now.spec.styles) == 2


def mask(now: Desk) -> None:
    """The picture to paint on, and the way back."""
    first, second = map(pictures.title, now.spec.styles)
    st.markdown(t("Paint where **{first}** goes. **{second}** has the rest.", first=first, second=second))
    own = store().pictures(now.spec.mask.removeprefix(OWN)) if now.spec.mask else None
    brush(pictures.shown(now.spec.content), own.packed if own else None, key=f"{KEY}_brush", on_change=_painted)
    st.button(t("Done"), type="primary", icon=":material/check:", key=f"{KEY}_mask_done", on_click=_done)


def _painted(mask: bytes | None) -> None:
    try:
        source = OWN + store().put_pictures(OwnPictures(NAME, mask)) if mask else ""
    except DiskError as refusal:
        desk.complain(t(str(refusal)))
        return
    desk.change(desk.with_settings, {"mask": source})


def _done() -> None:
    st.session_state.pop(MASKING, None)
