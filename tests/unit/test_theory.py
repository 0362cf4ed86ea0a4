"""Closed forms, and our losses and penalties held against them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from gan_core import theory
from gan_core.losses import LOSSES
from gan_core.penalties import r1


def test_reverse_kl_of_modes_hit_equally() -> None:
    assert theory.reverse_kl_of_modes(np.array([7, 0, 0, 0, 0, 0, 0, 0])) == pytest.approx(2.0794, abs=1e-4)
    for hit in range(1, 9):
        counts = np.array([5] * hit + [0] * (8 - hit))
        assert theory.reverse_kl_of_modes(counts) == pytest.approx(math.log(8 / hit))


def test_reverse_kl_against_uneven_weights() -> None:
    """Samples in proportion read 0; one mode alone reads -ln of its weight; the floor is the same as for even ones."""
    weights = np.array([0.5, 0.3, 0.15, 0.05])
    assert theory.reverse_kl_of_modes(1000 * weights, weights) == pytest.approx(0)
    assert theory.reverse_kl_of_modes(np.array([0, 0, 0, 9]), weights) == pytest.approx(-math.log(0.05))
    draws = np.random.default_rng(0).multinomial(2500, weights, size=2000)
    seen = np.mean([theory.reverse_kl_of_modes(counts, weights) for counts in draws])
    assert seen == pytest.approx(theory.reverse_kl_floor(4, 2500), rel=0.1)


def test_reverse_kl_floor_is_what_a_perfect_generator_reads() -> None:
    draws = np.random.default_rng(0).multinomial(2500, [1 / 8] * 8, size=2000)
    seen = np.mean([theory.reverse_kl_of_modes(counts) for counts in draws])
    assert seen == pytest.approx(theory.reverse_kl_floor(8, 2500), rel=0.1)


def test_jensen_shannon_from_equal_to_disjoint() -> None:
    p = np.array([0.5, 0.5, 0.0, 0.0])
    assert theory.jensen_shannon(p, p) == pytest.approx(0)
    assert theory.jensen_shannon(p, p[::-1]) == pytest.approx(theory.LN_2)
    assert theory.best_discriminator_loss(0) == pytest.approx(1.3863, abs=1e-4)
    assert theory.best_discriminator_loss(theory.LN_2) == pytest.approx(0)


def test_the_optimal_discriminator_reaches_the_bound_of_our_own_loss() -> None:
    """With D* as D, the minimax loss on samples in exact proportion is 2 ln 2 - 2 JSD."""
    p, q = np.array([5, 3, 2]), np.array([1, 3, 6])
    best = theory.optimal_discriminator(p / 10, q / 10)
    logits = torch.tensor(np.log(best / (1 - best)))
    real, fake = logits.repeat_interleave(torch.tensor(p)), logits.repeat_interleave(torch.tensor(q))
    loss = LOSSES["minimax"].discriminator(real, fake)
    assert float(loss) == pytest.approx(theory.best_discriminator_loss(theory.jensen_shannon(p / 10, q / 10)))


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_dirac_gan_eigenvalues(gamma: float) -> None:
    """Mescheder et al. 2018: data at 0, G a point theta, D(x) = psi x; eigenvalues of the game's field at (0, 0)."""

    def field(position: torch.Tensor) -> torch.Tensor:
        theta, psi = position[0].reshape(1, 1), position[1].reshape(1, 1)
        real = torch.zeros(1, 1, dtype=position.dtype)

        def score(x: torch.Tensor) -> torch.Tensor:
            return x @ psi

        loss_d = LOSSES["minimax"].discriminator(score(real), score(theta))
        if gamma:
            loss_d = loss_d + gamma * r1(score, real, theta, torch.Generator())
        loss_g = LOSSES["minimax"].generator(None, score(theta))
        move_psi = torch.autograd.grad(loss_d, psi, create_graph=True)[0]
        move_theta = torch.autograd.grad(loss_g, theta, create_graph=True)[0]
        return -torch.stack([move_theta.squeeze(), move_psi.squeeze()])

    jacobian = torch.autograd.functional.jacobian(field, torch.zeros(2, dtype=torch.float64))
    seen = np.sort_complex(np.linalg.eigvals(jacobian.numpy()).astype(complex))
    root = np.sqrt(complex(gamma**2 / 4 - 0.25))
    expected = np.sort_complex(np.array([-gamma / 2 - root, -gamma / 2 + root]))
    np.testing.assert_allclose(seen, expected, atol=1e-6)


def test_wasserstein_sees_the_distance_that_jensen_shannon_does_not() -> None:
    """Two points at any distance: JSD is ln 2, while the critic D(x) = x of slope 1 reads the distance."""
    for distance in (0.1, 1.0, 7.0):
        gap = -LOSSES["wasserstein"].discriminator(torch.tensor([distance]), torch.tensor([0.0]))
        assert float(gap) == pytest.approx(distance)
    assert theory.jensen_shannon(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(theory.LN_2)
