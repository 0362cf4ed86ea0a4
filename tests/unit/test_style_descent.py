"""How a canvas moves: on bowls whose bottom is known, from size to size, and to the bit after a stop."""

from collections.abc import Callable

import pytest
import torch

from gan_core.style.descent import FARTHEST, FIRST, MEMORY, Adam, Lbfgs, grown, smoothed

SHAPE = (1, 3, 12, 16)


def bowl(shape: tuple[int, ...] = SHAPE) -> tuple[Callable[[torch.Tensor], torch.Tensor], torch.Tensor]:
    """The slope of the mean of a quadratic whose directions are unequally steep, and its bottom."""
    random = torch.Generator().manual_seed(0)
    bottom = 0.2 * torch.randn(shape, generator=random)
    steep = 10 ** (2 * torch.rand(shape, generator=random))
    return lambda canvas: steep * (canvas - bottom) / canvas.numel(), bottom


def far(canvas: torch.Tensor, bottom: torch.Tensor) -> float:
    return float((canvas - bottom).square().mean().sqrt())


@pytest.mark.parametrize("make", [Lbfgs, lambda: Adam(0.02)], ids=["lbfgs", "adam"])
def test_both_find_the_bottom_of_a_bowl(make: Callable) -> None:
    slope, bottom = bowl()
    descent, canvas = make(), torch.zeros(SHAPE)
    for _ in range(150):
        canvas = descent.step(canvas, slope(canvas))
    assert far(canvas, bottom) < 0.02 * far(torch.zeros(SHAPE), bottom)


def test_lbfgs_needs_fewer_steps_than_a_plain_gradient() -> None:
    slope, bottom = bowl()
    descent, canvas, plain = Lbfgs(), torch.zeros(SHAPE), torch.zeros(SHAPE)
    for _ in range(40):
        canvas = descent.step(canvas, slope(canvas))
        plain = plain - canvas.numel() / 100 * slope(plain)  # the longest step that the steepest direction allows
    assert far(canvas, bottom) < 0.25 * far(plain, bottom)


def test_no_step_is_longer_than_it_may_be() -> None:
    descent, canvas = Lbfgs(), torch.zeros(SHAPE)
    random = torch.Generator().manual_seed(1)
    for index in range(8):
        moved = descent.step(canvas, torch.randn(SHAPE, generator=random))
        size = float((moved - canvas).square().mean().sqrt())
        assert size <= (FIRST if index == 0 else FARTHEST) * 1.0001
        canvas = moved


def test_the_memory_is_short() -> None:
    slope, _ = bowl()
    descent, canvas = Lbfgs(), torch.zeros(SHAPE)
    for _ in range(MEMORY + 5):
        canvas = descent.step(canvas, slope(canvas))
    assert len(descent.steps) == len(descent.turns) == MEMORY


def test_a_direction_in_which_the_slope_falls_is_left_alone() -> None:
    descent, canvas = Lbfgs(), torch.zeros(SHAPE)
    for _ in range(6):  # a hill: -|x|²
        canvas = descent.step(canvas, -canvas - 0.01)
        assert torch.isfinite(canvas).all()


def test_smoothing_keeps_the_direction_downhill_and_calms_the_finest_waves() -> None:
    random = torch.Generator().manual_seed(0)
    slope = torch.randn(1, 3, 15, 22, generator=random)
    assert float((smoothed(slope) * slope).sum()) > 0
    board = (-1.0) ** (torch.arange(16)[:, None] + torch.arange(16))
    flat = torch.ones(16, 16)
    calm, free = (smoothed(each.expand(1, 3, 16, 16)).abs().mean() / each.abs().mean() for each in (board, flat))
    assert float(free) > 10 * float(calm)


@pytest.mark.parametrize("make", [Lbfgs, lambda: Adam(0.02)], ids=["lbfgs", "adam"])
def test_a_larger_canvas_goes_on_falling_with_what_was_learnt(make: Callable) -> None:
    """A smooth bowl at two sizes: what was learnt at the small one saves L-BFGS steps at the large one."""
    small, large = (12, 16), (24, 32)
    random = torch.Generator().manual_seed(0)
    coarse = 0.2 * torch.randn(1, 3, 3, 4, generator=random)
    rough = 10 ** (2 * torch.rand(1, 3, 3, 4, generator=random))

    def slope(canvas: torch.Tensor) -> torch.Tensor:
        size = canvas.shape[2:]
        return grown(rough, *size).clamp(min=1) * (canvas - grown(coarse, *size)) / canvas.numel()

    descent, canvas = make(), torch.zeros(1, 3, *small)
    for _ in range(12):
        canvas = descent.step(canvas, slope(canvas))
    canvas = grown(canvas, *large)
    descent.resized(*large)
    fresh = make()
    carried, begun = canvas, canvas
    start = far(canvas, grown(coarse, *large))
    for _ in range(6):
        carried, begun = descent.step(carried, slope(carried)), fresh.step(begun, slope(begun))
    assert far(carried, grown(coarse, *large)) < start
    if make is Lbfgs:
        assert far(carried, grown(coarse, *large)) < far(begun, grown(coarse, *large))


@pytest.mark.parametrize("make", [Lbfgs, lambda: Adam(0.02)], ids=["lbfgs", "adam"])
def test_a_state_that_was_kept_goes_on_to_the_bit(make: Callable) -> None:
    slope, _ = bowl()
    descent, canvas = make(), torch.zeros(SHAPE)
    for _ in range(5):
        canvas = descent.step(canvas, slope(canvas))
    again = make()
    again.load({name: each.clone() for name, each in descent.state().items()})
    other = canvas.clone()
    for _ in range(5):
        canvas, other = descent.step(canvas, slope(canvas)), again.step(other, slope(other))
    assert torch.equal(canvas, other)
