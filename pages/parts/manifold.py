"""Why pictures are a thin sheet in the space of all pixels: three pixels, two measures, all pixels, and two walks."""

from __future__ import annotations

import streamlit as st

from gan_core.data import bodies, triples
from gan_core.figures.thin_cloud import cloud_rows, thin_cloud
from pages.parts.cube import Cloud, cube
from pages.parts.hypercube import hypercube
from pages.parts.pixel_walk import pixel_walk
from pages.parts.words import t, text

WITHIN = 0.1  # of the diagonal counts as near: 25 grey levels of 255
DOTS, COUNTED = 500, 20_000  # triples drawn of each kind, and triples whose share is told
PEOPLE = 500
DOT, AXIS = "#7A7F8C", "#7763DD"  # both can be seen on either theme


def manifold() -> None:
    """The whole section."""
    st.header(t("Why a manifold at all"), anchor="manifold")
    st.markdown(text("latent_space#manifold"))
    st.subheader(t("Three pixels"), anchor=False)
    st.markdown(text("latent_space#manifold_cube"))
    _cube()
    st.subheader(t("Two measures that are nearly one"), anchor=False)
    _cloud()
    st.subheader(t("All pixels of 64 px"), anchor=False)
    hypercube()
    st.subheader(t("A walk off the sheet, and one along it"), anchor=False)
    pixel_walk()


@st.cache_data(show_spinner=False)
def _cut() -> dict[str, tuple]:
    """Triples to draw and the share of many more that is near the diagonal, of each kind that is cut from pictures."""
    found = {}
    for kind, cut in (("real", triples.clothes_triples), ("fake", triples.cat_triples)):
        many = cut(COUNTED)
        found[kind] = many[:DOTS], triples.share_near(many, WITHIN)
    return found


def _cube() -> None:
    names = {"real": t("Clothes, photographs"), "fake": t("Cats, made by G")}
    anything = Cloud("neutral", t("Random"), triples.any_triples(DOTS), triples.share_of_all(WITHIN))
    cube([anything, *(Cloud(kind, names[kind], *told) for kind, told in _cut().items())], WITHIN, key="manifold_cube")
    st.caption(text("latent_space#manifold_triples"))


def _cloud() -> None:
    points = bodies.simulated(PEOPLE)
    axes = bodies.principal_axes(bodies.standardised(points))
    figure = thin_cloud(points, t("Height in cm"), t("Weight in kg"), DOT, AXIS)
    chart, words = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with chart:
        st.vega_lite_chart(cloud_rows(points, axes), figure, key="manifold_cloud",
                           alt=t("Height and weight of 500 adults: a long thin cloud with its two axes."))  # fmt: skip
    with words:
        st.markdown(text("latent_space#manifold_cloud"))
        st.metric(t("Variance along the long axis"), f"{axes.first_share:.0%}")
        st.caption(text("latent_space#manifold_bodies"))
