"""The sentence on what is going on: each one reachable, and none that claims more than its numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_core.verdict import HEALTHY, VERDICTS, sentence, verdict

RING = {
    "modes": 8,
    "references": {"discriminator_loss": 2 * math.log(2), "generator_loss": math.log(2)},
    "loss": "non_saturating",
    "good_ceiling": 0.98889,
    "evaluation_samples": 2500,
}
CURVE = RING | {"modes": 0, "good_ceiling": 0.9973}
CRITIC = RING | {"loss": "wasserstein", "references": {"discriminator_loss": 0.0, "generator_loss": 0.0}}
# A game that went well, from which each case below departs.
WELL = {
    "modes": 8.0, "good": 0.97, "discriminator_loss": 1.37, "generator_loss": 0.7, "accuracy_real": 0.55,
    "accuracy_fake": 0.5, "gradient_norm": 0.2, "reverse_kl": 0.004, "jsd": 0.02, "jsd_error": 0.008,
}  # fmt: skip
SURE = {"accuracy_real": 0.99, "accuracy_fake": 1.0, "discriminator_loss": 0.05}
EDGE = {"accuracy_real": 0.8, "accuracy_fake": 0.75, "discriminator_loss": 1.0}
NAN = math.nan

CASES: dict[str, tuple[dict[str, Any], dict[str, float]]] = {
    "unclear": (RING, {"modes": NAN}),
    "vanished": (RING, {**SURE, "modes": 0.0, "good": 0.0, "gradient_norm": 1e-8}),
    "nowhere": (RING, {**EDGE, "modes": 0.0, "good": 0.03}),
    "nowhere_unseen": (RING, {"modes": 0.0, "good": 0.0}),
    "collapse_unseen": (RING, {"modes": 1.0, "good": 0.99, "discriminator_loss": 1.39}),
    "collapse_caught": (RING, {**SURE, "modes": 1.0, "good": 0.95}),
    "collapse": (RING, {**EDGE, "modes": 2.0, "good": 0.95}),
    "weak_discriminator": (RING, {"modes": 4.0, "good": 0.2}),
    "behind": (RING, {**SURE, "modes": 0.0, "good": 0.01, "gradient_norm": 3.0}),
    "dropping_unseen": (RING, {"modes": 6.0}),
    "dropping": (RING, {**EDGE, "modes": 5.0}),
    "filling": (RING, {**EDGE, "modes": 5.0, "good": 0.6}),
    "sharpening": (RING, {**EDGE, "good": 0.6}),
    "narrow": (RING, {"good": 0.9996}),
    "uneven": (RING, {"reverse_kl": 0.2}),
    "told_apart": (RING, SURE),
    "differs": (RING, {"jsd": 0.12}),
    "healthy": (RING, {}),
    "settling": (RING, EDGE),
    "curve_far": (CURVE, {**EDGE, "modes": NAN, "good": 0.3}),
    "curve_near": (CURVE, {**EDGE, "modes": NAN, "good": 0.7}),
    "curve_differs": (CURVE, {"modes": NAN, "jsd": 0.3}),
    "curve_healthy": (CURVE, {"modes": NAN}),
    "untrained": (RING, {"step": 0, "good": 0.0}),
}


def test_every_verdict_has_a_case() -> None:
    assert CASES.keys() == VERDICTS.keys()


@pytest.mark.parametrize("name", CASES)
def test_each_verdict_is_reached(name: str) -> None:
    about, numbers = CASES[name]
    assert verdict(WELL | numbers, about) == name


@pytest.mark.parametrize("name", CASES)
def test_each_sentence_is_one_short_line_with_all_its_numbers(name: str) -> None:
    about, numbers = CASES[name]
    said = sentence(WELL | numbers, about)
    assert said == said.strip()
    assert said.endswith(".")
    assert not {"\n", "{", "nan"} & {*said, *said.split()}
    longest = VERDICTS[name].format(modes=24, all=49, good="100 %", ceiling="100 %", jsd="0.69")
    assert len(longest) <= 110


def test_the_sentence_holds_the_numbers() -> None:
    assert sentence(WELL | {"modes": 1.0, "discriminator_loss": 1.39}, RING) == (
        "1 of 8 modes, yet D's loss is at its equilibrium value: it hides what is missing."
    )
    assert sentence(WELL | {"modes": 7.5} | EDGE, RING).endswith("only 7.5 of 8 modes are covered.")
    assert "JSD of 0.30" in sentence(WELL | {"jsd": 0.3}, CURVE)


# What must not be claimed ---------------------------------------------------------------------------------------------


def test_a_critic_has_no_loss_at_which_it_is_blind() -> None:
    """Wasserstein's equilibrium is 0, and no distance from 0 is small without a scale."""
    numbers = WELL | {"modes": 1.0, "discriminator_loss": 0.0}
    assert verdict(numbers, CRITIC) != "collapse_unseen"


