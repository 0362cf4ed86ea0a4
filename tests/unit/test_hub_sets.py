"""Picture sets of the hub: the hub's real client, in its real process, against a hub on this machine."""

import io
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from huggingface_hub import HfApi
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gan_core.data import hub_files, hub_sets
from gan_core.data.hub_cache import Cache
from gan_core.data.load import load_pictures
from gan_core.data.pictures import DataError, PictureSet
from gan_core.data.showing import look
from gan_core.specs import Pictures, SpecError
from tests.hub_server import TOKEN, HubServer

ID = "ada/digits"
CHUNK = 1 << 16  # of the client in our process
CLASSES = ["zero", "one", "two"]


def png(grey: int, side: int = 8, **more: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (more.get("width", side), side), grey).save(buffer, "PNG")
    return buffer.getvalue()


def parquet(cells: list[bytes | None], labels: list[int | None] | None = None, features: dict | None = None) -> bytes:
    """As the hub's own library writes it: pairs of bytes and path, and what the columns are in the schema."""
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    columns = {"image": pa.array([{"bytes": cell, "path": "x.png"} for cell in cells], kind)}
    said: dict = {"image": {"_type": "Image"}}
    if labels is not None:
        columns["label"] = pa.array(labels, pa.int64())
        said["label"] = {"_type": "ClassLabel", "names": CLASSES}
    table = pa.table(columns).replace_schema_metadata(
        {"huggingface": json.dumps({"info": {"features": features or said}})}
    )
    return written(table)


def written(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


ONES = parquet([png(1)] * 2)


def noise() -> list[bytes]:
    """Eight pictures that make a file of many of the client's chunks."""
    buffers = [io.BytesIO() for _ in range(8)]
    for seed, buffer in enumerate(buffers):
        Image.fromarray(np.random.default_rng(seed).integers(0, 256, (300, 300), np.uint8)).save(buffer, "PNG")
    return [buffer.getvalue() for buffer in buffers]


def three_files() -> dict[str, bytes]:
    """Nine pictures whose grey is their number, three a file, and a test split that nobody asked for."""
    files = {
        f"data/train-{part:05}-of-00003.parquet": parquet([png(3 * part + i) for i in range(3)], [0, 1, 2])
        for part in range(3)
    }
    return files | {"data/test-00000-of-00001.parquet": parquet([png(255)], [0]), "README.md": b"# Digits"}


def read(revision: str = "", limit: int = 100, repository: str = ID, **more) -> PictureSet:
    return hub_sets.read(repository, revision, 8, 1, limit, **more)


def fault(**more) -> str:
    """The sentence with which reading fails."""
    with pytest.raises(DataError) as error:
        read(**more)
    message = str(error.value)
    assert message.endswith(".")
    assert "http" not in message  # addresses can hold a password
    return message


def greys(pictures: PictureSet) -> list[int]:
    return pictures.pictures[:, 0, 0, 0].tolist()


# What goes well ------------------------------------------------------------------------------------------------------


def test_all_files_of_the_train_split_in_order_with_their_classes(hub: HubServer) -> None:
    commit = hub.add("dataset", ID, three_files(), card={"license": "cc0-1.0"})
    told: list[tuple[int, int]] = []
    pictures = read(progress=lambda done, of: told.append((done, of)))
    assert greys(pictures) == list(range(9))
    assert pictures.pictures.shape == (9, 8, 8, 1)
    assert pictures.pictures.dtype == np.uint8
    assert (pictures.labels.tolist(), pictures.classes) == ([0, 1, 2] * 3, tuple(CLASSES))
    assert (pictures.revision, pictures.licence, pictures.skipped) == (commit, "cc0-1.0", ())
    assert pictures.name == f"{ID} at {commit[:7]}"
    length = sum(len(content) for name, content in three_files().items() if "train" in name)
    assert told[-1] == (length, length)
    assert told == sorted(told)
    assert not any("test-" in request.path or "README" in request.path for request in hub.requests)


def test_only_as_many_files_as_are_needed_and_none_twice(hub: HubServer) -> None:
    commit = hub.add("dataset", ID, three_files())
    assert greys(read(limit=4)) == [0, 1, 2, 3]
    fetched = {request.path for request in hub.requests if request.method == "GET" and "stored" in request.path}
    assert len(fetched) == 2
    before = len(hub.requests)
    assert greys(read(commit, limit=4)) == [0, 1, 2, 3]
    assert len(hub.requests) == before  # a commit in the cache: not one request
    read(commit, limit=9)
    assert len({request.path for request in hub.requests if "stored" in request.path}) == 3


def test_a_source_with_an_owner_is_looked_for_on_the_hub(hub: HubServer) -> None:
    first = hub.add("dataset", ID, {"data/train-0.parquet": parquet([png(1)] * 3)})
    hub.add("dataset", ID, {"data/train-0.parquet": parquet([png(2)] * 3)})
    spec = Pictures(source=ID, size=16, colour=True, limit=2)
    newest = load_pictures(spec).pictures
    assert (newest.shape, newest.max()) == ((2, 16, 16, 3), 2)
    assert load_pictures(spec.model_copy(update={"revision": first})).pictures.max() == 1


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["mnist/test-00000-of-00001.parquet", "mnist/train-00000-of-00001.parquet"], 1),
        (["default/partial-train/0000.parquet", "default/test/0000.parquet"], 0),
        (["0000.parquet", "notes.txt"], 0),
        (["training.parquet", "train.parquet"], 1),
        (["a/train/0000.parquet", "b/train/0000.parquet"], 0),
    ],
)
def test_the_train_split_is_found_however_it_is_filed(names: list[str], chosen: int) -> None:
    assert hub_sets._chosen(dict.fromkeys(names)) == [names[chosen]]


