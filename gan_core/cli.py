"""The same specs from the command line.

    python -m gan_core toy --help
    python -m gan_core toy --preset healthy --steps 1000 --film ring.safetensors
    python -m gan_core train --preset fashion-cdcgan-32 --to runs/fashion
    python -m gan_core paint --content photo.jpg --styles great_wave --to pictures/wave

Every setting of a spec is an option under its dotted name, with the words and bounds that the spec itself declares.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from gan_core.data.pictures import DataError
from gan_core.events import Frame, Header, TrainingFailed
from gan_core.frames import film
from gan_core.picture_presets import picture_presets
from gan_core.presets import presets
from gan_core.specs import PictureSpec, Spec, SpecError, StyleSpec, ToySpec, read_spec
from gan_core.style_presets import style_presets

RECIPE = (  # of a distillation, by the names of `distill.Recipe`, with its defaults in words
    ("steps", int, "of the student (900)"),
    ("size", int, "px of its pictures (144)"),
    ("batch", int, "canvases, and as many pictures, in a step (4)"),
    ("learning-rate", float, "of Adam, at the first step (1.2e-4)"),
    ("slopes-every", int, "every so-manieth step learns slopes too (1: all of them)"),
    ("stills", int, "pictures whose answers are kept (64)"),
    ("paintings", int, "how many of them are kept (20)"),
    ("seed", int, "of all that is drawn (1)"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit status: 0, 1 for a training that failed, 2 for a spec that cannot be used."""
    given = vars(_parser().parse_args(arguments))
    command = given.pop("command")
    try:
        if command == "toy":
            target = given.pop("film")
            return _train_toy(_spec(given, ToySpec(), presets()), target)
        if command == "ship":
            return _ship(**given)
        if command == "distill":
            return _distill(**given)
        if command == "paint":
            return _paint(given)
        target, minutes = given.pop("to"), given.pop("minutes")
        return _train_pictures(_spec(given, PictureSpec(), picture_presets()), target, minutes)
    except (SpecError, DataError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename or 'A file'} cannot be read or written: {error.strerror or error}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped before the first step.", file=sys.stderr)
        return 130


# The options ---------------------------------------------------------------------------------------------------------


def settings(model: type[Spec], prefix: str = "") -> Iterator[tuple[str, str, FieldInfo]]:
    """Every setting of a spec: its dotted name, the kind it belongs to where it has several, and its declaration."""
    for name, field in model.model_fields.items():
        members = get_args(field.annotation) or (field.annotation,)
        if all(isinstance(member, type) and issubclass(member, Spec) for member in members):
            for member in members:
                kind = member.model_fields["kind"].default if len(members) > 1 else ""
                yield from (
                    (dotted, kind or inner, leaf) for dotted, inner, leaf in settings(member, f"{prefix}{name}.")
                )
        elif prefix + name != "kind":
            yield prefix + name, "", field


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gan_core", description="GANs from the command line.")
    commands = parser.add_subparsers(dest="command", required=True)
    toy = _command(
        commands, "toy", ToySpec(), list(presets()), "[--film FILE]", "train a GAN on points in the plane",
        "Train a GAN on points in the plane: a line for each frame, and a film of the whole run if asked.",
    )  # fmt: skip
    toy.add_argument("--film", type=Path, default=None, metavar="FILE", help="write what the player plays")
    train = _command(
        commands, "train", PictureSpec(), list(picture_presets()), "--to FOLDER [--minutes N]",
        "train a GAN on pictures",
        "Train a GAN on pictures, on the GPU where there is one. What is in the folder already goes on.",
    )  # fmt: skip
    train.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where checkpoint and samples go")
    train.add_argument("--minutes", type=float, default=0.0, metavar="N", help="pause after so many; 0: never")
    paint = _command(
        commands, "paint", StyleSpec(), list(style_presets()), "--to FOLDER", "paint a picture in the style of another",
        "Style transfer. Content, styles and mask may be files. What is in the folder already goes on.",
    )  # fmt: skip
    paint.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where picture and checkpoint go")
    ship = commands.add_parser("ship", help="make a checkpoint of a run", description="Score a run and write its card.")
    ship.add_argument("run", type=Path, metavar="RUN", help="the folder that was trained into")
    ship.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="named like the preset")
    ship.add_argument("--n", type=int, default=10_000, help="samples to score, against as many real pictures")
    distill = commands.add_parser(
        "distill", help="make a slim VGG19", description="Distil VGG19 into a network of a quarter of its width."
    )
    distill.add_argument("photographs", type=Path, metavar="PHOTOGRAPHS", help="a folder or a zip of pictures")
    distill.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where checkpoint and model go")
    for name, kind, what in RECIPE:
        distill.add_argument(f"--{name}", type=kind, default=argparse.SUPPRESS, metavar="N", help=what)
    distill.add_argument("--minutes", type=float, default=0.0, metavar="N", help="pause after so many; 0: never")
    distill.add_argument("--from", dest="start", type=Path, default=None, metavar="FOLDER", help="an earlier student")
    distill.add_argument(
        "--ship", type=Path, default=None, metavar="FOLDER", help="write what was trained, with a card"
    )
    return parser


