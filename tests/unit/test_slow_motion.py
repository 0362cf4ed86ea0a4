"""Slow motion: the parts in their order, and in the end the very round that the game would have played."""

from __future__ import annotations

import numpy as np
import pytest

from gan_core.frames import unpack
from gan_core.parts import PARTS
from gan_core.slow_motion import Watched, slow_motion
from gan_core.specs import SpecError, ToySpec
from gan_core.toy import ToyRun

QUICK = {
    "generator.width": 8,
    "discriminator.width": 8,
    "batch": 32,
    "evaluation_samples": 100,
    "mode_threshold": 1,
    "discriminator.activation": "tanh",
}
TURNS = [
    ({}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ({"discriminator_steps": 2}, [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ({"order": "simultaneous"}, [0, 1, 2, 3, 6, 7, 8, 4, 9]),
    ({"order": "simultaneous", "cures.consensus": 1.0}, [0, 1, 2, 3, 6, 7, 8, 4, 9]),
    ({"cures.packing": 4, "cures.ema": 0.9}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ({"cures.generators": 2, "loss": "relativistic"}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
]


@pytest.mark.parametrize(("flat", "order"), TURNS, ids=str)
def test_parts_come_in_order_and_lead_where_a_round_leads(flat: dict, order: list[int]) -> None:
    spec = ToySpec.from_flat(QUICK | flat)
    slow, plain = ToyRun(spec), ToyRun(spec)
    for run in (slow, plain):
        for _ in range(3):
            run.game.round()
    parts = [int(frame.metrics["part"]) for frame in Watched(slow).round()]
    plain.game.round()
    assert parts == order
    assert slow.save() == plain.save()


def test_only_the_player_whose_turn_it_is_moves_and_arrows_come_with_gs_gradient() -> None:
    spec = ToySpec.from_flat(QUICK)
    _, frames = slow_motion(spec.json_text(), None, rounds=2)
    assert [frame.step for frame in frames] == [0] * 10 + [1] * 10
    pictures = [unpack(frame.packed)[0] for frame in frames[:10]]
    surfaces = [picture["surface"] for picture in pictures]
    for before, after, part in zip(surfaces, surfaces[1:], PARTS[1:], strict=False):
        assert np.array_equal(before, after) == (part.name != "discriminator_update"), part.name
    for picture, part in zip(pictures, PARTS, strict=True):
        assert bool(picture["arrows"].any()) == (part.name == "generator_gradient")
    assert not np.array_equal(pictures[8]["fake"], pictures[9]["fake"])  # G's update moves the same noise's points
    assert np.array_equal(pictures[5]["fake"], pictures[8]["fake"])


def test_it_goes_on_from_a_checkpoint_and_leaves_it_as_it_was() -> None:
    spec = ToySpec.from_flat(QUICK)
    run = ToyRun(spec)
    for _ in range(5):
        run.game.round()
    checkpoint = run.save()
    _, frames = slow_motion(spec.json_text(), checkpoint)
    assert frames[0].step == 5 and run.save() == checkpoint
    real = run.game.draw_real(spec.batch).points
    fake = run.game.generator(run.game.draw_latents(spec.batch)).detach()
    loss = run.game.discriminator_loss(run.game.discriminator, real, fake)
    assert frames[2].metrics["discriminator_loss"] == pytest.approx(float(loss.detach()), rel=1e-6)


def test_several_seeds_are_refused_in_words() -> None:
    with pytest.raises(SpecError, match="Seeds at once"):
        slow_motion(ToySpec.from_flat(QUICK | {"seeds": 2}).json_text(), None)


def test_parts_have_names_of_their_own_and_words() -> None:
    assert len({part.name for part in PARTS}) == len(PARTS) == 10
    assert all(part.title and part.line.endswith((".", "?")) for part in PARTS)
    assert [part.name for part in PARTS if part.moves] == ["discriminator_update", "generator_update"]
