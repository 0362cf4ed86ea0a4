"""The one door to models: the hub's real client, in its real process, against a hub on this machine."""

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from huggingface_hub import cached_assets_path
from pydantic import SecretStr
from safetensors.numpy import save
from safetensors.torch import load_file, save_file

from gan_core import hub as door
from gan_core import models, shelf, tensor_header
from gan_core.data import hub_files
from gan_core.data.hub_cache import Cache
from gan_core.data.pictures import DataError
from gan_core.model_folder import CHECKPOINTS, weight_files
from gan_core.networks import vgg
from gan_core.networks.picture_mlp import MlpDiscriminator, MlpGenerator
from gan_core.networks.pictures import save_network
from gan_core.networks.weights import write_tensors
from gan_core.style.eyes import eye
from tests.hub_server import TOKEN, HubServer

ID = "ada/gan"
VGG = "timm/vgg19.tv_in1k"
CARD = b"---\nlicense: mit\n---\n\n# Small\n"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A generator and its discriminator with first weights, as a repository holds them."""
    folder = tmp_path_factory.mktemp("small")
    torch.manual_seed(0)
    save_network(MlpGenerator(size=8, channels=1, latent_size=4, width=8, classes=3, batch_norm=True), folder)
    save_network(MlpDiscriminator(size=8, channels=1, width=8, classes=3, norm="none"), folder)
    return {file.name: file.read_bytes() for file in folder.iterdir()} | {"README.md": CARD, "notes.txt": b"not this"}


def with_weights(files: dict[str, bytes], change: Callable[[dict[str, torch.Tensor]], None], folder: Path) -> dict:
    """The files with other tensors in model.safetensors."""
    path = folder / "changed.safetensors"
    path.write_bytes(files["model.safetensors"])
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path)
    return files | {"model.safetensors": path.read_bytes()}


def sentence(name: str = ID, call: Callable = door.resolve, **more) -> str:
    """With which it fails; what came with the app goes on working."""
    with pytest.raises(DataError) as error:
        call(name, **more)
    message = str(error.value)
    assert message.endswith(".")
    assert "http" not in message  # addresses can hold a password
    assert str(Path.home()) not in message
    assert "/hf/" not in message  # the cache's folder
    assert door.resolve("fashion-mlp-28").origin == "bundled"
    return message


def kept(folder: Path) -> list[Path]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file for file in files if not file.name.endswith((".lock", ".TAG"))]


# What goes well ------------------------------------------------------------------------------------------------------


def test_what_came_with_the_app_asks_nobody(hub: HubServer) -> None:
    names = [model.name for model in shelf.bundled()]
    assert names == sorted(folder.name for folder in CHECKPOINTS.iterdir() if folder.is_dir())
    cats = door.resolve("cats-64")
    assert (cats.folder, cats.origin, cats.revision, cats.licence) == (
        CHECKPOINTS / "cats-64",
        "bundled",
        "",
        "apache-2.0",
    )
    assert cats.size == sum(file.stat().st_size for file in cats.folder.iterdir())
    assert hub.requests == []


def test_the_manifest_is_of_these_files() -> None:
    """If not: python -m gan_core.shelf"""
    assert shelf.MANIFEST.read_text("utf-8") == shelf.manifest()


def test_the_cache_is_where_the_client_has_it(hub: HubServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    commit = hub.add("model", ID, {"config.json": b"{}"})
    for name in ("HF_HOME", "HF_HUB_CACHE", "HF_ASSETS_CACHE"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    with hub_files.Hub("model", ID) as there:
        path = there.fetch(there.listing("main"), "config.json")
    assert path == Cache.here().snapshots("model", ID) / commit / "config.json"
    ours = Cache.here().listings("model", ID)
    assert (ours / f"{commit}.json").is_file()
    assert ours == cached_assets_path("gan-classroom", f"models--{ID}", "listings", assets_dir=Cache.here().assets)


def test_a_repository_is_fetched_once_and_only_what_is_of_use(hub: HubServer, small: dict[str, bytes]) -> None:
    commit = hub.add("model", ID, small, card={"license": "mit"})
    told: list[tuple[int, int]] = []
    model = door.resolve(ID, progress=lambda done, of: told.append((done, of)))
    assert (model.name, model.origin, model.revision, model.licence) == (f"{ID}@{commit}", "hub", commit, "mit")
    assert model.files.keys() == small.keys() - {"notes.txt"}
    assert told[-1] == (model.size, model.size)
    assert told == sorted(told)
    assert not any("notes" in request.path for request in hub.requests)
    before = len(hub.requests)
    assert door.resolve(model.name) == shelf.find(ID) == shelf.find(model.name) == model
    assert len(hub.requests) == before  # a commit that is here: not one request
    assert door.resolve(ID) == model
    assert len(hub.requests) == before + 1  # which is the newest?
    about = models.inspect(model.name)
    assert (about["family"], about["size"], about["classes"], about["labels"]) == ("mlp", 8, 3, ["0", "1", "2"])
    assert about["parameters"].keys() == {"generator", "discriminator"}
    assert models.samples(model.name, 0, 4) == models.samples(ID, 0, 4) != models.samples(ID, 1, 4)


def test_branches_tags_and_commits(hub: HubServer, small: dict[str, bytes]) -> None:
    first = hub.add("model", ID, small)
    tagged = hub.add("model", ID, small | {"README.md": b"v1"}, "v1")
    newest = hub.add("model", ID, small | {"README.md": b"newest"})
    assert [door.resolve(f"{ID}{at}").revision for at in ("", "@v1", f"@{first}", "@main")] == [
        newest,
        tagged,
        first,
        newest,
    ]
    assert [model.revision for model in shelf.cached()] == sorted([first, tagged, newest])


def test_several_files_with_an_index(hub: HubServer, small: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "one.safetensors").write_bytes(small["model.safetensors"])
    write_tensors(tmp_path / "several", load_file(tmp_path / "one.safetensors"), limit=66_000)
    shards = {file.name: file.read_bytes() for file in (tmp_path / "several").iterdir()}
    assert len(shards) > 2
    hub.add("model", ID, {name: small[name] for name in small if name != "model.safetensors"} | shards)
    model = door.resolve(ID)
    assert shards.keys() < model.files.keys()
    hub.fail("", "unavailable")
    assert door.resolve(model.name) == model
    assert models.inspect(ID)["kind"] == "generator"


def test_without_a_network_the_newest_that_is_here(
    hub: HubServer, small: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add("model", ID, small)
    door.resolve(ID)
    second = hub.add("model", ID, small | {"README.md": b"second"})
    door.resolve(ID)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert door.resolve(ID).revision == second
    assert "HF_HUB_OFFLINE" in sentence(f"{ID}@main")
    assert "cannot be fetched" in sentence("ada/other")
    assert models.samples("digits-cdcgan-32", 0, 4).startswith(b"\x89PNG")


def test_removing_leaves_what_another_commit_shares(hub: HubServer, small: dict[str, bytes], tmp_path: Path) -> None:
    hub.add("model", ID, small)
    first = door.resolve(ID)
    hub.add("model", ID, small | {"README.md": b"other"})
    second = door.resolve(ID)
    assert shelf.remove(first.name) == len(CARD)
    assert [model.name for model in shelf.cached()] == [second.name]
    assert "not on this machine" in sentence(first.name, shelf.find)
    assert models.inspect(second.name)["size"] == 8
    assert shelf.remove(second.name) == second.size
    assert shelf.cached() == []
    assert kept(tmp_path / "hf") == []
    assert "stays" in sentence("cats-64", shelf.remove)


def test_every_byte_is_read_again(hub: HubServer, small: dict[str, bytes], tmp_path: Path,
                                  monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    hub.add("model", ID, small)
    folders = {door.resolve(ID).name: door.resolve(ID).folder}
    monkeypatch.setattr(shelf, "CHECKPOINTS", tmp_path / "checkpoints")
    shutil.copytree(CHECKPOINTS, tmp_path / "checkpoints")
    folders["fashion-mlp-28"] = tmp_path / "checkpoints" / "fashion-mlp-28"
    for name, folder in folders.items():
        told: list[tuple[int, int]] = []
        shelf.verify(name, progress=lambda done, of, told=told: told.append((done, of)))
        assert told[-1] == (shelf.find(name).size,) * 2
        content = bytearray((folder / "model.safetensors").read_bytes())
        content[-1] ^= 1
        (folder / "model.safetensors").write_bytes(content)
        assert f"model.safetensors of {name} does not hold the bytes" in sentence(name, shelf.verify)
        assert "cancelled" in sentence(name, shelf.verify, stop=lambda: True)
    (folder / "config.json").unlink()
    assert "config.json of fashion-mlp-28 is gone" in sentence("fashion-mlp-28", shelf.verify)


def test_what_makes_no_pictures_says_so() -> None:
    assert "is a classifier" in sentence("digits-classifier", models.samples, seed=0, count=1)
    assert "recorded run" in sentence("toy-ring", models.load)
    assert "from 1 to 100" in sentence("cats-64", models.samples, seed=0, count=101)
    assert "told no class" in sentence("cats-64", models.samples, seed=0, count=1, label=0)
    assert "from 0 to 9" in sentence("fashion-vae-32", models.samples, seed=0, count=1, label=10)
    assert {name: models.inspect(name)["kind"] for name in ("toy-ring", "vgg19-conv", "fashion-vae-32")} == {
        "toy-ring": "recording", "vgg19-conv": "vgg19", "fashion-vae-32": "autoencoder"
    }  # fmt: skip


# What goes wrong -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "kind", "words"),
    [
        ("/api/", "html", "did not answer as a hub does"),
        ("/resolve/.*/model.safetensors", "gone", "lists a file that it does not have"),
        ("GET /stored/", "short", "arrived shorter"),
        ("GET /stored/", "corrupt", "has not the hash"),
    ],
)
def test_a_transfer_that_fails(hub: HubServer, small: dict[str, bytes], pattern: str, kind: str, words: str) -> None:
    hub.add("model", ID, small)
    hub.fail(pattern, kind)
    assert words in sentence()
    assert shelf.cached() == []
    hub.mend()
    assert door.resolve(ID).files


def test_what_is_not_there_or_not_for_us(hub: HubServer, small: dict[str, bytes], monkeypatch) -> None:
    hub.add("model", ID, small)
    hub.add("model", "ada/gated", small, gated=True)
    assert "ada/nothing is neither a model that came with the app nor a model" in sentence("ada/nothing")
    assert "'v9' is not a revision of ada/gan" in sentence(f"{ID}@v9")
    assert "accept its terms" in sentence("ada/gated")
    for odd in ("cats", "../etc/passwd", "", "https://127.0.0.1/ada/gan"[8:], "ada/gan/model"):
        assert "cats-64" in sentence(odd)  # it says what there is
    monkeypatch.setenv("HF_ENDPOINT", "http://ada:secret@127.0.0.1:9")  # a port on which nobody listens
    said = sentence("ada/other")
    assert "127.0.0.1 cannot be reached" in said
    assert "secret" not in said


def lying(content: bytes) -> bytes:
    """A safetensors file whose header gives a tensor another shape."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    name = next(name for name in header if name != "__metadata__")
    header[name]["shape"] = [1 << 40]
    packed = json.dumps(header).encode()
    return len(packed).to_bytes(8, "little") + packed + content[8 + length :]


