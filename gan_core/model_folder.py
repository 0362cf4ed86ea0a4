"""A model's folder, as on the hub, as far as it can be read without torch: names of files, `config.json`, the index.

A folder may come from anywhere, so nothing in it is believed: every mistake raises ValueError with one sentence that
names the file.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

CHECKPOINTS = Path(__file__).parent.parent / "checkpoints"
CONFIG, SINGLE, INDEX = "config.json", "model.safetensors", "model.safetensors.index.json"
CARD = "README.md"
PLAIN = re.compile(r"[\w.-]+\.safetensors")  # a file's own name: no folder, no drive


def weight_map(index: Path) -> dict[str, str]:
    """Which file of the folder holds each tensor, as an index says.

    Raises ValueError for an index that says nothing of the kind, or points outside its folder.
    """
    where = read_json(index).get("weight_map")
    if not isinstance(where, dict) or not all(isinstance(name, str) for name in where.values()):
        raise ValueError(f"{index} has no weight_map from tensors to files.")
    for name in sorted(set(where.values())):
        if not PLAIN.fullmatch(name):
            raise ValueError(f"{index} points outside its folder, to {name!r}.")
    return where


def weight_files(folder: Path) -> list[str]:
    """The names of the files that hold the model's own weights. Raises ValueError as `weight_map` does."""
    return sorted(set(weight_map(folder / INDEX).values())) if (folder / INDEX).is_file() else [SINGLE]


def licence_of(card: str) -> str:
    """What a card's head says of the licence, empty where it says nothing."""
    found = re.match(r"---\n(?:.*\n)*?license: *(\S.*)\n(?:.*\n)*?---\n", card)
    return found[1].strip() if found else ""


def nameless(folder: Path, sentence: str) -> str:
    """A sentence of ours about a folder or a file in it, without saying where that lies."""
    return sentence.replace(f"{folder}{os.sep}", "").replace(str(folder), "it")


def read_json(file: Path) -> dict[str, object]:
    """A JSON object. Raises ValueError for a file that is missing or holds something else."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise ValueError(f"{file} cannot be read: {error}.") from None
    if not isinstance(content, dict):
        raise ValueError(f"{file} is not a JSON object.")
    return content