def test_a_set_in_another_format_is_read_as_the_hub_converted_it(hub: HubServer) -> None:
    hub.add("dataset", ID, {"pictures.zip": b"PK"})
    converted = hub.add("dataset", ID, {"default/train/0000.parquet": parquet([png(7)] * 2)}, "refs/convert/parquet")
    pictures = read()
    assert (greys(pictures), pictures.revision) == ([7, 7], converted)
    hub.fail("", "unavailable")
    assert greys(read(converted)) == [7, 7]


def test_plain_bytes_without_a_word_about_them(hub: HubServer) -> None:
    table = pa.table({"id": [1, 2], "picture": pa.array([png(5), png(6)], pa.binary())})
    hub.add("dataset", ID, {"train.parquet": written(table)})
    pictures = read()
    assert (greys(pictures), pictures.classes, pictures.labels.tolist()) == ([5, 6], (), [0, 0])
    assert pictures.licence == "not known"


def test_bad_rows_are_named_and_left_out(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_sets, "ROWS", 2)
    cells = [png(0), b"no picture", png(2), None, png(4), png(5), png(6)[:40], png(7, 7_100)]
    hub.add("dataset", ID, {"data/train-00000.parquet": parquet(cells, [0, 1, 2, 0, -1, None, 0, 1])})
    pictures = read()
    assert greys(pictures) == [0, 2]
    assert pictures.labels.tolist() == [0, 2]
    rows = [f"row {row} of train-00000.parquet" for row in (1, 3, 4, 5, 6, 7)]
    assert [each.file for each in pictures.skipped] == rows
    assert "class -1" in pictures.skipped[2].reason
    assert "50,000,000 pixels" in pictures.skipped[5].reason


def test_a_broken_connection_is_taken_up_where_it_broke(hub: HubServer) -> None:
    hub.add("dataset", ID, {"train.parquet": parquet(noise())})
    hub.fail("GET /stored/", "cut", times=1)
    assert len(read()) == 8
    assert [bool(request.range) for request in hub.requests if request.path.startswith("/stored/")] == [False, True]


def test_two_at_once_fetch_once_and_both_see_it_come(hub: HubServer) -> None:
    content = parquet(noise())
    assert len(content) > 10 * CHUNK
    hub.add("dataset", ID, {"train.parquet": content})
    hub.fail("GET /stored/", "slow")
    told: list[set[int]] = [set(), set()]
    with ThreadPoolExecutor(2) as both:
        pictures = list(both.map(lambda seen: read(progress=lambda done, of: seen.add(done)), told))
    assert [len(each) for each in pictures] == [8, 8]
    assert len([request for request in hub.requests if (request.method, request.path[:8]) == ("GET", "/stored/")]) == 1
    for seen in told:  # the one that waits for the other's lock must not take it for silence
        assert [done for done in seen if 0 < done < len(content)]


def test_models_are_fetched_in_the_same_way(hub: HubServer) -> None:
    files = {"config.json": b"{}", "model.safetensors": bytes(99)}
    commit = hub.add("model", "ada/gan", files, card={"license": ["mit", "cc0-1.0"]})
    listed = HfApi(hub.url, token=False).list_repo_tree("ada/gan", recursive=True)
    with hub_files.Hub("model", "ada/gan") as there:
        listing = there.listing("main")
        assert (listing.commit, listing.licence) == (commit, "mit, cc0-1.0")
        assert {each.path: each.size for each in listed} == {name: each.size for name, each in listing.files.items()}
        assert {name: there.fetch(listing, name).read_bytes() for name in files} == files
        there._process.kill()
        with pytest.raises(DataError, match="ended by itself"):
            there.listing("main")


