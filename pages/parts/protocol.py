"""An experiment of a paper: what it printed, what is different here, and what came out here."""

from __future__ import annotations

import streamlit as st

from gan_core.outcomes import History, end
from gan_core.protocols import Protocol, protocols
from gan_core.runs import Run
from pages.parts.history import history
from pages.parts.set_up import SetUp, protocol_of
from pages.parts.words import t


def protocol_card(set_up: SetUp, run: Run | None) -> None:
    """The paper, its figures, and ours beside them where a run of that very protocol has finished."""
    protocol = protocols()[set_up.protocol]
    st.markdown(f"**{t(protocol.title)}**")
    st.caption(f":material/article: {protocol.paper}")
    if protocol.published or protocol.ours:
        finished = run and run.status == "finished" and protocol_of(run.spec) == set_up.protocol
        told = history(run.id) if finished else None
        st.table(_table(protocol, told), border="horizontal")
    notes = dict.fromkeys(t(each.note) for each in protocol.published if each.note)
    st.caption(" ".join([*notes, t(protocol.differs)]))


def _table(protocol: Protocol, told: History | None) -> dict[str, list[str]]:
    """A row a method, the paper's first, ours last."""
    rows = [(each.method, f"{each.modes:g}", _share(each.good)) for each in protocol.published]
    if protocol.ours:
        ours = protocol.ours
        rows.append((t("here, mean of {seeds} seeds", seeds=ours.seeds), _modes(ours.modes), _share(ours.good)))
    if told:
        name = t("this run") if told.seeds == 1 else t("these {seeds} seeds", seeds=told.seeds)
        modes = float(end(told, "modes").mean()) if told.mode_counts.shape[2] else None
        rows.append((name, _modes(modes), _share(float(end(told, "good").mean()))))
    columns = zip(*rows, strict=True)
    return dict(zip((t("Method"), t("Modes"), t("Good")), map(list, columns), strict=True))


def _modes(modes: float | None) -> str:
    return "–" if modes is None else f"{modes:.1f}".removesuffix(".0")


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