def index_to(file: str) -> bytes:
    return json.dumps({"weight_map": {"a": file}}).encode()


INDEX = "model.safetensors.index.json"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model.safetensors": None}, "holds no model.safetensors"),
        ({"model.safetensors": None, "pytorch_model.bin": b"PK"}, "can run code"),
        ({"model.safetensors": b"PK\x03\x04" + bytes(99)}, "model.safetensors is not safetensors but a zip file"),
        ({"model.safetensors": b"\x80\x04" + b"\xff" * 99}, "not safetensors but a pickle"),
        ({"model.safetensors": lying}, "lies about"),
        ({"discriminator.safetensors": lambda content: content[:-4]}, "discriminator.safetensors has"),
        ({"config.json": None}, "has no config.json"),
        ({"config.json": b"[]"}, "config.json is not a JSON object"),
        ({"config.json": b'{"architectures": ["Bert"]}'}, "names no network of this app"),
        ({"model.safetensors": None, INDEX: index_to("../../x.safetensors")}, "points outside its folder"),
        ({"model.safetensors": None, INDEX: index_to("x.safetensors")}, "points to x.safetensors, which"),
        ({"model.safetensors": None, INDEX: b"{}"}, "has no weight_map"),
    ],
)  # fmt: skip
def test_a_repository_that_cannot_be_used_is_not_kept(
    hub: HubServer, small: dict[str, bytes], change: dict, words: str, tmp_path: Path
) -> None:
    files = small | {name: new(small[name]) if callable(new) else new for name, new in change.items()}
    hub.add("model", ID, {name: content for name, content in files.items() if content is not None})
    said = sentence()
    assert words in said
    assert "choose another model" in said
    assert shelf.cached() == []
    assert [file for file in kept(tmp_path / "hf") if "hub" in file.parts] == []


