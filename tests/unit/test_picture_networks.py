"""Every network at every size that it claims: shapes, gradients, saving, classes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from gan_core.networks.families import FAMILIES, load_network, players
from gan_core.networks.pictures import PictureDiscriminator, PictureGenerator, save_network, stages
from gan_core.networks.residual import Block
from gan_core.seeds import stream
from gan_core.specs import SIZES, DcganPair, MlpPair, ResidualPair

SPECS = {
    "mlp": MlpPair(generator_width=8, discriminator_width=8, latent_size=5),
    "dcgan": DcganPair(generator_width=4, discriminator_width=4, latent_size=5),
    "dcgan, spectral": DcganPair(generator_width=4, discriminator_width=4, discriminator_norm="spectral"),
    "dcgan, batch": DcganPair(generator_width=4, discriminator_width=4, discriminator_norm="batch"),
    "dcgan, bare": DcganPair(generator_width=4, discriminator_width=4, batch_norm=False),
    "residual": ResidualPair(generator_width=8, discriminator_width=8, latent_size=5),
}
EVERY = [
    pytest.param(spec.model_copy(update={"conditional": conditional}), size, channels,
                 id=f"{name}-{size}-{channels}{'-conditional' if conditional else ''}")
    for name, spec in SPECS.items()
    for size, channels, conditional in ((size, 1 + 2 * (size % 3 == 2), size in (8, 28, 48)) for size in SIZES)
    if spec.kind != "mlp" or size <= 32
]  # fmt: skip


def pair(spec, size=32, channels=1, seed=0) -> tuple[PictureGenerator, PictureDiscriminator]:
    return players(spec, size, channels, 3, (stream(seed, "generator"), stream(seed, "discriminator")))


def inputs(G: PictureGenerator, count: int = 4) -> tuple[torch.Tensor, torch.Tensor | None]:
    torch.manual_seed(0)
    return torch.randn(count, G.latent_size), torch.arange(count) % 3 if G.classes else None


def test_every_family_is_tested() -> None:
    assert {spec.kind for spec in SPECS.values()} == set(FAMILIES)


@pytest.mark.parametrize("spec, size, channels", EVERY)
def test_shapes_and_a_gradient_on_every_parameter(spec, size: int, channels: int) -> None:
    G, D = pair(spec, size, channels)
    z, labels = inputs(G)
    pictures = G(z, labels)
    assert pictures.shape == (4, channels, size, size)
    assert pictures.detach().abs().max() <= 1
    logits = D(pictures, labels)
    assert logits.shape == (4,)
    for module in (m for network in (G, D) for m in network.modules() if isinstance(m, Block)):
        assert not module.narrow.weight.any()  # the identity at first, so that what lies before it has no gradient yet
        torch.nn.init.normal_(module.narrow.weight, std=0.02)
    if labels is not None:
        torch.nn.init.normal_(D.embedding.weight)
    (D(G(z, labels), labels) * torch.tensor([1.0, -2.0, 3.0, 0.5])).sum().backward()
    lacking = [name for network in (G, D) for name, p in network.named_parameters() if p.grad is None]
    assert lacking == []
    still = [name for network in (G, D) for name, p in network.named_parameters() if not p.grad.abs().sum() > 0]
    assert still == []


@pytest.mark.parametrize("spec, size, channels", EVERY)
def test_saved_and_loaded_is_bit_equal(spec, size: int, channels: int, tmp_path: Path) -> None:
    G, D = pair(spec, size, channels)
    z, labels = inputs(G)
    pictures = G(z, labels)  # moves BatchNorm's averages and spectral norm's vectors
    D(pictures.detach(), labels)
    save_network(G, tmp_path)
    save_network(D, tmp_path)
    G2, D2 = load_network(tmp_path), load_network(tmp_path, "discriminator")
    G.eval(), D.eval()
    assert torch.equal(G2(z, labels), G(z, labels))
    assert torch.equal(D2(pictures, labels), D(pictures, labels))


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_first_weights_follow_from_the_seed_alone(spec) -> None:
    one = pair(spec)
    torch.manual_seed(99)
    again, other = pair(spec), pair(spec, seed=1)
    for first, second, third in zip(one, again, other, strict=True):
        weights = [network.state_dict() for network in (first, second, third)]
        assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
        assert any(not torch.equal(weights[0][name], weights[2][name]) for name in weights[0])


def test_spectral_norm_starts_at_a_largest_singular_value_of_one() -> None:
    _, D = pair(SPECS["dcgan, spectral"], 32)
    D.eval()
    for layer in [*[m for m in D.layers if isinstance(m, torch.nn.Conv2d)], D.last]:
        assert torch.linalg.matrix_norm(layer.weight.detach().flatten(1), 2) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("width", [4, 6, 13, 25, 32, 50])
def test_a_residual_pair_takes_any_width(width: int) -> None:
    G, D = pair(ResidualPair(generator_width=width, discriminator_width=width))
    assert D(G(*inputs(G))).shape == (4,)


@pytest.mark.parametrize("spec", [SPECS["dcgan, bare"], SPECS["residual"]], ids=["dcgan", "residual"])
def test_first_weights_keep_the_size_of_what_passes(spec) -> None:
    G, _ = pair(spec.model_copy(update={"generator_width": 32}))
    before = []
    G.last.register_forward_hook(lambda module, given, out: before.append((given[0], out)))
    G(*inputs(G, 64))
    given, out = (each.detach().square().mean().sqrt() for each in before[0])
    assert 0.3 < given < 3
    assert 0.3 < out < 3


def test_a_config_that_asks_for_more_than_there_is_costs_nothing(tmp_path: Path) -> None:
    G, _ = pair(SPECS["dcgan"])
    save_network(G, tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"width": 200_000}))  # would be terabytes
    with pytest.raises(ValueError, match=r"holds .* as"):
        load_network(tmp_path)


def test_a_conditional_pair_hears_its_class() -> None:
    G, D = pair(SPECS["dcgan"].model_copy(update={"conditional": True}))
    G.eval()
    z = torch.randn(1, G.latent_size).expand(3, -1)
    pictures = G(z, torch.arange(3))
    assert (pictures[0] - pictures[1]).abs().max() > 0
    assert D(pictures, torch.zeros(3, dtype=torch.long)).equal(D(pictures, torch.arange(3)))  # nothing to say yet
    torch.nn.init.normal_(D.embedding.weight)
    assert not D(pictures, torch.zeros(3, dtype=torch.long)).equal(D(pictures, torch.arange(3)))


@pytest.mark.parametrize(
    "size, expected", [(8, (4, 1)), (28, (7, 2)), (32, (4, 3)), (48, (6, 3)), (64, (4, 4)), (128, (4, 5))]
)
def test_stages_double_to_the_size(size: int, expected: tuple[int, int]) -> None:
    assert stages(size) == expected
    assert expected[0] << expected[1] == size


@pytest.mark.parametrize("size", [0, 7, 30, 36])
def test_a_size_that_nothing_doubles_to_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="times a power of two"):
        stages(size)


def test_what_is_wrong_with_a_folder_is_said_in_a_sentence(tmp_path: Path) -> None:
    G, _ = pair(SPECS["dcgan"])
    save_network(G, tmp_path)
    with pytest.raises(ValueError, match="describes no discriminator of ours"):
        load_network(tmp_path, "discriminator")
    config = json.loads((tmp_path / "config.json").read_text())
    for change, names in (({"family": "transformer"}, "transformer"), ({"width": 8}, "not \\(512"),
                          ({"size": 30}, "power of two"), ({"colour": "blue"}, "colour")):  # fmt: skip
        (tmp_path / "config.json").write_text(json.dumps(config | change))
        with pytest.raises(ValueError, match=names):
            load_network(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(config))
    with torch.no_grad():
        G.last.bias[0] = torch.nan
    save_network(G, tmp_path)
    with pytest.raises(ValueError, match="not finite"):
        load_network(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"\x80\x04pickle")
    with pytest.raises(ValueError, match="not safetensors but a pickle"):
        load_network(tmp_path)
