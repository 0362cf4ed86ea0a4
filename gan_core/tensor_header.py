"""What a safetensors file says of itself: each tensor's type, shape and place. Torch-free, and nothing is believed.

The format: 8 bytes with the header's length (little-endian), the header (JSON), the tensors one after another.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import NamedTuple

LONGEST = 100_000_000  # bytes of a header; safetensors itself reads none longer
DTYPES = {  # bytes of a number, and torch's name for its type
    "F64": (8, "float64"), "F32": (4, "float32"), "F16": (2, "float16"), "BF16": (2, "bfloat16"),
    "I64": (8, "int64"), "I32": (4, "int32"), "I16": (2, "int16"), "I8": (1, "int8"),
    "U64": (8, "uint64"), "U32": (4, "uint32"), "U16": (2, "uint16"), "U8": (1, "uint8"), "BOOL": (1, "bool"),
}  # fmt: skip
EXECUTABLE = {b"PK\x03\x04": "a zip file as torch.save writes it", b"\x80": "a pickle"}


class HeaderError(ValueError):
    """No safetensors file, or one that lies about itself; the message is one sentence."""


class Stored(NamedTuple):
    """A tensor in a file."""

    dtype: str  # a key of DTYPES
    shape: tuple[int, ...]
    begin: int  # byte of the file
    end: int


def read(file: Path) -> dict[str, Stored]:
    """The tensors of a file, by name, in their order.

    Raises:
        HeaderError: it is something else, or what it says cannot be true; the file is named.
        OSError: it cannot be opened.
    """
    size = file.stat().st_size
    with file.open("rb") as opened:
        length = header_length(opened.read(8), size, file)
        return parse(opened.read(length), size, file)


def header_length(first: bytes, size: int, name: object) -> int:
    """Bytes of the header that follows a file's `first` eight, of `size` in all. Raises HeaderError."""
    length = int.from_bytes(first, "little")
    if len(first) == 8 and length <= min(size - 8, LONGEST):
        return length
    for start, kind in EXECUTABLE.items():
        if first.startswith(start):
            raise HeaderError(
                f"{name} is not safetensors but {kind}, which can run code when it is opened, so it is never read."
            )
    raise HeaderError(
        f"{name} says that its header has {length:,} bytes, but the file has {size:,}: it is damaged, or no "
        "safetensors file."
    )


def parse(header: bytes, size: int, name: object) -> dict[str, Stored]:
    """The tensors that a header lists, for a file of `size` bytes in all. Raises HeaderError."""
    try:
        listed = json.loads(header)
        tensors = {
            tensor: Stored(
                about["dtype"], tuple(map(_count, about["shape"])), *(len(header) + 8 + _count(at) for at in places)
            )
            for tensor, about in listed.items()
            if tensor != "__metadata__"
            for places in [about["data_offsets"]]
        }
        widths = {tensor: DTYPES[stored.dtype][0] for tensor, stored in tensors.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise HeaderError(f"{name} has a header that does not list tensors: it is damaged.") from None
    at = 8 + len(header)
    for tensor, stored in sorted(tensors.items(), key=lambda item: item[1].begin):
        needed = math.prod(stored.shape) * widths[tensor]
        if stored.begin != at or stored.end - stored.begin != needed:
            raise HeaderError(
                f"{name} lies about {tensor}: {stored.shape} of {stored.dtype} are {needed:,} bytes from byte {at:,} "
                f"on, not those from {stored.begin:,} to {stored.end:,}."
            )
        at = stored.end
    if at != size:
        raise HeaderError(f"{name} has {size:,} bytes, but its header speaks of {at:,}: it is damaged.")
    return tensors


def _count(number: object) -> int:
    if type(number) is not int or number < 0:
        raise ValueError
    return number
