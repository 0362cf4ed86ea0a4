"""The autoencoder: closed forms of its two terms, and a short run that learns."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from gan_core.networks.families import load_network
from gan_core.networks.pictures import save_network
from gan_core.networks.vae import PIXEL_DEVIATION, Encoder, drawn, kl_to_normal, reconstruction
from gan_core.picture_game import Deck, scaled
from gan_core.seeds import stream
from gan_core.specs import PictureSpec
from gan_core.vae import train
from tests.unit.test_picture_training import quadrants


def test_the_divergence_is_that_of_two_gaussians() -> None:
    torch.manual_seed(0)
    mean, log_variance = torch.randn(5, 7), torch.randn(5, 7)
    expected = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(kl_to_normal(mean, log_variance), expected)
    assert kl_to_normal(torch.zeros(1, 7), torch.zeros(1, 7)).item() == 0


def test_a_latent_is_drawn_with_its_mean_and_deviation() -> None:
    noise = torch.randn(100_000, 1, generator=torch.Generator().manual_seed(0))
    z = drawn(torch.tensor(3.0), torch.tensor(math.log(0.25)), noise)
    assert z.mean().item() == pytest.approx(3, abs=0.01)
    assert z.std().item() == pytest.approx(0.5, abs=0.01)


def test_reconstruction_is_the_likelihood_of_gaussian_pixels() -> None:
    torch.manual_seed(0)
    pictures, decoded = torch.randn(4, 1, 8, 8), torch.randn(4, 1, 8, 8)
    constant = 64 * math.log(PIXEL_DEVIATION * math.sqrt(2 * math.pi))
    expected = -Normal(decoded, PIXEL_DEVIATION).log_prob(pictures).sum((1, 2, 3)) - constant
    torch.testing.assert_close(reconstruction(pictures, decoded), expected)


def test_a_short_run_learns_to_write_pictures_down_and_up_again(tmp_path: Path) -> None:
    spec = PictureSpec.from_flat({
        "data.size": 8, "network.generator_width": 16, "network.discriminator_width": 16, "network.latent_size": 8,
        "network.conditional": True,
    })  # fmt: skip
    pictures = quadrants()
    encoder, decoder, nats = train(spec, pictures, 120)
    assert 0 < nats < 50
    x, labels = Deck(pictures, "cpu").draw(64, stream(1, "data"))
    with torch.no_grad():
        mean, log_variance = encoder(x, labels)
        assert mean.shape == log_variance.shape == (64, 8)
        error = (decoder(mean, labels) - x).square().mean()
        spread = (x - scaled(torch.from_numpy(pictures.pictures)).mean(0)).square().mean()
    assert error < 0.5 * spread
    save_network(decoder, tmp_path)
    save_network(encoder, tmp_path)
    again = load_network(tmp_path)
    assert torch.equal(again(mean, labels), decoder(mean, labels))
    assert isinstance(load_network(tmp_path, "encoder"), Encoder)
