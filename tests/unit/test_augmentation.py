"""DiffAugment: off is nothing, each change is what its name says, and a gradient flows back."""

from __future__ import annotations

import pytest
import torch

from gan_core.augmentation import DiffAugment, coloured, cut_out, shifted
from gan_core.seeds import OF_PICTURES, Streams
from gan_core.specs import Augmentation


def pictures(count: int = 6, side: int = 8) -> torch.Tensor:
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(0)) * 2 - 1


def full(value: float, count: int = 6) -> torch.Tensor:
    return torch.full((count,), value)


def test_the_middle_of_each_range_changes_no_colour() -> None:
    x = pictures()
    torch.testing.assert_close(coloured(x, full(0.5), full(0.5), full(0.5), 1.0), x)


def test_brightness_moves_saturation_greys_contrast_narrows() -> None:
    x = pictures()
    torch.testing.assert_close(coloured(x, full(1.0), full(0.5), full(0.5), 1.0), x + 0.5)
    grey = coloured(x, full(0.5), full(0.0), full(0.5), 1.0)
    torch.testing.assert_close(grey, x.mean(1, keepdim=True).expand_as(x))
    flat = coloured(x, full(0.5), full(0.5), full(0.0), 1.0)
    torch.testing.assert_close(flat.std((1, 2, 3)), 0.5 * x.std((1, 2, 3)))
    torch.testing.assert_close(flat.mean((1, 2, 3)), x.mean((1, 2, 3)))


@pytest.mark.parametrize(
    "down, right, rows, columns", [(0.5, 0.5, 0, 0), (0.0, 0.5, 2, 0), (0.999, 0.5, -2, 0), (0.5, 0.0, 0, 2)]
)
def test_a_shift_moves_whole_pixels_and_fills_with_the_middle(
    down: float, right: float, rows: int, columns: int
) -> None:
    x = pictures()
    expected = torch.zeros_like(x)
    for row in range(8):
        for column in range(8):
            if 0 <= row - rows < 8 and 0 <= column - columns < 8:
                expected[:, :, row, column] = x[:, :, row - rows, column - columns]
    assert torch.equal(shifted(x, full(down), full(right), 0.25), expected)


def test_a_cutout_blanks_its_square_also_over_the_edge() -> None:
    x = torch.ones(3, 1, 8, 8)
    out = cut_out(x, torch.tensor([0.5, 0.0, 1.0]), torch.tensor([0.5, 0.0, 0.5]), 0.5)
    assert (1 - out).sum((1, 2, 3)).tolist() == [16, 4, 8]
    assert not out[0, 0, 2:6, 2:6].any()


def test_a_gradient_flows_to_every_pixel_that_is_still_seen() -> None:
    x = pictures().requires_grad_()
    augment = DiffAugment(Augmentation(colour=1, shift=0.25, cutout=0.25))
    out = augment(x[None], Streams([0], OF_PICTURES))
    assert out.shape == (1, *x.shape)
    out.square().sum().backward()
    assert (x.grad != 0).float().mean() > 0.5


def test_off_is_nothing_and_the_same_stream_gives_the_same() -> None:
    x = pictures()[None]
    assert torch.equal(DiffAugment(Augmentation())(x, Streams([0], OF_PICTURES)), x)
    augment = DiffAugment(Augmentation(colour=1, shift=0.25))
    assert torch.equal(augment(x, Streams([0], OF_PICTURES)), augment(x, Streams([0], OF_PICTURES)))
    assert not torch.equal(augment(x, Streams([0], OF_PICTURES)), augment(x, Streams([1], OF_PICTURES)))
