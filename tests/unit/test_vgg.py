"""VGG19's convolutions: the very weights that were given, torchvision's numbering, and folders that are refused."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save, save_file
from torch.nn.functional import avg_pool2d, conv2d, max_pool2d

from gan_core.networks import vgg
from gan_core.networks.weights import INDEX, fill, read_tensors, write_tensors
from gan_core.vgg import convert

SOURCE = "00de19868a2b345b0f03385c30070c0e527c280414fc7b058b6aabbf1d113a91"  # sha256 of vgg19_conv_fp16.safetensors
POSITIONS = (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28)  # torchvision's, of the convolutions
TORCHVISION = dict(zip(POSITIONS, [64] * 2 + [128] * 2 + [256] * 4 + [512] * 5, strict=True))  # their channels
POOLED = {5, 10, 19, 28}  # the convolutions that come right after a pooling


def pictures(count: int = 2, size: int = 32) -> torch.Tensor:
    return torch.rand(count, 3, size, size, generator=torch.Generator().manual_seed(0)) * 2 - 1


# The weights ---------------------------------------------------------------------------------------------------------


def test_the_shards_hold_the_given_file_bit_for_bit() -> None:
    tensors = read_tensors(vgg.FOLDER)
    assert hashlib.sha256(save(dict(sorted(tensors.items())))).hexdigest() == SOURCE


def test_the_card_gives_every_shards_sum() -> None:
    card = (vgg.FOLDER / "README.md").read_text(encoding="utf-8")
    shards = sorted(vgg.FOLDER.glob("*.safetensors"))
    assert re.findall(r"\| `(model-\S+)` \| [\d,]+ \| `(\w{64})` \|", card) == [
        (shard.name, hashlib.sha256(shard.read_bytes()).hexdigest()) for shard in shards
    ]
    assert SOURCE in card
    assert all(shard.stat().st_size < 10_000_000 for shard in shards)


def test_the_index_lists_every_tensor() -> None:
    index = json.loads((vgg.FOLDER / INDEX).read_text(encoding="utf-8"))
    tensors = read_tensors(vgg.FOLDER)
    assert list(index["weight_map"]) == [f"features.{i}.{part}" for i in TORCHVISION for part in ("weight", "bias")]
    assert index["metadata"]["total_size"] == sum(tensor.nbytes for tensor in tensors.values())


# The network ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pooling", "pool"), [("max", max_pool2d), ("average", avg_pool2d)])
def test_every_layer_is_what_the_paper_says(pooling: vgg.Pooling, pool) -> None:
    tensors = {name: tensor.float() for name, tensor in read_tensors(vgg.FOLDER).items()}
    answers = vgg.load(pooling=pooling)(pictures(), vgg.LAYERS)
    x = (pictures() + 1) / 2
    x = (x - torch.tensor(vgg.MEAN)[:, None, None]) / torch.tensor(vgg.DEVIATION)[:, None, None]
    for layer, (position, channels) in zip(vgg.LAYERS, TORCHVISION.items(), strict=True):
        x = pool(x, 2) if position in POOLED else x
        x = conv2d(x, tensors[f"features.{position}.weight"], tensors[f"features.{position}.bias"], padding=1).relu()
        assert answers[layer].shape == x.shape == (2, channels, x.shape[2], x.shape[2])
        torch.testing.assert_close(answers[layer], x)


def test_the_layers_have_the_papers_names() -> None:
    assert vgg.LAYERS[:5] == ("relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1")
    assert vgg.LAYERS[-2:] == ("relu4_4", "relu5_1")


def test_nothing_beyond_the_deepest_layer_is_computed() -> None:
    tiny = pictures(1, 2)  # too small for a second pooling
    network = vgg.load()
    assert network(tiny, ["relu2_1", "relu1_1"])["relu2_1"].shape == (1, 128, 1, 1)
    with pytest.raises(RuntimeError):
        network(tiny)


def test_gradients_reach_the_picture_and_not_the_weights() -> None:
    network, picture = vgg.load(), pictures(1).requires_grad_()
    network(picture)["relu5_1"].square().mean().backward()
    assert torch.isfinite(picture.grad).all()
    assert picture.grad.abs().max() > 0
    assert not any(parameter.requires_grad for parameter in network.parameters())


# What is refused -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(vgg.FOLDER, tmp_path_factory.mktemp("vgg") / "vgg19-conv")


def edited(folder: Path, target: Path, **moved: str | None) -> Path:
    """A folder with the same shards, and an index in which some tensors stand elsewhere, or nowhere."""
    shutil.copytree(folder, target, copy_function=lambda a, b: Path(b).hardlink_to(a))
    (target / INDEX).unlink()
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    index["weight_map"] |= moved
    index["weight_map"] = {name: file for name, file in index["weight_map"].items() if file is not None}
    (target / INDEX).write_text(json.dumps(index), encoding="utf-8")
    return target


@pytest.mark.parametrize(
    "outside",
    [
        "../vgg19-conv/model-00001-of-00003.safetensors",
        "/etc/passwd",
        "..",
        "",
        "a\\b.safetensors",
        "c:b.safetensors",
        "sub/model.safetensors",
    ],
)
def test_an_index_that_points_outside_its_folder_is_refused(copied: Path, tmp_path: Path, outside: str) -> None:
    folder = edited(copied, tmp_path / "edited", **{"features.0.weight": outside})
    with pytest.raises(ValueError, match="points outside its folder"):
        vgg.load(folder)


def test_shards_that_hold_something_else_are_refused(copied: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not hold the tensors"):
        vgg.load(edited(copied, tmp_path / "fewer", **{"features.0.weight": None}))
    with pytest.raises(ValueError, match="does not hold the tensors"):
        vgg.load(edited(copied, tmp_path / "more", **{"features.99.weight": "model-00001-of-00003.safetensors"}))
    with pytest.raises(ValueError, match="gone\\.safetensors cannot be read"):
        vgg.load(edited(copied, tmp_path / "gone", **{"features.99.weight": "gone.safetensors"}))


@pytest.mark.parametrize("index", ["[]", "{", "{}", '{"weight_map": 3}', '{"weight_map": {"a": 1}}', "[" * 100_000])
def test_an_index_that_is_none_is_refused(tmp_path: Path, index: str) -> None:
    (tmp_path / INDEX).write_text(index, encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(INDEX)):
        vgg.load(tmp_path)


def test_other_tensors_are_refused_in_one_sentence() -> None:
    network, source = torch.nn.Linear(2, 1), Path("here")
    good = {"weight": torch.ones(1, 2), "bias": torch.zeros(1)}
    for wrong, words in (
        ({"weight": good["weight"]}, "here lacks bias."),
        (good | {"more": good["bias"]}, "here holds more, which Linear does not know."),
        (good | {"bias": torch.zeros(2)}, "here holds bias as (2,), not (1,)."),
        (good | {"bias": torch.tensor([torch.nan])}, "here holds numbers in bias that are not finite."),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
            fill(network, wrong, source)
    fill(network, good, source)
    assert network.weight.tolist() == [[1, 1]]


# Writing -------------------------------------------------------------------------------------------------------------


def test_a_conversion_makes_the_shipped_folder(tmp_path: Path) -> None:
    source = tmp_path / "source.safetensors"
    save_file(read_tensors(vgg.FOLDER), source)
    made = convert(source, tmp_path / "made")
    assert [file.read_bytes() for file in made] == [(vgg.FOLDER / file.name).read_bytes() for file in made]


def test_one_small_shard_needs_no_index(tmp_path: Path) -> None:
    tensors = {"a": torch.arange(3.0), "b": torch.zeros(2)}
    write_tensors(tmp_path, tensors, limit=1)
    assert len(list(tmp_path.iterdir())) == 3
    assert read_tensors(tmp_path).keys() == tensors.keys()
    write_tensors(tmp_path, tensors)
    assert [file.name for file in tmp_path.iterdir()] == ["model.safetensors"]
    assert torch.equal(load_file(tmp_path / "model.safetensors")["a"], tensors["a"])