# What goes wrong -----------------------------------------------------------------------------------------------------


def test_offline(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = hub.add("dataset", ID, {"train.parquet": ONES})
    monkeypatch.setenv("HF_ENDPOINT", "http://ada:secret@127.0.0.1:9")  # a port on which nobody listens
    said = fault()
    assert "127.0.0.1 cannot be reached" in said
    assert "secret" not in said
    assert commit not in said
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    read()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    said = fault()
    assert commit in said  # what to ask for instead
    assert "HF_HUB_OFFLINE" in said
    assert greys(read(commit)) == [1, 1]


def test_no_such_repository_or_revision(hub: HubServer) -> None:
    hub.add("dataset", ID, {"train.parquet": ONES})
    hub.add("dataset", "ada/secret", {"train.parquet": ONES}, private=True)
    assert "ada/nothing is neither a file or folder here nor a data set" in fault(repository="ada/nothing")
    assert "HF_TOKEN" in fault(repository="ada/secret")
    assert "'v9' is not a revision of ada/digits" in fault(revision="v9")
    assert "owner/name" in fault(repository="../etc/passwd")


def test_gated_until_there_is_a_token_which_no_sentence_shows(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add("dataset", ID, {"train.parquet": ONES}, gated=True)
    assert "accept its terms" in fault()
    monkeypatch.setenv("HF_TOKEN", "hf_notTheRightOneAtAllReally")
    said = fault()
    assert "accept its terms" in said
    assert "hf_not" not in said
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert greys(read()) == [1, 1]
    assert {request.token for request in hub.requests if request.path.startswith("/stored/")} == {None}


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"pictures.zip": b"PK", "model.pkl": b"\x80\x04."}, "no parquet files"),
        ({"train.parquet": written(pa.table({"text": ["a"], "n": [1]}))}, "no column of pictures, only text, n"),
        ({"train.parquet": b"PAR1 but nothing else"}, "not parquet that can be read"),
        (
            {"train.parquet": parquet([b"x", None])},
            "Of ada/digits 0 pictures can be read, because row 0 of train.parquet is",
        ),
    ],
)
def test_what_is_no_set_of_pictures(hub: HubServer, files: dict[str, bytes], words: str) -> None:
    hub.add("dataset", ID, files)
    assert words in fault()


def test_files_that_disagree_on_the_classes(hub: HubServer) -> None:
    hub.add("dataset", ID, {"train-0.parquet": parquet([png(1)], [0]), "train-1.parquet": ONES})
    assert "train-1.parquet names other classes" in fault()


@pytest.mark.parametrize(("kind", "words"), [("short", "arrived shorter"), ("corrupt", "has not the hash")])
def test_a_damaged_file_is_noticed_and_not_kept(hub: HubServer, kind: str, words: str) -> None:
    commit = hub.add("dataset", ID, {"train.parquet": ONES})
    hub.fail("GET /stored/", kind)
    assert words in fault()
    hub.mend()
    assert greys(read(commit)) == [1, 1]


def test_a_damaged_cache_is_noticed_and_not_kept(hub: HubServer, tmp_path: Path) -> None:
    commit = hub.add("dataset", ID, {"train.parquet": ONES})
    read()
    for blob in (tmp_path / "hf").rglob("blobs/*"):
        blob.write_bytes(blob.read_bytes()[:-1])
    assert "bytes instead of" in fault(revision=commit)
    assert greys(read(commit)) == [1, 1]


@pytest.mark.parametrize(("kind", "words"), [("unavailable", "(status 503)"), ("html", "did not answer as a hub does")])
def test_a_server_in_trouble(hub: HubServer, kind: str, words: str) -> None:
    hub.add("dataset", ID, {"train.parquet": ONES})
    hub.fail("/api/", kind)
    assert words in fault()


def test_a_server_that_hangs(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_files, "PATIENCE", 1.0)
    hub.add("dataset", ID, {"train.parquet": ONES})
    hub.fail("HEAD .*/resolve/", "hang")
    assert "sent nothing for 1 s" in fault()


