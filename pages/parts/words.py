"""What a visitor reads, in the visitor's language. English unless a translation is found.

Short texts: `t("Stop")` looks the English up in `pages/words/<language>/LC_MESSAGES/messages.mo` (gettext).
Long texts: `text("home#game")` is the section “## game” of `pages/words/<language>/home.md`.
The language is GAN_CLASSROOM_LANGUAGE where that is set, else the browser's.
"""

import gettext
import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).parent.parent / "words"


ABBREVIATIONS = {
    "sgd": "SGD",
    "rmsprop": "RMSProp",
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "elu": "ELU",
    "tanh": "tanh",
}


def t(english: str, **values: object) -> str:
    """The text in the visitor's language, with `{name}` replaced by the values given."""
    translated = _catalogue(FOLDER, language()).gettext(english) if english else ""
    return translated.format(**values) if values else translated


def translated(texts: Iterable[str]) -> dict[str, str]:
    """Those of the texts that have a translation, with it: what a component in the browser is told."""
    return {english: found for english in texts if (found := t(english)) != english}


def named(value: str | int) -> str:
    """What a visitor reads for a value in a spec or a status: “swiss_roll” is “Swiss roll”."""
    return t(plain(value))


def plain_text(words: str) -> str:
    """Words that somebody else wrote, or that quote such, as Markdown that shows them as they are.

    No picture of theirs is fetched and no words of theirs hide where they lead: Streamlit makes a link of a bare
    address alone.
    """
    return re.sub(r"([\\`*_{}\[\]<>#$~:|!&])", r"\\\1", " ".join(words.split()))


def plain(value: str | int) -> str:
    """The English words for a value of the code: `named` without the translation."""
    words = str(value).replace("non_", "non-").replace("_", " ")
    return words[:1].upper() + words[1:]


def text(name: str) -> str:
    """A long text, as Markdown: "page#section", or "page" for what stands above the first section.

    A section that a translation lacks is shown in English.

    Raises:
        KeyError: the English text lacks it too.
    """
    page, _, section = name.partition("#")
    translated = _sections(FOLDER / language() / f"{page}.md")
    return translated[section] if section in translated else _sections(FOLDER / "en" / f"{page}.md")[section]


def language() -> str:
    """The visitor's language, as the name of a folder of `pages/words`: “de”, “pt_BR”, “en”."""
    wanted = os.environ.get("GAN_CLASSROOM_LANGUAGE") or st.context.locale or "en"
    wanted = wanted.replace("-", "_")
    return next((tag for tag in (wanted, wanted.partition("_")[0]) if tag in _languages(FOLDER)), "en")


@cache
def _languages(folder: Path) -> frozenset[str]:
    return frozenset(entry.name for entry in folder.iterdir() if entry.is_dir() and entry.name != "__pycache__")


@cache
def _catalogue(folder: Path, tag: str) -> gettext.NullTranslations:
    return gettext.translation("messages", folder, [tag], fallback=True)


@cache
def _sections(file: Path) -> dict[str, str]:
    """The sections of a Markdown file by the words of their “##” headings; the empty name is the part above them."""
    if not file.exists():
        return {}
    opening, *rest = re.split(r"^## +(.+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {"": opening.strip()} | {
        name.strip(): body.strip() for name, body in zip(rest[::2], rest[1::2], strict=True)
    }
