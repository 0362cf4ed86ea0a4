"""The parts of one step of training, in the order in which they happen. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A part of a step: its name in the code, in words, one line on it, and whether the picture moves in it."""

    name: str
    title: str
    line: str
    moves: bool = False


PARTS = (
    Part("draw", "Draw", "A batch of real points, and as many that G makes of fresh noise."),
    Part("judge", "D judges", "D gives each point a score: how sure it is that the point is real."),
    Part("discriminator_loss", "D's loss", "The scores become one number: how wrong D was."),
    Part("discriminator_gradient", "D's gradient", "For each of D's weights: which way makes that number smaller?"),
    Part(
        "discriminator_update", "D's update", "All of D's weights take a small step that way: its surface shifts.", True
    ),
    Part("generate", "G draws", "Fresh noise, and G makes new points of it."),
    Part("generator_judged", "D judges them", "D stands still now, and scores G's points."),
    Part("generator_loss", "G's loss", "The scores become one number: how little G was believed."),
    Part("generator_gradient", "G's gradient", "Through D back to each point: the arrows say which way it is pulled."),
    Part("generator_update", "G's update", "G's weights take a small step, and all its points move at once.", True),
)
