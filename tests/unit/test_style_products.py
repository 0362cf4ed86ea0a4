"""Sums of products of channels: what they are, their slope, and what bfloat16 makes of both."""

import pytest
import torch

from gan_core.style.products import STRETCHES, products


def answer(channels: int = 5, height: int = 9, width: int = 11) -> torch.Tensor:
    return torch.rand(1, channels, height, width, generator=torch.Generator().manual_seed(0))


def test_they_are_the_sums_of_products() -> None:
    x, share = answer(), torch.rand(9, 11, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(products(x), torch.einsum("nchw,ndhw->cd", x, x), rtol=1e-5)
    assert torch.allclose(products(x, share), torch.einsum("hw,nchw,ndhw->cd", share, x, x), rtol=1e-5)


@pytest.mark.parametrize("weighed", [False, True])
def test_their_slope_is_autograds(weighed: bool) -> None:
    share = torch.rand(9, 11, generator=torch.Generator().manual_seed(1)) if weighed else None
    pull = torch.randn(5, 5, generator=torch.Generator().manual_seed(2))  # not symmetric
    x, y = answer().requires_grad_(), answer().requires_grad_()
    (products(x, share) * pull).sum().backward()
    plain = y if share is None else y * share.sqrt()
    (torch.einsum("nchw,ndhw->cd", plain, plain) * pull).sum().backward()
    assert torch.allclose(x.grad, y.grad, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("places", [(32, 40), (3, STRETCHES - 5), (7, 9)], ids=str)
def test_bfloat16_is_rounded_little(places: tuple[int, int]) -> None:
    x = answer(16, *places).bfloat16()
    exact = products(x.double().float())
    assert float((products(x) - exact).norm() / exact.norm()) < 3e-3
    assert products(x).dtype == torch.float32
