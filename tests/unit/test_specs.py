"""Specs: one form for the address, the store, the command line and the engine, and one sentence for a mistake."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gan_core.specs import DISTRIBUTIONS, Generator, Grid, Pictures, Ring, Spec, SpecError, ToySpec, read_spec


@st.composite
def toy_specs(draw: st.DrawFn) -> ToySpec:
    kind = draw(st.sampled_from(sorted(DISTRIBUTIONS)))
    flat = {
        "data.kind": kind,
        "data.sigma": draw(st.floats(0.02, 1)),
        "generator.width": draw(st.integers(1, 512)),
        "generator.latent_law": draw(st.sampled_from(["normal", "uniform"])),
        "discriminator.spectral_norm": draw(st.booleans()),
        "loss": draw(st.sampled_from(["minimax", "hinge", "relativistic"])),
        "regularisation.r1": draw(st.floats(0, 1000)),
        "discriminator_optimizer.learning_rate": draw(st.floats(1e-9, 1)),
        "seed": draw(st.integers(0, 2**31 - 1)),
    }
    if kind == "ring":
        flat |= {"data.modes": 3, "data.weights": draw(st.tuples(*[st.floats(0.1, 9)] * 3) | st.just(()))}
    return ToySpec.from_flat(flat)


@given(toy_specs())
def test_a_spec_survives_every_form_it_travels_in(spec: ToySpec) -> None:
    as_address = {k: ",".join(map(str, v)) if isinstance(v, tuple) else str(v) for k, v in spec.changes().items()}
    assert ToySpec.from_flat(as_address) == spec
    assert ToySpec.from_flat(spec.flat()) == spec
    assert read_spec(spec.json_text()) == spec


def test_changes_name_only_what_differs() -> None:
    assert ToySpec().changes() == {}
    assert ToySpec(loss="hinge", data=Ring(modes=5)).changes() == {"data.modes": 5, "loss": "hinge"}
    assert ToySpec(data=Grid(side=3)).changes() == {"data.kind": "grid", "data.side": 3}


def test_frozen() -> None:
    with pytest.raises(ValidationError):
        ToySpec().seed = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("flat", "says"),
    [
        ({"data.modes": "99"}, "Modes (data.modes) is '99'; it must be at most 32, because"),
        ({"data.modes": "0"}, "Modes (data.modes) is '0'; it must be at least 1."),
        ({"generator.width": "wide"}, "Width (generator.width) is 'wide'; it must be a whole number."),
        ({"generator_optimizer.learning_rate": "nan"}, "it must be a finite number"),
        ({"loss": "mse"}, "Loss (loss) is 'mse'; it must be one of 'minimax'"),
        ({"data.kind": "donut"}, "data is 'donut'; it must be one of 'ring'"),
        ({"data.side": "3"}, "'data.side' is not a setting of this experiment."),
        ({"colour": "red"}, "'colour' is not a setting of this experiment."),
        ({"generator": "big"}, "generator is 'big'; it must be a group of settings."),
        ({"loss": "hinge", "loss.x": "1"}, "'loss.x' is not a setting of this experiment."),
        ({"data.weights": "1,2"}, "has 2 numbers for 8 modes"),
        ({"data.weights": "1,1,1,1,1,1,1,-1"}, "each must be more than 0, at most 1e6"),
        ({"data.weights": "1,one"}, "Weights (data.weights) is 'one'; it must be a number."),
        ({"steps": "100000"}, "it must be at least 100, because a run keeps at most 1,000 frames"),
        ({"discriminator.batch_norm": "true", "regularisation.r1": "1"}, "switch one off"),
        ({"data.weights": "1e39,1", "data.modes": "2"}, "each must be more than 0, at most 1e6"),
        ({"order": "simultaneous", "discriminator_steps": "5"}, "players who move at once take one step each"),
        ({"mode_threshold": "2600"}, "it must be at most the 2500 evaluation samples"),
        ({"generator.batch_norm": "true", "batch": "2"}, "it must be at least 8"),
        ({"generator.batch_norm": "true", "batch": "8", "cures.generators": "8"}, "it must be at least 64"),
        ({"discriminator.batch_norm": "true", "batch": "8", "cures.packing": "2"}, "it must be at least 16"),
        ({"cures.mode_seeking": "1", "batch": "8", "cures.generators": "8"}, "must be larger than the number of gener"),
        ({"cures.packing": "3"}, "it must divide the batch of 256"),
        ({"cures.generators": "3"}, "it must divide the batch of 256"),
        ({"cures.packing": "2", "cures.generators": "2"}, "a pack mixes them"),
        ({"cures.skip_below": "1", "loss": "wasserstein"}, "a critic's loss has no scale"),
        ({"cures.consensus": "1"}, "it needs the order 'simultaneous'"),
        ({"cures.consensus": "1", "order": "simultaneous", "cures.unrolled_steps": "2"}, "choose one"),
        ({"cures.consensus": "1", "order": "simultaneous", "cures.skip_below": "1"}, "choose one"),
        ({"cures.unrolled_steps": "2", "discriminator.batch_norm": "true"}, "switch one off"),
        ({"cures.minibatch_std": "true", "regularisation.r1": "1"}, "switch one off"),
        ({"seeds": "16", "batch": "4096"}, "it must be at most 4"),
        ({"seeds": "2", "seed": "2147483647"}, "it must be at most 2147483646"),
        ({"steps": "200001"}, "it must be at most 200000, because one run would keep a core busy for hours"),
        ({"data.kind": "drawn", "data.points": "aabbcc"}, "has 3 points; it must have at least 10"),
        ({"data.kind": "drawn", "data.points": "aab"}, "ends in the middle of a point"),
        ({"data.kind": "drawn", "data.points": "a!" * 10}, "holds '!'"),
    ],
)
def test_a_mistake_gets_one_sentence(flat: dict[str, str], says: str) -> None:
    with pytest.raises(SpecError) as error:
        ToySpec.from_flat(flat)
    sentence = str(error.value)
    assert says in sentence
    assert sentence.endswith(".") and "\n" not in sentence


@given(
    st.dictionaries(st.text(max_size=12) | st.sampled_from(sorted(ToySpec().flat())), st.text(max_size=8), max_size=4)
)
def test_nonsense_is_refused_in_words_or_read(flat: dict[str, str]) -> None:
    try:
        ToySpec.from_flat(flat)
    except SpecError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"kind": []}',
        '{"kind": "toy", "version": 99}',
        '{"kind": "opera"}',
        '{"kind": "toy", "loss": 3}',
    ],
)
def test_what_is_no_spec_is_refused_in_words(text: str) -> None:
    with pytest.raises(SpecError):
        read_spec(text)


def test_every_field_explains_itself() -> None:
    def leaves(model: type) -> None:
        for name, field in model.model_fields.items():
            if name == "kind" or isinstance(field.default, Spec):
                continue
            assert field.title and field.description and field.description.endswith("."), (model, name)
            if any(hasattr(m, bound) for m in field.metadata for bound in ("ge", "gt", "le", "lt")):
                assert field.json_schema_extra["because"], (model, name)

    for model in (
        ToySpec,
        Generator,
        type(ToySpec().discriminator),
        type(ToySpec().regularisation),
        *DISTRIBUTIONS.values(),
    ):
        leaves(model)


def test_a_text_of_the_wrong_length_is_one_short_sentence() -> None:
    with pytest.raises(SpecError) as error:
        Pictures.checked({"source": "x" * 501})
    assert str(error.value) == f"Pictures (source) is '{'x' * 80}…'; it must be text of at most 500 characters."
    with pytest.raises(SpecError, match="it must be text of 1 or more characters"):
        Pictures.checked({"source": ""})
