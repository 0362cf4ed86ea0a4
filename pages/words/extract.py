"""Collect every short text that a visitor reads into `messages.pot`, from which a translation starts.

    python -m pages.words.extract

Texts come from the calls `t("…")` in the pages' code, and from what is shown through `t(…)` but stands elsewhere: the
specs' own words, presets, lessons and protocols, what the parts that we draw ourselves say, the titles
of the settings.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import BaseModel

from gan_core import engine, errands, runs, worker
from gan_core.cli import settings
from gan_core.data.gallery import works
from gan_core.hub import KNOWN
from gan_core.lessons import lessons
from gan_core.parts import PARTS
from gan_core.picture_presets import picture_presets
from gan_core.presets import presets
from gan_core.protocols import protocols
from gan_core.specs import SPECS
from gan_core.style_presets import style_presets
from gan_core.verdict import VERDICTS
from pages.parts import (
    brush,
    easel,
    experiment,
    feed,
    in_flight,
    knobs,
    picture_lessons,
    picture_save,
    picture_settings,
    player,
    sheets,
    sketch,
    style_lessons,
    style_settings,
    take_away,
)
from pages.parts import settings as panel
from pages.parts.words import plain

ROOT = Path(__file__).parent.parent.parent
TEMPLATE = Path(__file__).parent / "messages.pot"
HEADER = """\
# Short texts of GAN Classroom. Written by `python -m pages.words.extract`; do not edit.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def calls(source: str) -> Iterator[str]:
    """The texts in calls `t("…")`; of `t("…" if … else "…")` both."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t":
            branches = [node.args[0]]
            while branches:
                branch = branches.pop()
                if isinstance(branch, ast.IfExp):
                    branches += [branch.body, branch.orelse]
                elif isinstance(branch, ast.Constant):
                    yield branch.value


def words_of_specs() -> Iterator[str]:
    """Titles, descriptions and choices of every setting."""
    for spec in SPECS.values():
        for dotted, _, field in settings(spec):
            if dotted.endswith(".kind"):
                yield plain(field.default)
                continue
            yield from (field.title, field.description)
            if get_origin(field.annotation) is Literal:
                yield from map(plain, get_args(field.annotation))


UNREAD = (
    "icon",
    "origin",
    "metric",
    "taken",
    "settings",
    "preset",
    "cure",
    "mode",
    "paper",
    "method",
)  # names, not words


def words_of_data(part: object) -> Iterator[str]:
    """Every text in a preset, a lesson or a protocol and its parts."""
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            if name not in UNREAD:
                yield from words_of_data(getattr(part, name))
    elif isinstance(part, dict):
        for inner in part.values():
            yield from words_of_data(inner)
    elif isinstance(part, tuple | list):
        for inner in part:
            yield from words_of_data(inner)
    elif isinstance(part, str) and part:
        yield part


def messages() -> dict[str, set[str]]:
    """Every text, and the files in which it stands."""
    found: dict[str, set[str]] = {}

    def add(where: str, texts: Iterator[str]) -> None:
        for text in texts:
            found.setdefault(text, set()).add(where)

    for file in [ROOT / "streamlit_app.py", *sorted((ROOT / "pages").rglob("*.py"))]:
        add(file.relative_to(ROOT).as_posix(), calls(file.read_text(encoding="utf-8")))
    add("gan_core/specs.py", words_of_specs())
    for file, data in (("presets", presets()), ("lessons", lessons()), ("protocols", protocols()),
                       ("picture_presets", picture_presets()), ("style_presets", style_presets())):  # fmt: skip
        add(f"gan_core/{file}.json", words_of_data(data))
    add("gan_core/parts.py", (text for part in PARTS for text in (part.title, part.line)))
    add("gan_core/verdict.py", iter(VERDICTS.values()))
    add("gan_core/hub.py", (known.title for known in KNOWN.values()))
    add("pages/parts/brush.py", iter(brush.WORDS))
    add("pages/parts/easel.py", iter(easel.WORDS))
    add("pages/parts/knobs.py", iter(knobs.WORDS))
    add("pages/parts/player.py", iter(player.WORDS))
    add("pages/parts/sheets.py", iter(sheets.WORDS))
    add("pages/parts/sketch.py", iter(sketch.WORDS))
    add("pages/parts/experiment.py", iter(experiment.WAYS.values()))
    add("pages/parts/take_away.py", (label for label, *_ in [*take_away.MOVIES.values(), take_away.SCRIPT]))
    add("pages/parts/feed.py", iter(feed.TITLES.values()))
    add("pages/parts/in_flight.py", iter([in_flight.HALVED]))
    add("pages/parts/picture_lessons.py", (title for title, _, _ in picture_lessons.LESSONS.values()))
    add("pages/parts/picture_save.py", (label for label, *_ in picture_save.MADE.values()))
    add("pages/parts/picture_settings.py", (title for title, _, _ in picture_settings.GROUPS))
    add("pages/parts/style_lessons.py", style_lessons.titles())
    add("pages/parts/style_settings.py", (title for title, _, _ in style_settings.GROUPS))
    add("pages/parts/style_settings.py", (text for texts in style_settings.BANKS.values() for text in texts))
    add("gan_core/data/gallery.py", (work.title for work in works().values()))
    add("pages/parts/settings.py", iter([title for title, _, _ in panel.TOY_GROUPS] + [*panel.OWNERS.values()]))
    add("gan_core/runs.py", map(plain, get_args(runs.Status)))
    for module in (engine, errands, runs, worker):  # sentences that do not depend on anything
        sentences = (value for name, value in vars(module).items() if name.isupper() and isinstance(value, str))
        add(f"gan_core/{module.__name__.rpartition('.')[2]}.py", (text for text in sentences if text.endswith(".")))
    return found


def template() -> str:
    """The whole of `messages.pot`."""
    entries = [
        "".join(f"\n#: {place}" for place in sorted(places)) + f'\nmsgid "{_escaped(text)}"\nmsgstr ""\n'
        for text, places in sorted(messages().items())
    ]
    return HEADER + "".join(entries)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


if __name__ == "__main__":
    TEMPLATE.write_text(template(), encoding="utf-8", newline="\n")
