"""Protocols of the literature: they load, they are what the papers describe, and they train."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
import torch

from benchmarks.protocols import line, measured
from gan_core.data.toy import distribution
from gan_core.presets import presets
from gan_core.protocols import Ours, Protocol, protocols
from gan_core.specs import ToySpec
from gan_core.toy_game import ToyGame

EACH = pytest.mark.parametrize("protocol", protocols().values(), ids=protocols().keys())


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """As a worker trains: nets this small are slower on two threads, and far slower where others want the cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def of_paper(name: str) -> list[Protocol]:
    return [protocol for each, protocol in protocols().items() if each.startswith(name)]


def shrunken(spec: ToySpec, **changes: object) -> ToySpec:
    """The same game with small nets and batches, for a test that is over in a moment."""
    small = {"width": 8}
    return spec.model_copy(
        update={
            "generator": spec.generator.model_copy(update=small),
            "discriminator": spec.discriminator.model_copy(update=small),
            "cures": spec.cures.model_copy(update={"unrolled_steps": min(spec.cures.unrolled_steps, 2)}),
            "batch": 16,
            "evaluation_samples": 100,
            "mode_threshold": 1,
        }
        | changes
    )


@EACH
def test_it_trains_a_few_steps(protocol: Protocol) -> None:
    game = ToyGame(shrunken(protocol.spec)).game
    before = [parameter.detach().clone() for parameter in game.generator.parameters()]
    for _ in range(3):
        game.round()
    after = list(game.generator.parameters())
    assert all(torch.isfinite(parameter).all() for parameter in after)
    assert any(not torch.equal(was, now) for was, now in zip(before, after, strict=True))


@EACH
def test_a_shortened_run_says_so(protocol: Protocol) -> None:
    spec = protocol.spec
    said = f"Shortened to {spec.steps:,} of {protocol.paper_steps:,} steps"
    assert spec.steps <= protocol.paper_steps
    assert (said in protocol.differs) == (spec.steps < protocol.paper_steps)


@EACH
def test_its_words_and_figures_are_whole(protocol: Protocol) -> None:
    assert protocol.title and protocol.paper
    assert protocol.differs.endswith(".")
    assert protocol.published or "no number" in protocol.differs
    modes = distribution(protocol.spec.data).modes
    for row in protocol.published:
        assert 0 <= row.modes <= modes
        assert row.good is None or 0 <= row.good <= 1
        assert row.method and row.note.endswith(".")
    assert len({row.method for row in protocol.published}) == len(protocol.published)


def test_no_two_are_the_same_experiment() -> None:
    specs = [protocol.spec for protocol in protocols().values()]
    assert len(set(specs)) == len(specs)
    assert not set(protocols()) & set(presets())  # the page offers both in one list


# What the papers say -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", ["pacgan", "veegan"])
def test_pacgan_and_veegan_share_data_and_scoring(paper: str) -> None:
    for protocol in of_paper(paper):
        spec, data = protocol.spec, distribution(protocol.spec.data)
        assert (spec.evaluation_samples, spec.mode_threshold) == (2500, 1)
        if data.modes == 8:
            assert data.sigma == 0.01
            torch.testing.assert_close(data.centres.norm(dim=1), torch.ones(8))
        else:
            ticks = torch.tensor([-4.0, -2.0, 0.0, 2.0, 4.0])
            assert data.sigma == 0.05
            torch.testing.assert_close(data.centres, torch.cartesian_prod(ticks, ticks))


@pytest.mark.parametrize(("name", "apart", "sigma"), [("wgan_gp_8", 2 / 1.414, 0.02 / 1.414),
                                                      ("wgan_gp_25", 2 / 2.828, 0.05 / 2.828)])  # fmt: skip
def test_wgan_gp_divides_its_mixtures_by_their_spread(name: str, apart: float, sigma: float) -> None:
    data = distribution(protocols()[name].spec.data)
    assert data.sigma == pytest.approx(sigma, rel=1e-3)
    nonzero = [length for length in data.centres.norm(dim=1).tolist() if length > 1e-6]
    assert min(nonzero) == pytest.approx(apart, rel=1e-3)
    spread = (data.centres.square().mean(0) + data.sigma**2).sqrt()  # standard deviation along each axis
    torch.testing.assert_close(spread, torch.ones(2), rtol=1e-3, atol=0)


def test_wgan_gps_roll_has_scikit_learns_parameter_and_the_codes_scale() -> None:
    roll = distribution(protocols()["wgan_gp_swiss_roll"].spec.data)
    assert roll.sigma == pytest.approx(0.25 / 7.5, rel=2e-3)
    radii = roll.position(torch.tensor([0.0, 1.0])).norm(dim=1).tolist()
    assert radii == pytest.approx([1.5 * math.pi / 7.5, 4.5 * math.pi / 7.5])


def test_a_cure_is_all_that_differs_from_the_plain_protocol() -> None:
    known = protocols()
    for plain, cured, allowed in (
        ("pacgan_ring", "pacgan_ring_pac2", {"cures.packing", "batch"}),
        ("pacgan_grid", "pacgan_grid_pac2", {"cures.packing", "batch"}),
        ("unrolled_ring", "unrolled_ring_10", {"cures.unrolled_steps", "steps", "frame_every"}),
        ("veegan_ring", "veegan_ring_unrolled", {"cures.unrolled_steps", "steps", "frame_every"}),
    ):
        before, after = known[plain].spec.flat(), known[cured].spec.flat()
        assert {name for name in before if before[name] != after[name]} == allowed
    packed, single = known["pacgan_ring_pac2"].spec, known["pacgan_ring"].spec
    assert packed.batch == packed.cures.packing * single.batch  # as many packs as the paper's batch has


def test_the_first_row_is_of_what_is_trained() -> None:
    for name, method in {"pacgan_ring": "GAN", "pacgan_grid": "GAN", "pacgan_ring_pac2": "PacGAN2",
                         "pacgan_grid_pac2": "PacGAN2", "veegan_ring": "GAN", "veegan_grid": "GAN",
                         "veegan_ring_unrolled": "Unrolled GAN"}.items():  # fmt: skip
        assert protocols()[name].published[0].method == method


# The benchmark -------------------------------------------------------------------------------------------------------


def test_the_benchmark_measures_every_seed_by_the_specs_own_scoring() -> None:
    spec = shrunken(protocols()["pacgan_ring"].spec, steps=2, seed=7)
    ours = measured(spec, seeds=2)
    alone = [measured(spec.model_copy(update={"mode_threshold": threshold}), 1).modes for threshold in (1, 100)]
    assert ours.seeds == 2
    assert 0 <= ours.good <= 1 and 0 <= ours.modes <= 8
    assert alone[1] <= alone[0]


def test_a_curve_has_no_modes_to_count() -> None:
    protocol = protocols()["wgan_gp_swiss_roll"]
    ours = measured(shrunken(protocol.spec, steps=2), seeds=1)
    assert ours.modes is None
    assert line("wgan_gp_swiss_roll", protocol, ours, 1.0).split()[4:6] == ["-", "-"]


def test_the_table_puts_ours_beside_the_papers() -> None:
    row = line("pacgan_ring_pac2", protocols()["pacgan_ring_pac2"], Ours(modes=7.5, good=0.5, seeds=2), 60.0)
    assert row.split() == ["pacgan_ring_pac2", "8,000", "of", "400,000", "7.5", "7.9", "50.0%", "95.6%", "PacGAN2",
                           "30", "s", "a", "seed"]  # fmt: skip
