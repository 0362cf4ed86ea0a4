"""The Inception score, by whatever classifier the logits come from (Salimans et al. 2016).

High where each picture is surely of one class and all classes are equally common. It never sees a real picture: a
generator with one perfect picture a class gets full marks. By a classifier of ours it is no Inception's score, and says
nothing beside a published one.
"""

from __future__ import annotations

import torch
from torch import Tensor

from gan_core.metrics.resampling import Estimate, jackknife


def inception_score(logits: Tensor) -> float:
    """exp(E KL(p(y|x) || p(y))) of logits (N, K): from 1 to K. Salimans et al. 2016, section 4."""
    log_p = logits.double().log_softmax(1)
    p = log_p.exp()
    certainty = (p * log_p).sum(1).mean()  # minus the mean entropy of p(y|x)
    of_all = p.mean(0)
    return (certainty - torch.special.xlogy(of_all, of_all).sum()).exp().item()


def inception_score_with_error(logits: Tensor, generator: torch.Generator) -> Estimate:
    """The score with its standard error by the jackknife. It reads low by about the share (K - 1) / (2 N)."""
    return jackknife(lambda kept: inception_score(logits[kept]), len(logits), generator)
