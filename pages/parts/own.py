"""A part of a page that we draw ourselves in the browser: player, sheets, easel, knobs, map, cube, sketch, brush.

Streamlit sends a component's whole source with each of its messages, and a live view sends three a second. So each part
is two components: one brings the source (its message never changes, so it is sent once and referred to afterwards), the
other brings the data and holds nothing but a line that hands them over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts import colours

FOLDER = Path(__file__).parent


class Part:
    """One kind of part. Its folder has NAME.html, NAME.css and scripts; the root of the HTML has the class NAME.

    Args:
        name: of the folder.
        kind: the class in the scripts: `new KIND(parent)`, with `wake`, `sleep` and `receive(data)`.
        scripts: files, in the order in which they become one module; those of other folders by a relative path.
        styles: what it shares with others, before its own; ROOT in them stands for its class.
        triggers, states: what the class calls to tell Python something, and what Python calls that; a trigger is told
            once, a state stays.
        held: further constants of the module.
    """

    def __init__(
        self, name: str, kind: str, scripts: Sequence[str], *, styles: Sequence[str] = (),
        triggers: Mapping[str, str] = {}, states: Mapping[str, str] = {}, **held: Any,
    ):  # fmt: skip
        place = f'globalThis[Symbol.for("gan-classroom.{name}")]'
        shared = "".join(_text(file) for file in ("own/base.css", *(f"{name}/{style}" for style in styles)))
        css = shared.replace("ROOT", f".{name}") + _text(f"{name}/{name}.css")
        held |= {"HTML": _text(f"{name}/{name}.html"), "CSS": css + colours.css(f".{name}")}
        held |= {"TRIGGERS": dict(triggers), "STATES": dict(states)}
        source = [
            f"const shelf = ({place} ??= {{}}); // what all parts of this kind on a page share",
            *(f"const {constant} = {json.dumps(value)};" for constant, value in held.items()),
            *(_text(f"{name}/{file}") for file in scripts),
            f"const Kind = {kind};",
            _text("own/shelf.js"),
        ]
        waiting = f"""
const shelf = ({place} ??= {{}});
shelf.ready ??= new Promise((bring) => {{ shelf.bring = bring; }});
export default async (component) => {{ await shelf.ready; return shelf.show(component); }};
"""
        self._source = st.components.v2.component(f"gan_{name}_source", js="\n".join(source))
        self._shown = st.components.v2.component(f"gan_{name}", js=waiting)

    def show(self, data: Any, *, key: str, **callbacks: Any) -> None:
        """Draw it, or send it something new; `callbacks` as Streamlit's components take them: on_NAME_change."""
        self._source(key=f"{key}_source", data=None)
        self._shown(key=key, data=data, **callbacks)


def _text(file: str) -> str:
    return (FOLDER / file).read_text(encoding="utf-8")