def test_too_large_is_refused_before_it_is_fetched(
    hub: HubServer, small: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add("model", ID, small)
    monkeypatch.setattr(door, "MOST_BYTES", 1000)
    assert "more than" in sentence()
    assert not any("/stored/" in request.path for request in hub.requests)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda tensors: tensors["last.bias"].fill_(torch.nan), "numbers in last.bias that are not finite"),
        (lambda tensors: tensors.pop("last.bias"), "lacks last.bias"),
        (lambda tensors: tensors.update(more=torch.zeros(1)), "holds more, which MlpGenerator does not know"),
        (lambda tensors: tensors.update({"last.bias": torch.zeros(2)}), "holds last.bias as (2,)"),
    ],
)
def test_weights_that_do_not_fit(hub: HubServer, small: dict[str, bytes], change, words: str, tmp_path: Path) -> None:
    hub.add("model", ID, with_weights(small, change, tmp_path))
    model = door.resolve(ID)
    for call in (models.load, models.inspect):
        said = sentence(model.name, call)
        assert said.startswith(f"{model.name} does not load: it")
        assert words in said


def test_a_config_that_asks_for_another_network(hub: HubServer, small: dict[str, bytes]) -> None:
    config = json.loads(small["config.json"])
    hub.add("model", ID, small | {"config.json": json.dumps(config | {"family": "transformer"}).encode()})
    assert "config.json describes no generator of ours" in sentence(door.resolve(ID).name, models.load)
    hub.add("model", ID, small | {"config.json": json.dumps(config | {"width": 1 << 24}).encode()})  # of 10^15 numbers
    assert "not (" in sentence(door.resolve(ID).name, models.load)
    wide = {"model": "classifier", "size": 28, "channels": 1, "classes": ["a"], "width": 1 << 24}
    hub.add("model", ID, small | {"config.json": json.dumps(wide).encode()})
    assert "lacks" in sentence(door.resolve(ID).name, models.load)


