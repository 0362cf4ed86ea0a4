"""A model's folder, laid out as on the hub: `config.json`, and `model.safetensors` in one file or in several.

Several files come with `model.safetensors.index.json`, which says for each tensor which file holds it. A folder may
come from anywhere, so nothing in it is believed: every mistake raises ValueError with one sentence that names the
file.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from gan_core import tensor_header
from gan_core.model_folder import CONFIG, INDEX, SINGLE, read_json, weight_map


def read_config(folder: Path) -> dict[str, object]:
    """What `config.json` says. Raises ValueError where there is none or it is not a JSON object."""
    return read_json(folder / CONFIG)


def write_config(folder: Path, config: dict[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_tensors(folder: Path) -> dict[str, Tensor]:
    """Every tensor of a folder, by name, in the types that they are stored in.

    Raises ValueError for a file that is missing, is no safetensors file, lies outside the folder, or does not hold what
    the index says that it holds.
    """
    if not (folder / INDEX).is_file():
        return read_shard(folder / SINGLE)
    where = weight_map(folder / INDEX)
    tensors: dict[str, Tensor] = {}
    for name in sorted(set(where.values())):
        shard = read_shard(folder / name)
        if set(shard) != {tensor for tensor, file in where.items() if file == name}:
            raise ValueError(f"{folder / name} does not hold the tensors that {INDEX} lists for it.")
        tensors |= shard
    return tensors


def write_tensors(folder: Path, tensors: dict[str, Tensor], limit: int = 10_000_000) -> list[Path]:
    """Write tensors in their order into as few files of less than `limit` bytes as hold them. Returns the files.

    10 MB is what a Space's git takes without LFS. A file of the same layout that stood there before is removed.
    """
    header = 64 * 1024  # bytes kept free for the names, more than any of our models needs
    shards: list[dict[str, Tensor]] = [{}]
    for name, tensor in tensors.items():
        if shards[-1] and header + sum(t.nbytes for t in shards[-1].values()) + tensor.nbytes > limit:
            shards.append({})
        shards[-1][name] = tensor.contiguous()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("model*.safetensors*"):
        old.unlink()
    if len(shards) == 1:
        write_shard(folder / SINGLE, shards[0])
        return [folder / SINGLE]
    files = [folder / f"model-{index:05d}-of-{len(shards):05d}.safetensors" for index in range(1, len(shards) + 1)]
    for shard, file in zip(shards, files, strict=True):
        write_shard(file, shard)
    index = {
        "metadata": {"total_size": sum(tensor.nbytes for tensor in tensors.values())},
        "weight_map": {name: file.name for shard, file in zip(shards, files, strict=True) for name in shard},
    }
    (folder / INDEX).write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")
    return files


def fill(module: nn.Module, tensors: dict[str, Tensor], source: Path) -> None:
    """Give a module its weights, each cast to the type that the module keeps it in.

    Raises ValueError for tensors that are missing, unknown, of another shape, or not finite; `source` is named in it.
    """
    own = module.state_dict()
    if missing := sorted(own.keys() - tensors.keys()):
        raise ValueError(f"{source} lacks {_some(missing)}.")
    if unknown := sorted(tensors.keys() - own.keys()):
        raise ValueError(f"{source} holds {_some(unknown)}, which {type(module).__name__} does not know.")
    for name, tensor in tensors.items():
        if tensor.shape != own[name].shape:
            raise ValueError(f"{source} holds {name} as {tuple(tensor.shape)}, not {tuple(own[name].shape)}.")
        if not torch.isfinite(tensor).all():
            raise ValueError(f"{source} holds numbers in {name} that are not finite.")
    if any(tensor.is_meta for tensor in own.values()):
        module.to_empty(device="cpu")
    module.load_state_dict(tensors, strict=True)


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def write_shard(file: Path, tensors: dict[str, Tensor]) -> None:
    """One safetensors file."""
    file.write_bytes(save(tensors, metadata={"format": "pt"}))  # `save_file` makes a file that only its owner may read


def read_shard(file: Path) -> dict[str, Tensor]:
    """The tensors of one safetensors file. Raises ValueError for one that is missing or none."""
    try:
        tensor_header.read(file)  # it says in words what is wrong
        return load_file(file)
    except (OSError, SafetensorError) as error:
        raise ValueError(f"{file} cannot be read as safetensors: {error}.") from None
