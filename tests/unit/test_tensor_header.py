"""What a safetensors file says of itself, against the library that reads and writes such files."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors import SafetensorError
from safetensors.numpy import load, save

from gan_core import tensor_header
from gan_core.tensor_header import HeaderError

ARRAYS = {
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b.weight": np.ones(5, np.float16),
    "none": np.zeros((0, 4), np.int64),
    "one": np.array(3, np.uint8),
}
WHOLE = save(ARRAYS, {"format": "np"})


def with_header(change: dict | bytes, data: bytes = bytes(8)) -> bytes:
    header = change if isinstance(change, bytes) else json.dumps(change).encode()
    return len(header).to_bytes(8, "little") + header + data


def tensor(shape: list, begin: int, end: int, dtype: str = "F32") -> dict:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def test_every_tensor_is_where_the_header_says(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(WHOLE)
    stored = tensor_header.read(tmp_path / "x")
    assert stored.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert stored[name].shape == array.shape
        assert tensor_header.DTYPES[stored[name].dtype] == (array.itemsize, str(array.dtype))
        assert WHOLE[stored[name].begin : stored[name].end] == array.tobytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 and so on", "x is not safetensors but a zip file"),
        (b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00", "x is not safetensors but a pickle"),
        (b"", "0 bytes"),
        (with_header({})[:8] + b"{", "its header has 2 bytes, but the file has 9"),
        (with_header(b"[" * 9_000), "does not list tensors"),
        (with_header(b'{"a": 1}'), "does not list tensors"),
        (with_header({"a": tensor([2], 0, 8, "F128")}), "does not list tensors"),
        (with_header({"a": tensor([2.0], 0, 8)}), "does not list tensors"),
        (with_header({"a": tensor([-2], 0, 8)}), "does not list tensors"),
        (with_header({"a": tensor([3], 0, 8)}), r"lies about a: \(3,\) of F32 are 12 bytes"),
        (with_header({"a": tensor([1], 0, 4), "b": tensor([1], 0, 4)}), "lies about b"),
        (with_header({"a": tensor([1], 4, 8)}), "lies about a"),
        (with_header({"a": tensor([1], 0, 4)}), "its header speaks of"),
        (with_header({"a": tensor([10**12], 0, 4 * 10**12)}), "its header speaks of"),
    ],
)
def test_a_file_that_lies_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(HeaderError, match=words) as error:
        tensor_header.read(tmp_path / "x")
    assert str(error.value).endswith(".")


@given(at=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255), cut=st.booleans())
def test_what_we_let_pass_the_library_can_read(
    at: int, byte: int, cut: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = WHOLE[:at] if cut else WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :]
    path = tmp_path_factory.getbasetemp() / "damaged.safetensors"
    path.write_bytes(content)
    try:
        stored = tensor_header.read(path)
    except HeaderError:
        return
    try:
        arrays = load(content)
    except SafetensorError:  # it is stricter on names and on what else stands in the header
        return
    assert {name: each.shape for name, each in stored.items()} == {name: each.shape for name, each in arrays.items()}