def test_a_hub_that_hangs(hub: HubServer, small: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add("model", ID, small)
    hub.fail("GET /stored/", "hang")
    assert "took more than 1 s" in sentence(seconds=1)
    monkeypatch.setattr(hub_files, "PATIENCE", 1.0)
    assert "sent nothing for 1 s" in sentence()
    assert "cancelled" in sentence(stop=lambda: any("/stored/" in each.path for each in hub.requests))
    hub.mend()
    assert door.resolve(ID).files  # no lock was left behind


# VGG19: some tensors of a large file ---------------------------------------------------------------------------------


def large(dtype: type = np.float16, **change: np.ndarray | None) -> dict[str, bytes]:
    """A file with the names and shapes of torchvision's VGG19, as far as we have a use for them, and more."""
    like = CHECKPOINTS / "vgg19-conv"
    stored = {n: each for file in weight_files(like) for n, each in tensor_header.read(like / file).items()}
    arrays = {name: np.full(each.shape, 0.01, dtype) for name, each in stored.items()}
    more = {"features.30.weight": np.ones(1000, dtype), "classifier.0.weight": np.ones(1_000_000, dtype)}
    arrays |= more | change
    arrays = {name: arrays[name] for name in sorted(arrays) if arrays[name] is not None}
    return {"model.safetensors": save(arrays), "config.json": b'{"architecture": "vgg19"}', "README.md": CARD}


def test_of_vgg19_only_the_convolutions_are_fetched(hub: HubServer) -> None:
    commit = hub.add("model", VGG, large(), card={"license": "bsd-3-clause"})
    hub.fail("GET /stored/.*", "cut", times=3)  # the connection breaks, and is taken up again
    told: list[tuple[int, int]] = []
    model = door.resolve(VGG, progress=lambda done, of: told.append((done, of)))
    assert (model.name, model.licence) == (f"{VGG}@{commit}", "bsd-3-clause")
    assert told == sorted(told)
    assert told[0][0] < 1 << 20 < told[-1][0] < 26_000_000  # of 28
    assert {request.token for request in hub.requests if request.path.startswith("/stored/")} == {None}
    assert all(request.range for request in hub.requests if request.path.startswith("/stored/"))
    network = vgg.load(model.folder)
    assert all((each == torch.tensor(0.01).half()).all() for each in network.parameters())
    config = json.loads((model.folder / "config.json").read_text("utf-8"))
    assert (config["dtype"], config["rescaled"]) == ("float16", False)
    assert models.inspect(model.name)["kind"] == "vgg19"
    eye.cache_clear()
    painter = eye("vgg19", "torchvision", "max", "cpu").network  # what a style transfer looks through
    eye.cache_clear()
    assert all(torch.allclose(each.float(), torch.tensor(0.01), rtol=4e-3) for each in painter.parameters())
    before = len(hub.requests)
    assert door.resolve(model.name) == model
    assert [model] == shelf.cached()
    shelf.verify(model.name)
    assert shelf.remove(VGG) == model.size
    assert shelf.cached() == []
    assert len(hub.requests) == before


def test_another_vgg_than_expected(hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add("model", VGG, large(np.float16, **{"features.2.bias": None}))
    assert "lacks features.2.bias" in sentence(VGG)
    hub.add("model", VGG, large(np.float16, **{"features.0.bias": np.zeros(32, np.float16)}))
    assert "features.0.bias as (32,), not (64,)" in sentence(VGG)
    hub.add("model", VGG, {"model.safetensors": lying(large()["model.safetensors"])})
    assert "model.safetensors of timm/vgg19.tv_in1k lies about" in sentence(VGG)
    hub.fail("GET /stored/", "whole")
    assert "does not serve parts of files" in sentence(VGG)
    hub.mend()
    hub.add("model", VGG, large())
    hub.fail("GET /stored/", "slow")
    assert "cancelled" in sentence(VGG, stop=lambda: any(each.range == "bytes=0-7" for each in hub.requests[-1:]))
    assert not [file for file in kept(tmp_path / "hf") if file.name == "model.safetensors"]


# Sending -------------------------------------------------------------------------------------------------------------


def test_what_was_sent_can_be_fetched_and_loaded(
    hub: HubServer, small: dict[str, bytes], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[tuple[int, int]] = []
    name = door.push(ID, small, SecretStr(TOKEN), private=False, progress=lambda done, of: told.append((done, of)))
    repository = hub.repositories["model", ID]
    assert repository.commits[repository.refs["main"]] == small
    assert len(repository.commits) == 2  # the empty one that makes it, and ours
    assert told[-1] == (sum(map(len, small.values())),) * 2
    assert {request.token for request in hub.requests if "/upload/" in request.path} == {None}  # another origin
    assert {request.token for request in hub.requests if "/upload/" not in request.path} == {TOKEN}
    assert not any(TOKEN in request.path for request in hub.requests)
    assert models.inspect(door.resolve(name).name)["size"] == 8
    hub.repositories["model", ID].private = True
    assert "that this machine may see" in sentence(f"{ID}@main")  # the token was for sending alone
    assert not any(TOKEN.encode() in file.read_bytes() for file in kept(tmp_path))
    assert TOKEN not in "".join(capfd.readouterr())
    again = door.push(ID, {"README.md": CARD + b"More."}, SecretStr(TOKEN))
    assert again != name
    assert repository.commits[repository.refs["main"]] == small | {"README.md": CARD + b"More."}


@pytest.mark.parametrize(
    ("repository", "token", "words"),
    [
        (ID, "hf_ofSomebodyElse", "does not let this token write to ada/gan"),
        ("bob/gan", TOKEN, "does not let this token write to bob/gan"),
        (ID, " ", "That is no token"),
        (ID, "hf_a\nb", "That is no token"),
        ("gan", TOKEN, "owner/name"),
    ],
)
def test_no_leave_to_write(hub: HubServer, small: dict[str, bytes], repository: str, token: str, words: str) -> None:
    said = sentence(repository, door.push, files=small, token=SecretStr(token))
    assert words in said
    assert "hf_" not in said
    assert not any(each.commits for each in hub.repositories.values())


def test_sending_without_a_network(small: dict[str, bytes], hub: HubServer, monkeypatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert "ada/gan cannot be sent" in sentence(ID, door.push, files=small, token=SecretStr(TOKEN))


def test_while_something_is_sent_nobody_can_read_the_token_and_cancelling_commits_nothing(
    hub: HubServer, small: dict[str, bytes]
) -> None:
    hub.fail("PUT /upload/", "hang")
    seen: list[str] = []

    def stop() -> bool:
        if not (sending := any(each.method == "PUT" for each in hub.requests)):
            return False
        for child in psutil.Process().children():
            if "gan_core.data.hub_process" in child.cmdline():
                seen.append(" ".join([*child.cmdline(), *child.environ().values()]))
        return sending

    assert "cancelled" in sentence(ID, door.push, files=small, token=SecretStr(TOKEN), stop=stop)
    assert seen
    assert not any(TOKEN in each for each in seen)
    assert len(hub.repositories["model", ID].commits) == 1
    assert threading.active_count() < 50


# What a stranger's repository may not do ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["config.json", "model.safetensors.index.json"])
def test_a_huge_config_is_refused_before_it_is_fetched(
    hub: HubServer, small: dict, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MOST_JSON", 1000)
    hub.add("model", ID, small | {name: b"{" + b" " * 2000 + b"}"})
    assert f"its {name} has 0 MB, more than the 0 that such a file may have" in sentence()
    assert not [each for each in hub.requests if "/resolve/" in each.path]


def test_half_a_part_is_no_model_and_two_may_remove_one(hub: HubServer, small: dict) -> None:
    hub.add("model", ID, small)
    name = door.resolve(ID).name
    commit = name.partition("@")[2]
    (Cache.here().parts("model", ID) / commit).mkdir(parents=True)  # nothing was written into it yet
    assert shelf.find(name).folder.is_relative_to(Cache.here().hub)
    found = shelf.find(name)
    (Cache.here().listings("model", ID) / f"{commit}.json").unlink()  # somebody else's click was faster
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "find", lambda name: found)
        assert shelf.remove(name) > 0


def test_the_page_of_a_repository_is_on_the_hub_that_is_asked(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert door.page(f"{ID}@{'0' * 40}") == f"{hub.url}/{ID}"
    monkeypatch.delenv("HF_ENDPOINT")
    assert door.page(ID) == f"https://huggingface.co/{ID}"


@pytest.mark.parametrize("name", ["ada/gan", "https://huggingface.co/ada/gan", "huggingface.co/ada/gan/"])
def test_a_pages_address_names_its_repository(name: str) -> None:
    assert shelf.parsed(name) == ("ada/gan", "")