def _command(
    commands: Any, name: str, default: Spec, presets: list[str], own: str, help: str, description: str
) -> argparse.ArgumentParser:
    """A command that trains what a spec describes, with an option for each setting of the spec."""
    command = commands.add_parser(
        name,
        help=help,
        description=description,
        usage=f"%(prog)s [--spec FILE | --preset NAME] [--SETTING VALUE ...] {own}",
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    base = command.add_mutually_exclusive_group()
    base.add_argument("--spec", default=None, metavar="FILE", help="start from a spec in JSON (- reads the input)")
    base.add_argument(
        "--preset", default=None, metavar="NAME", choices=presets, help="start from " + ", ".join(presets)
    )
    grouped: dict[str, list[tuple[str, FieldInfo]]] = {}
    for dotted, kind, field in settings(type(default)):
        grouped.setdefault(dotted, []).append((kind, field))
    options = command.add_argument_group("settings")
    for dotted, declarations in grouped.items():
        words = _help(dotted, declarations, default).replace("%", "%%")
        options.add_argument(f"--{dotted}", metavar="VALUE", help=words)
    return command


def _help(dotted: str, declarations: list[tuple[str, FieldInfo]], default: Spec) -> str:
    """What the spec says of a setting: title, words, choices or bounds, default; by kind where the kinds differ."""
    if dotted.endswith(".kind"):
        kinds = [field.default for _, field in declarations]
        return f"One of {', '.join(kinds)} (default {default.flat()[dotted]})."
    lines = {}
    for kind, field in declarations:
        lines.setdefault(f"{field.title}. {field.description} ({_range(field)})", []).append(kind)
    if list(lines.values()) == [[""]]:
        return next(iter(lines))
    return " ".join(f"[{', '.join(kinds)}] {line}" for line, kinds in lines.items())


def _range(field: FieldInfo) -> str:
    symbols = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    parts = [
        f"{symbol} {bound:g}"
        for rule in field.metadata
        for name, symbol in symbols.items()
        if (bound := getattr(rule, name, None)) is not None
    ]
    if get_origin(field.annotation) is Literal:
        parts = ["one of " + ", ".join(map(str, get_args(field.annotation)))]
    default = field.default if field.default != () else "none"
    return ", ".join([*parts, f"default {default}"])


def _spec(given: dict[str, str], start: Spec, presets: Mapping[str, Any]) -> Spec:
    """The spec from a file or a preset, with the settings given as options on top."""
    base, preset = given.pop("spec"), given.pop("preset")
    if base is not None:
        read = read_spec(_read(base))
        if type(read) is not type(start):
            raise SpecError(f"{base} describes a spec of the kind {read.kind!r}; this command trains {start.kind!r}.")
        start = read
    if preset is not None:
        start = presets[preset].spec
    changes = start.changes()
    for name, value in given.items():  # a moon has no use for a ring's radius
        group, _, leaf = name.rpartition(".")
        if leaf == "kind" and value != getattr(start, group).kind:
            changes = {changed: old for changed, old in changes.items() if not changed.startswith(f"{group}.")}
    return type(start).from_flat(changes | given)


def _read(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"The spec {name} cannot be read: {error}.") from None


# The run -------------------------------------------------------------------------------------------------------------


def _train_toy(spec: ToySpec, target: Path | None) -> int:
    from gan_core.toy import train  # torch takes seconds to load, and --help and a wrong setting need none of it

    if target is not None:
        target.parent.mkdir(
            parents=True, exist_ok=True
        )  # before the training, which a folder that cannot be would lose
    header, frames, status = b"", [], 0
    try:
        for event in train(spec):
            if isinstance(event, Header):
                header = event.packed
            elif isinstance(event, Frame):
                frames.append(event)
                print(_line(event), flush=True)
    except TrainingFailed as failure:
        print(failure, file=sys.stderr)
        status = 1
    if target is not None:
        columns = {name: [frame.metrics[name] for frame in frames] for name in frames[0].metrics}
        steps = [frame.step for frame in frames]
        target.write_bytes(film([frame.packed for frame in frames], header, steps, columns, spec=spec.changes()))
    return status


def _train_pictures(spec: PictureSpec, target: Path, minutes: float) -> int:
    from gan_core.run_folder import RunFolder, train_into

    try:
        train_into(RunFolder(target), spec, minutes, say=lambda line: print(line, flush=True))
    except TrainingFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _paint(given: dict[str, Any]) -> int:
    from gan_core.style.folder import paint_into, with_files

    target = given.pop("to")
    settings, own = with_files(given)
    try:
        paint_into(target, _spec(settings, StyleSpec(), style_presets()), own, lambda line: print(line, flush=True))
    except TrainingFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _ship(run: Path, to: Path, n: int) -> int:
    from gan_core.run_folder import RunFolder
    from gan_core.ship import ship

    for score in ship(RunFolder(run), to, n).scores:
        print(f"{score.name}: {score.value:.4g} ± {score.error:.2g} (n = {score.n:,})")
    return 0


def _distill(
    photographs: Path, to: Path, minutes: float, start: Path | None, ship: Path | None, **recipe: float
) -> int:  # fmt: skip
    from gan_core import slim
    from gan_core.distill import Recipe

    if ship is None:
        slim.distill_into(to, photographs, Recipe(**recipe), minutes, start, say=lambda line: print(line, flush=True))
        return 0
    for name, value in slim.ship(to, photographs, ship).items():
        print(f"{name}: correlation with VGG19 {value:.3f}")
    return 0


def _line(frame: Frame) -> str:
    numbers = frame.metrics
    return (
        f"step {frame.step:6d}   D loss {numbers['discriminator_loss']:7.3f}   G loss {numbers['generator_loss']:7.3f}"
        f"   modes {numbers['modes']:4.0f}   good {numbers['good']:6.1%}"
    )
