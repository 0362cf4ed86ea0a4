"""Keeping the content's colours: what is kept is exactly what is said to be."""

import pytest
import torch

from gan_core.style.colours import coloured, luminance, matched_histograms, matched_luminance


def picture(seed: int, height: int = 20, width: int = 30) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    mixed = torch.randn(3, 3, generator=random) @ torch.rand(3, height * width, generator=random)
    return (0.4 * mixed.reshape(1, 3, height, width)).clamp(-0.9, 0.9)


def test_a_grey_picture_is_its_own_luminance() -> None:
    grey = torch.linspace(-1, 1, 12).reshape(1, 1, 3, 4).expand(1, 3, 3, 4)
    assert torch.allclose(luminance(grey), grey, atol=1e-6)


def test_the_canvas_gives_light_and_the_content_colour() -> None:
    canvas, content = 0.3 * luminance(picture(0)), 0.3 * picture(1)
    mixed = coloured(canvas, content)
    assert torch.allclose(luminance(mixed), luminance(canvas), atol=1e-5)
    chroma = [each - luminance(each) for each in (mixed, content)]
    assert torch.allclose(*chroma, atol=1e-5)


def test_the_style_becomes_as_bright_as_the_content() -> None:
    style, content = 0.2 * picture(0), 0.3 * picture(1, 25, 40)
    matched = matched_luminance(style, content)
    wanted = luminance(content)
    assert float(matched.mean()) == pytest.approx(float(wanted.mean()), abs=1e-5)
    assert float(matched.std()) == pytest.approx(float(wanted.std()), rel=1e-2)
    assert torch.equal(matched[:, 0], matched[:, 1])


@pytest.mark.parametrize("size", [(20, 30), (33, 21)], ids=["as many pixels", "others"])
def test_the_styles_histograms_become_the_contents(size: tuple[int, int]) -> None:
    style, content = picture(0), picture(1, *size)
    matched = matched_histograms(style, content)
    levels = torch.linspace(0, 1, 11)
    for channel in range(3):
        mine, wanted = (each[0, channel].flatten().quantile(levels) for each in (matched, content))
        assert torch.allclose(mine, wanted, atol=0.02)
    assert not torch.allclose(matched, style, atol=0.05)


def test_a_picture_keeps_its_own_histogram() -> None:
    style = picture(0)
    assert torch.allclose(matched_histograms(style, style), style, atol=1e-3)