def test_cancelling_ends_a_hanging_download_and_leaves_nothing(hub: HubServer, tmp_path: Path) -> None:
    hub.add("dataset", ID, {"train.parquet": ONES})
    hub.fail("GET /stored/", "hang")
    wanted = threading.Event()
    arrived = lambda: any("/stored/" in each.path for each in hub.requests)  # noqa: E731
    threading.Thread(target=set_when, args=(wanted, arrived)).start()
    assert "cancelled" in fault(stop=wanted.is_set)
    assert not list(tmp_path.rglob("*incomplete"))
    hub.mend()
    assert greys(read()) == [1, 1]  # no lock was left behind


def set_when(event: threading.Event, happens: Callable[[], bool]) -> None:
    while not happens():
        time.sleep(0.02)
    event.set()


def test_cancelling_while_rows_are_read(hub: HubServer) -> None:
    hub.add("dataset", ID, {"train.parquet": parquet([png(1)] * 50)})
    asked: list[bool] = []

    def stop() -> bool:
        rows = any("/stored/" in each.path and each.method == "GET" for each in hub.requests)
        asked.append(rows)
        return sum(asked) > 20

    assert "cancelled" in fault(stop=stop)


def test_too_large(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    files = three_files()
    hub.add("dataset", ID, files)
    one = len(files["data/train-00000-of-00003.parquet"])
    monkeypatch.setattr(hub_sets, "MOST_BYTES", 2 * one + 9)
    assert greys(read(limit=6)) == list(range(6))
    assert "ask for at most 6 (data.limit)" in fault(limit=7)
    monkeypatch.setattr(hub_sets, "MOST_BYTES", one - 1)
    before = len(hub.requests)
    assert "choose another data set" in fault()
    assert len(hub.requests) == before + 1  # it was only listed


def test_a_small_file_that_unpacks_to_a_large_one(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    content = parquet([png(1) + bytes(1 << 20)] * 4)
    hub.add("dataset", ID, {"train.parquet": content})
    monkeypatch.setattr(hub_sets, "MOST_BLOCK", 1 << 20)
    assert len(content) < 1 << 20
    assert "unpacks to blocks of more than" in fault()


@given(where=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255), cut=st.booleans())
def test_damaged_parquet_raises_nothing_but_our_sentence(
    where: float, byte: int, cut: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(parquet([png(grey) for grey in range(4)], [0, 1, 2, 0]))
    at = int(where * len(content))
    content[at] = byte
    path = tmp_path_factory.getbasetemp() / "damaged.parquet"
    path.write_bytes(content[:at] if cut else content)
    gathered = hub_sets._Gathered(8, 1, 100)
    try:
        for row, cell, label in hub_sets._rows(path, "damaged.parquet", gathered):
            gathered.add(f"row {row}", cell, label)
    except DataError:
        pass
    assert gathered.count + len(gathered.skipped) <= 100


# At hand --------------------------------------------------------------------------------------------------------------


def test_what_is_at_hand_is_read_without_asking(hub: HubServer) -> None:
    commit = hub.add("dataset", ID, {"data/train-0.parquet": parquet([png(i) for i in range(9)])})
    data = Pictures(source=ID, revision=commit, size=8)
    with pytest.raises(DataError, match=f"{ID} is fetched from the hub when the training begins"):
        look(data.model_dump_json())
    assert hub.requests == []
    fetched = load_pictures(data)
    asked = len(hub.requests)
    assert np.array_equal(load_pictures(data, at_hand=True).pictures, fetched.pictures)
    seen = look(data.model_dump_json())
    assert (seen.count, seen.revision) == (None, commit)
    assert len(hub.requests) == asked
    with pytest.raises(DataError, match="when the training begins"):
        load_pictures(data.model_copy(update={"revision": "main"}), at_hand=True)
    assert len(hub.requests) == asked


def test_a_file_that_is_gone_from_the_cache_is_not_at_hand(hub: HubServer) -> None:
    data = Pictures(source=ID, revision=hub.add("dataset", ID, {"data/train-0.parquet": ONES}), size=8)
    load_pictures(data)
    (file,) = (Cache.here().snapshots("dataset", ID) / data.revision).rglob("*.parquet")
    file.unlink()
    with pytest.raises(DataError, match="when the training begins"):
        load_pictures(data, at_hand=True)


def test_a_folder_is_offered_only_to_whoever_may_read_one() -> None:
    for local in (True, False):
        with pytest.raises(SpecError, match="it must be fashion, digits, emoji") as error:
            load_pictures(Pictures(source="nothing"), local=local)
        assert ("a folder or zip that exists" in str(error.value)) is local
