"""The same specs from the command line.

    python -m gan_core toy --help
    python -m gan_core toy --preset healthy --steps 1000 --film ring.safetensors

Every setting of a spec is an option under its dotted name, with the words and bounds that the spec itself declares.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from gan_core.events import Frame, Header, TrainingFailed
from gan_core.frames import film
from gan_core.presets import presets
from gan_core.specs import Spec, SpecError, ToySpec, read_spec


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit status: 0, 1 for a training that failed, 2 for a spec that cannot be used."""
    given = vars(_parser().parse_args(arguments))
    del given["command"]
    target, base, preset = given.pop("film"), given.pop("spec"), given.pop("preset")
    try:
        return _train_toy(_spec(base, preset, given), target)
    except SpecError as error:
        print(error, file=sys.stderr)
        return 2


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
    toy = commands.add_parser(
        "toy",
        help="train a GAN on points in the plane",
        description="Train a GAN on points in the plane: a line for each frame, and a film of the whole run if asked.",
        usage="%(prog)s [--spec FILE | --preset NAME] [--SETTING VALUE ...] [--film FILE]",
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    toy.add_argument("--film", type=Path, default=None, metavar="FILE", help="write what the player plays")
    base = toy.add_mutually_exclusive_group()
    base.add_argument("--spec", default=None, metavar="FILE", help="start from a spec in JSON (- reads the input)")
    base.add_argument(
        "--preset", default=None, metavar="NAME", choices=list(presets()), help="start from " + ", ".join(presets())
    )
    grouped: dict[str, list[tuple[str, FieldInfo]]] = {}
    for dotted, kind, field in settings(ToySpec):
        grouped.setdefault(dotted, []).append((kind, field))
    options = toy.add_argument_group("settings")
    for dotted, declarations in grouped.items():
        options.add_argument(f"--{dotted}", metavar="VALUE", help=_help(dotted, declarations).replace("%", "%%"))
    return parser


def _help(dotted: str, declarations: list[tuple[str, FieldInfo]]) -> str:
    """What the spec says of a setting: title, words, choices or bounds, default; by kind where the kinds differ."""
    if dotted.endswith(".kind"):
        kinds = [field.default for _, field in declarations]
        return f"One of {', '.join(kinds)} (default {ToySpec().flat()[dotted]})."
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
        parts = ["one of " + ", ".join(get_args(field.annotation))]
    default = field.default if field.default != () else "none"
    return ", ".join([*parts, f"default {default}"])


def _spec(base: str | None, preset: str | None, given: dict[str, str]) -> ToySpec:
    """The spec from a file or a preset, with the settings given as options on top."""
    start = ToySpec()
    if base is not None:
        start = read_spec(_read(base))
    if preset is not None:
        start = presets()[preset].spec
    changes = start.changes()
    if given.get("data.kind", start.data.kind) != start.data.kind:  # a moon has no use for a ring's radius
        changes = {name: value for name, value in changes.items() if not name.startswith("data.")}
    return ToySpec.from_flat(changes | given)


def _read(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"The spec {name} cannot be read: {error}.") from None


# The run -------------------------------------------------------------------------------------------------------------


def _train_toy(spec: ToySpec, target: Path | None) -> int:
    from gan_core.toy import train  # torch takes seconds to load, and --help and a wrong setting need none of it

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
        target.parent.mkdir(parents=True, exist_ok=True)
        columns = {name: [frame.metrics[name] for frame in frames] for name in frames[0].metrics}
        steps = [frame.step for frame in frames]
        target.write_bytes(film([frame.packed for frame in frames], header, steps, columns, spec=spec.changes()))
    return status


def _line(frame: Frame) -> str:
    numbers = frame.metrics
    return (
        f"step {frame.step:6d}   D loss {numbers['discriminator_loss']:7.3f}   G loss {numbers['generator_loss']:7.3f}"
        f"   modes {numbers['modes']:4.0f}   good {numbers['good']:6.1%}"
    )
