"""Words: English where a translation has none, and a template that knows every text."""

from pathlib import Path

import pytest

from pages.parts import words
from pages.words import extract


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A words folder with English and a German that has one section."""
    for language, text in (
        ("en", "Opening.\n\n## first\n\nOne.\n\n## second\n\nTwo.\n"),
        ("de", "## first\n\nEins.\n"),
    ):
        (tmp_path / language).mkdir()
        (tmp_path / language / "page.md").write_text(text, encoding="utf-8")
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    return tmp_path


def test_a_text_without_a_translation_stays_english() -> None:
    assert words.t("Nobody has translated {what}.", what="this") == "Nobody has translated this."
    assert words.t("") == ""


def test_braces_without_values_stay() -> None:
    assert words.t("{as it is}") == "{as it is}"


@pytest.mark.parametrize(
    ("wanted", "found"), [("de", "de"), ("de-AT", "de"), ("de_DE", "de"), ("fr", "en"), ("", "en")]
)
def test_the_language_is_the_nearest_there_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, found: str
) -> None:
    monkeypatch.setenv("GAN_CLASSROOM_LANGUAGE", wanted)
    assert words.language() == found


def test_long_texts_fall_back_section_by_section(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_CLASSROOM_LANGUAGE", "de")
    assert words.text("page#first") == "Eins."
    assert words.text("page#second") == "Two."
    assert words.text("page") == ""


def test_a_text_that_nobody_wrote_is_an_error(folder: Path) -> None:
    with pytest.raises(KeyError):
        words.text("page#third")


def test_names_of_values_are_words() -> None:
    assert words.named("swiss_roll") == "Swiss roll"
    assert words.named("non_saturating") == "Non-saturating"


def test_the_calls_found_are_those_of_t() -> None:
    source = 't("One" " text.")\nt("This" if x else "That")\nt(variable)\nprint("Not me")'
    assert sorted(extract.calls(source)) == ["One text.", "That", "This"]


def test_the_template_is_up_to_date() -> None:
    assert extract.TEMPLATE.read_text(encoding="utf-8") == extract.template(), "run python -m pages.words.extract"


def test_words_of_strangers_are_only_words() -> None:
    assert words.plain_text("cats and dogs, 1.5 (mine)") == "cats and dogs, 1.5 (mine)"
    assert words.plain_text("![x](http://a/b)") == r"\!\[x\](http\://a/b)"
    assert words.plain_text("a\n\n# b `c` *d* <e> :red[f] $g$") == r"a \# b \`c\` \*d\* \<e\> \:red\[f\] \$g\$"
