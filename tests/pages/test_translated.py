"""Every page in a made-up language, whose every text is ⟦the English between brackets⟧: what has none missed `t`."""

import re
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from gan_core.lessons import lessons
from gan_core.presets import presets
from pages.parts import words
from pages.parts.services import engine
from pages.words import extract
from tests.pages.lab_tools import SMALL, ended, set_up_of

# Names and numbers that are the same in every language, and what markdown adds.
SAME = re.compile(
    r":material/\w+:|`[^`]*`|\$[^$]*\$|\]\([^)]*\)|\d[\d.,]*(e[-+]?\d+)?(\+\w+)?"
    r"|gan_core/[\w/]+\.py|Python|Streamlit|PyTorch|CPU|NVIDIA[\w ]*|JSON|Lin, Khetan[^”]*”, NeurIPS \d+"
)
VISIBLE = ("label", "body", "help", "placeholder", "options")


def catalogue(messages: dict[str, str]) -> bytes:
    """A gettext catalogue as msgfmt compiles it: two tables of lengths and offsets, then the texts, sorted by key."""
    keys = sorted(messages, key=str.encode)
    pairs = [(key.encode(), messages[key].encode()) for key in keys]
    tables, texts, start = b"", b"", 28 + 16 * len(pairs)
    for column in (0, 1):
        for pair in pairs:
            tables += struct.pack("<2I", len(pair[column]), start + len(texts))
            texts += pair[column] + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0) + tables + texts


def bracketed(text: str) -> str:
    return f"⟦{text}⟧"


@pytest.fixture
def made_up_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The language “xx”, in place of all others."""
    english = words.FOLDER / "en"
    (tmp_path / "xx" / "LC_MESSAGES").mkdir(parents=True)
    shutil.copytree(english, tmp_path / "en")
    entries = {text: bracketed(text) for text in extract.messages()}
    header = {"": "Content-Type: text/plain; charset=UTF-8\n"}
    (tmp_path / "xx" / "LC_MESSAGES" / "messages.mo").write_bytes(catalogue(header | entries))
    for file in english.glob("*.md"):
        parts = re.split(r"^(## .+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        bodies = [part if part.startswith("## ") else bracketed(part.strip()) + "\n" for part in parts]
        (tmp_path / "xx" / file.name).write_text("\n".join(bodies), encoding="utf-8")
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    monkeypatch.setenv("GAN_CLASSROOM_LANGUAGE", "xx")
    yield


def shown(node: Element | Block) -> Iterator[str]:
    """Every text that a visitor reads in a tree of elements."""
    if node.proto is not None:
        yield from _texts(node.proto)
    if isinstance(node, Block):
        for child in node.children.values():
            yield from shown(child)


def _texts(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        for part in [value] if isinstance(value, str | Message) else value if field.is_repeated else ():
            if isinstance(part, Message):
                yield from _texts(part)
            elif field.name in VISIBLE and not part.startswith("<script>"):  # which nobody reads
                yield part


def untranslated(text: str) -> bool:
    """Whether letters are left once what stands in brackets, nested or not, and what needs no translation is gone."""
    before = None
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return re.search(r"[A-Za-z]{2}", SAME.sub("", text)) is not None


PRESET, CURE = next((name, cure) for name, preset in presets().items() for cure in preset.cures)
LOOKS = [
    ("home", {}),
    ("toy_lab", {}),
    ("toy_lab", {"preset": PRESET, "mode": "versus", "cure": CURE}),
    ("toy_lab", {"data.kind": "drawn", "loss": "hinge", "discriminator.spectral_norm": "true"}),
    ("toy_lab", {"seeds": "4"}),
    ("toy_lab", {"protocol": "pacgan_grid"}),
    ("toy_lab", {"lesson": next(iter(lessons())), "step": "1"}),
    ("toy_lab", {"preset": PRESET, "focus": "true"}),
]


@pytest.mark.parametrize(("page", "query"), LOOKS, ids=str)
def test_every_text_is_translated(made_up_language: None, run_page, page: str, query: dict[str, str]) -> None:
    run_page(page)
    engine().wait_ready(60)  # a page has more to say when the engine is ready
    app: AppTest = run_page(page, **query)
    all_translated(app)


@pytest.mark.parametrize("mode", ["one", "versus", "seeds"])
def test_every_text_around_a_run_is_translated(made_up_language: None, run_page, mode: str) -> None:
    engine().wait_ready(60)
    app: AppTest = run_page("toy_lab", **SMALL, mode=mode, **({"seeds": "4"} if mode == "seeds" else {}))
    app.button(key="toy_train").click().run()
    all_translated(app)
    for run in set_up_of(app).runs:
        ended(run)
    for opened in ("toy_more", "toy_save", "toy_medians", "toy_class"):
        app.session_state[opened] = True
    app.run()
    all_translated(app)


def all_translated(app: AppTest) -> None:
    assert not app.exception
    texts = [text for root in (app.main, app.sidebar) for text in shown(root)]
    assert texts
    assert [text for text in texts if untranslated(text)] == []