@pytest.mark.parametrize(("modes", "covered"), [(2, 1), (3, 2), (4, 2)])
def test_half_of_a_few_modes_is_no_collapse(modes: int, covered: int) -> None:
    assert not verdict(WELL | {"modes": float(covered)}, RING | {"modes": modes}).startswith("collapse")


def test_one_mode_of_one_is_all() -> None:
    assert verdict(WELL | {"modes": 1.0, "reverse_kl": 0.0}, RING | {"modes": 1}) == "healthy"


def test_a_divergence_within_its_error_says_nothing() -> None:
    assert verdict(WELL | {"jsd": 0.12, "jsd_error": 0.05}, RING) == "healthy"
    assert verdict(WELL | {"jsd": NAN, "jsd_error": NAN}, RING) == "healthy"


def test_the_sampling_floor_is_no_unevenness() -> None:
    """With 100 samples on 49 modes a perfect generator reads 0.24 on average."""
    few = RING | {"modes": 49, "evaluation_samples": 100}
    assert verdict(WELL | {"modes": 49.0, "reverse_kl": 0.25}, few) == "healthy"


def test_an_old_film_without_the_newer_metrics_gets_a_verdict() -> None:
    old = {name: WELL[name] for name in ("discriminator_loss", "accuracy_real", "accuracy_fake", "modes", "good")}
    assert verdict(old, RING) == "healthy"
    assert verdict({}, {}) == verdict({}, RING) == "unclear"


def test_numbers_may_be_of_any_kind() -> None:
    assert verdict({name: np.float32(value) for name, value in WELL.items()}, RING) == "healthy"
    assert verdict(WELL | {"modes": "eight", "good": None}, RING) == "unclear"


odd = st.one_of(st.floats(), st.integers(), st.none(), st.text(max_size=2), st.just(10**400))
close = st.one_of(odd, st.floats(0, 1), st.integers(0, 10), st.sampled_from([1e-9, 0.02, 0.97, 1.386]))
any_metrics = st.fixed_dictionaries({}, optional=dict.fromkeys(WELL, close))
any_about = st.fixed_dictionaries(
    {},
    optional={
        "modes": close,
        "references": st.one_of(odd, st.fixed_dictionaries({}, optional={"discriminator_loss": close})),
        "good_ceiling": close,
        "evaluation_samples": close,
    },
)


@given(any_metrics, st.one_of(any_about, st.sampled_from([RING, CURVE, CRITIC])))
def test_any_numbers_give_one_verdict(metrics: dict, about: dict) -> None:
    assert verdict(metrics, about) in VERDICTS
    assert sentence(metrics, about)


@given(any_metrics, st.integers(1, 49), st.data())
def test_with_modes_missing_nothing_is_called_healthy(metrics: dict, modes: int, data: st.DataObject) -> None:
    covered = data.draw(st.one_of(st.integers(0, modes - 1), st.just(NAN)))
    found = verdict(WELL | metrics | {"modes": covered}, RING | {"modes": modes})
    assert found not in HEALTHY
    assert not VERDICTS[found].startswith("All ")


@given(any_metrics)
def test_where_d_tells_fake_from_real_nothing_is_called_healthy(metrics: dict) -> None:
    for about in (RING, CURVE):
        assert verdict(WELL | metrics | {"accuracy_real": 0.8, "accuracy_fake": 0.7}, about) not in HEALTHY
