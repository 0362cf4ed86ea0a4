"""A style spec: what it refuses and in which words, and the stages that follow from it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_core.networks import vgg
from gan_core.specs import ContentLayers, SpecError, StyleLayers, StyleSpec, read_spec
from gan_core.specs.style import LAYERS, SMALLEST_SCALE
from gan_core.style_plan import stage_of, until

OWN = "own:0123456789abcdef"


def test_the_layers_are_the_networks() -> None:
    assert LAYERS == vgg.LAYERS == tuple(StyleLayers().flat()) == tuple(ContentLayers().flat())


def test_a_spec_survives_its_address_and_its_json() -> None:
    spec = StyleSpec.from_flat(
        {"styles": "great_wave, poppies", "shares": "1,3", "size": "512", "style_layers.relu2_2": "0.5", "mask": OWN}
    )
    assert spec.styles == ("great_wave", "poppies")
    assert StyleSpec.from_flat(spec.changes()) == spec == read_spec(spec.json_text())
    assert (
        StyleSpec.from_flat({name: str(value) for name, value in spec.changes().items() if name == "size"}).size == 512
    )
    assert spec.sources == ["chelsea", "great_wave", "poppies", OWN]


@pytest.mark.parametrize(("settings", "words"), [
    ({"size": 2000}, "Size (size) is '2000'; it must be at most 1024, because larger canvases need more memory"),
    ({"content_weight": 0, "style_weight": 0}, "All weights are 0"),
    ({f"style_layers.{name}": 0 for name in LAYERS} | {"content_layers.relu4_2": 0}, "All weights are 0"),
    ({"styles": ""}, "Styles (styles) has 0 pictures; it must have 1 to 4."),
    ({"styles": "a,b,c,d,e"}, "Styles (styles) has 5 pictures"),
    ({"styles": "starry_night,poppies", "shares": "1"}, "one number of 0 or more for each of the 2 styles"),
    ({"shares": "-1"}, "one number of 0 or more for each of the 1 styles"),
    ({"shares": "0"}, "Shares (shares) are all 0"),
    ({"content": "../../etc/passwd"}, "Content (content) has '../../etc/passwd'; it must be a picture of the gallery"),
    ({"styles": "Great Wave"}, "Styles (styles) has 'GreatWave'; it must be a picture of the gallery"),
    ({"mask": OWN}, "it takes two, one for inside and one for outside"),
    ({"mask": "poppies", "styles": "poppies,ejiri"}, "Mask (mask) is 'poppies'; it must be one that was painted"),
    ({"styles": "poppies,poppies"}, "Styles (styles) has the same picture twice"),
    ({"styles": "chelsea"}, "Content (content) and Styles (styles) are the same picture, so there is nothing to paint"),
    ({"size": 800, "content_layers.relu2_2": 1}, "beyond 640 px it must be off, as all of blocks 1 and 2"),
    ({"network": "resnet"}, "Network (network) is 'resnet'; it must be one of"),
])  # fmt: skip
def test_what_makes_no_sense_is_said_in_one_sentence(settings: dict, words: str) -> None:
    with pytest.raises(SpecError) as refused:
        StyleSpec.from_flat(settings)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@given(
    size=st.integers(64, 1024), scales=st.integers(1, 6), steps=st.integers(1, 400), refined=st.integers(0, 400),
    network=st.sampled_from(["slim", "vgg19", "slim_then_vgg19"]),
    weights=st.sampled_from(["bundled", "random"]),
)  # fmt: skip
def test_stages_share_all_steps_and_grow_to_the_size(
    size: int, scales: int, steps: int, refined: int, network: str, weights: str
) -> None:
    spec = StyleSpec(
        size=size, scales=scales, steps=steps, refined=min(refined, steps), network=network, weights=weights
    )
    stages = spec.stages
    assert stages[0].first == 0 and stages[-1].end == steps
    assert all(before.end == after.first for before, after in pairwise(stages))
    assert all(before.side <= after.side for before, after in pairwise(stages))
    assert stages[-1].side == size
    assert min(stage.side for stage in stages) >= min(size, SMALLEST_SCALE)
    for step in (0, steps // 2, steps - 1):
        stage = stage_of(stages, step)
        assert stage.first <= step < stage.end
    assert until(stages, steps + 7) == [*stages[:-1], stages[-1]._replace(end=steps + 7)]
    assert until(stages, stages[0].first + 1) == [stages[0]._replace(end=stages[0].first + 1)]
    if network == "slim_then_vgg19" and spec.refined:
        assert stages[-1].network == "vgg19" and stages[-1].end - stages[-1].first == spec.refined
    elif network != "vgg19":
        assert {stage.network for stage in stages} == {"slim"}
    if weights == "random":
        assert not any(stage.guided for stage in stages)
