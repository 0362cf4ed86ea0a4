"""The code behind a run: every setting that changes what runs shows it, and all that is shown exists."""

from __future__ import annotations

import inspect

import pytest

from gan_core import losses, penalties, training
from gan_core.presets import presets
from gan_core.protocols import protocols
from gan_core.source import loss_functions, source_of
from gan_core.specs import ToySpec
from pages.parts.code import parts

SPECS = {
    **{name: preset.spec for name, preset in presets().items()},
    **{f"{name} {cure}": preset.cured(cure) for name, preset in presets().items() for cure in preset.cures},
    **{name: protocol.spec for name, protocol in protocols().items()},
}


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_everything_that_is_shown_exists(spec: ToySpec) -> None:
    for title, file, names in parts(spec):
        assert title
        assert len(names) == len(set(names))
        for name in names:
            assert name.rpartition(".")[2] in source_of(file, name)


@pytest.mark.parametrize("loss", losses.LOSSES)
def test_the_losses_shown_are_those_that_run(loss: str) -> None:
    row, shown = losses.LOSSES[loss], loss_functions(loss)
    for function, name in zip((row.discriminator, row.generator), shown, strict=True):
        assert source_of("losses.py", name) == inspect.getsource(function).rstrip()


@pytest.mark.parametrize(
    ("setting", "value", "function"),
    [
        ("regularisation.r1", 1.0, penalties.r1),
        ("regularisation.one_sided_gradient_penalty", 1.0, penalties.slope_between),
        ("cures.mode_seeking", 1.0, penalties.mode_seeking),
        ("cures.generators", 4, penalties.told_apart),
        ("cures.unrolled_steps", 3, training.Game.unrolled),
        ("cures.instance_noise", 0.1, training.Game.seen),
    ],
)
def test_a_cure_brings_its_function(setting: str, value: float, function: object) -> None:
    def shown(spec: ToySpec) -> str:
        return "\n".join(source_of(file, name) for _, file, names in parts(spec) for name in names)

    source = inspect.cleandoc(inspect.getsource(function)).splitlines()[0].strip()
    assert source in shown(ToySpec.from_flat({setting: value}))
    assert source not in shown(ToySpec())
