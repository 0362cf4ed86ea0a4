"""One sentence on what is going on in a game, from its numbers and nothing else. Torch-free.

A verdict says what the numbers show, never why, and never more than they show: a number that is missing, or is no
number, supports no claim. The player holds the sentences and fills in the frame's numbers; a film has an index a frame.

    >>> verdict({"modes": 1, "good": 0.97, "discriminator_loss": 1.39}, ring)
    'collapse_unseen'
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any

# Placeholders: {modes} covered of {all}, {good} share of good samples and {ceiling} the data's own, both in per cent,
# {jsd} the Jensen-Shannon divergence. A film's index counts in this order: add at the end.
VERDICTS: dict[str, str] = {
    "unclear": "These numbers say nothing clear: look at the samples.",
    "vanished": "D is sure of everything, and G's gradient has all but vanished: there is no slope to follow.",
    "nowhere": "None of the {all} modes is covered, and {good} of the samples are good: G is not there yet.",
    "nowhere_unseen": "None of {all} modes is covered, yet D's loss is at its equilibrium value: it does not show it.",
    "collapse_unseen": "{modes} of {all} modes, yet D's loss is at its equilibrium value: it hides what is missing.",
    "collapse_caught": "{modes} of {all} modes, and D tells the fakes from real points.",
    "collapse": "{good} of the samples are good, but they cover only {modes} of {all} modes.",
    "weak_discriminator": "Only {good} of the samples are good, yet D can only guess: it is too weak to see that.",
    "behind": "D is sure of nearly everything, but G's gradient is not gone: G still has a slope to follow.",
    "dropping_unseen": "{modes} of {all} modes, {good} of the samples good, and D does hardly better than a guess.",
    "dropping": "{good} of the samples are good, but only {modes} of {all} modes are covered.",
    "filling": "{modes} of {all} modes are covered so far, and {good} of the samples are good.",
    "sharpening": "All {all} modes are covered, but only {good} of the samples are good: the rest lie outside them.",
    "narrow": "All {all} modes, but {good} good is more than the data's own {ceiling}: G's modes are too narrow.",
    "uneven": "All {all} modes are covered and {good} of the samples good, but the modes' shares are uneven.",
    "told_apart": "All {all} modes and {good} good samples, yet D still tells fake from real: something differs.",
    "differs": "All {all} modes and {good} good samples, but a JSD of {jsd} says that something still differs.",
    "healthy": "All {all} modes, {good} of the samples good, and D can only guess: little is left to learn.",
    "settling": "All {all} modes are covered, and {good} of the samples are good.",
    "curve_far": "Only {good} of the samples lie on the curve.",
    "curve_near": "{good} of the samples lie on the curve.",
    "curve_differs": "{good} of the samples lie on the curve, but by a JSD of {jsd} not as the data do.",
    "curve_healthy": "{good} of the samples lie on the curve, and D can only guess.",
    "untrained": "Nothing is learned yet: both players are what their first random weights make of them.",
}
HEALTHY = ("healthy", "curve_healthy")

GUESSING = 0.6  # mean accuracy: the best D is right this often when p and q differ in a fifth of their mass
SURE = 0.95  # of real and of fake points alike: one error in twenty
TELLS_FAKES = 0.9  # accuracy on fakes with which G's trick no longer works
EQUILIBRIUM_WITHIN = (
    0.05  # of the value itself: the classic collapse sits at 1.38 to 1.40 of 1.386, a game moves by more
)
GONE = 1e-3  # length of G's gradient: toy games run at 0.1 to 10
FEW = 0.25  # share of the modes: 2 of 8, the usual mark of collapse
MOST = 0.8  # of the ceiling: with more good samples than this a picture looks right
HALF = 0.5  # of the ceiling: with fewer good samples than this most of the picture is wrong
UNEVEN = 0.05  # nats of reverse KL over its floor: one mode of eight left with a third of its share
DIFFERENT = 0.05  # nats of JSD, beyond two errors: two Gaussians whose centres are 0.65 sigma apart
LARGEST = 1e30  # what is larger is no measurement
DEVIATIONS = 3.0  # standard deviations over the ceiling that sampling does not explain


def verdict(metrics: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """The name of the sentence in `VERDICTS` that fits a frame's metrics, in the game that a header is about.

    Metrics that matter: step, modes, good, discriminator_loss, accuracy_real, accuracy_fake, gradient_norm,
    reverse_kl, jsd, jsd_error. Of the header: modes (0 for a curve), references, good_ceiling, evaluation_samples. Any
    may be missing.
    """
    seen = _Seen(metrics, about)
    if _number(metrics, "step") == 0:
        return "untrained"
    if seen.sure and seen.gradient < GONE:
        return "vanished"
    if seen.all > 0:
        return _of_modes(seen) if seen.modes >= 0 else "behind" if seen.behind else "unclear"
    return _of_a_curve(seen)


def sentence(metrics: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """The verdict in words, with its numbers."""
    seen = _Seen(metrics, about)
    return VERDICTS[verdict(metrics, about)].format(
        modes=_whole(seen.modes), all=_whole(seen.all), good=_share(seen.good), ceiling=_share(seen.ceiling),
        jsd=f"{seen.jsd:.2f}",
    )  # fmt: skip


def _of_modes(seen: _Seen) -> str:
    """For data with modes, when it is known how many are covered."""
    if seen.modes >= seen.all:
        return _all_covered(seen)
    if seen.modes == 0:
        if seen.at_equilibrium:
            return "nowhere_unseen"
        return "behind" if seen.behind else "nowhere" if seen.good >= 0 else "unclear"
    if seen.modes <= max(1, FEW * seen.all) and seen.modes < HALF * seen.all:
        if seen.at_equilibrium:
            return "collapse_unseen"
        if seen.mostly_good:
            return "collapse_caught" if seen.tells_fakes else "collapse"
    if seen.half_bad and seen.guessing:
        return "weak_discriminator"
    if seen.mostly_good:
        return "dropping_unseen" if seen.guessing else "dropping"
    return "behind" if seen.behind else "filling" if seen.good >= 0 else "unclear"


def _all_covered(seen: _Seen) -> str:
    if seen.half_bad and seen.guessing:
        return "weak_discriminator"
    if not seen.mostly_good:
        return "sharpening" if seen.good >= 0 else "unclear"
    if seen.too_good:
        return "narrow"
    if seen.uneven:
        return "uneven"
    if seen.sure:
        return "told_apart"
    if seen.different:
        return "differs"
    return "healthy" if seen.guessing else "settling"


def _of_a_curve(seen: _Seen) -> str:
    """For data without modes: what is covered can be told from the divergence alone."""
    if seen.half_bad and seen.guessing:
        return "weak_discriminator"
    if seen.half_bad:
        return "behind" if seen.behind else "curve_far"
    if seen.different:
        return "curve_differs"
    if seen.mostly_good and seen.guessing:
        return "curve_healthy"
    return "curve_near" if seen.good >= 0 else "behind" if seen.behind else "unclear"


class _Seen:
    """What the numbers support. A missing one is nan, and every comparison with it is false: no claim."""

    def __init__(self, metrics: Mapping[str, Any], about: Mapping[str, Any]):
        real, fake = _number(metrics, "accuracy_real"), _number(metrics, "accuracy_fake")
        loss, reference = _number(metrics, "discriminator_loss"), _number(about.get("references"), "discriminator_loss")
        samples = _number(about, "evaluation_samples")
        self.modes, self.all = _number(metrics, "modes"), _number(about, "modes")
        self.good, self.ceiling = _number(metrics, "good"), _number(about, "good_ceiling")
        self.gradient, self.jsd = _number(metrics, "gradient_norm"), _number(metrics, "jsd")
        self.guessing = (real + fake) / 2 <= GUESSING
        self.sure = real >= SURE and fake >= SURE
        self.tells_fakes = fake >= TELLS_FAKES
        self.behind = self.sure and self.gradient >= GONE
        # A critic's loss has no scale, and its equilibrium is 0: no distance from it is small.
        self.at_equilibrium = abs(loss - reference) <= EQUILIBRIUM_WITHIN * reference and reference > 0
        self.mostly_good = self.good >= MOST * self.ceiling
        self.half_bad = self.good < HALF * self.ceiling
        spread = math.sqrt(max(self.ceiling * (1 - self.ceiling), 0) / samples) if samples > 0 else math.nan
        self.too_good = self.good > self.ceiling + DEVIATIONS * spread
        # What a perfect generator reads on average, theory.reverse_kl_floor, is no unevenness.
        floor = (self.all - 1) / (2 * samples) if samples > 0 else math.nan
        self.uneven = _number(metrics, "reverse_kl") > UNEVEN + floor
        self.different = self.jsd - 2 * _number(metrics, "jsd_error") > DIFFERENT


def _number(values: Any, name: str) -> float:
    """A finite number of that name, or nan."""
    value = values.get(name) if isinstance(values, Mapping) else None
    return float(value) if isinstance(value, Real) and abs(value) < LARGEST else math.nan


def _whole(value: float) -> str:
    """A count."""
    return f"{value:g}"


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"
