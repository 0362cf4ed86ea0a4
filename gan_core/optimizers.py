"""Adam, RMSProp and SGD, by PyTorch's own functional kernels, and once more as formulas that a gradient flows through.

`torch.optim`'s classes run the same kernels inside hooks and bookkeeping that cost a small network a quarter of its
step (benchmarks/loop.py). What is left here is the state, which is also what a checkpoint has to hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.optim.adam import adam
from torch.optim.rmsprop import rmsprop
from torch.optim.sgd import sgd

from gan_core import specs

EPSILON = 1e-8  # PyTorch's default for Adam and RMSProp


class Optimizer:
    """Steps a player's parameters against their gradients."""

    def __init__(self, parameters: Iterable[nn.Parameter], spec: specs.Optimizer, clip: float = 0.0,
                 shared: Callable[[list[Tensor]], None] | None = None):  # fmt: skip
        """`clip`: greatest length of the whole gradient, 0 for any. `shared` is given the gradients before each step,
        to make them the mean over several processes."""
        self.parameters = list(parameters)
        self.spec = spec
        self.clip = clip
        self.shared = shared
        self.first = [torch.zeros_like(p) for p in self.parameters]  # running mean of the gradient, or momentum
        self.second = [torch.zeros_like(p) for p in self.parameters]  # running mean of its square
        self.steps = [torch.zeros((), device=p.device) for p in self.parameters]

    def zero_grad(self) -> None:
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """One step; every parameter must have a gradient."""
        spec, gradients = self.spec, [parameter.grad for parameter in self.parameters]
        if self.shared:
            self.shared(gradients)
        if self.clip:
            nn.utils.clip_grad_norm_(self.parameters, self.clip)
        if spec.name == "adam":  # Kingma and Ba 2015
            adam(
                self.parameters, gradients, self.first, self.second, [], self.steps, fused=True, amsgrad=False,
                beta1=spec.beta1, beta2=spec.beta2, lr=spec.learning_rate, weight_decay=0, eps=EPSILON, maximize=False,
            )  # fmt: skip
        elif spec.name == "rmsprop":  # Hinton 2012
            rmsprop(
                self.parameters, gradients, self.second, [], [], self.steps, lr=spec.learning_rate, alpha=spec.beta2,
                eps=EPSILON, weight_decay=0, momentum=0, centered=False,
            )  # fmt: skip
        else:  # momentum as in Sutskever et al. 2013, from a buffer of zeros
            sgd(
                self.parameters, gradients, list(self.first), weight_decay=0, momentum=spec.beta1,
                lr=spec.learning_rate, dampening=0, nesterov=False, maximize=False,
            )  # fmt: skip

    @torch.no_grad()
    def step_where(self, wanted: Tensor) -> None:
        """One step of those networks of a stack for which `wanted` (N,) is true; nothing of the others moves.

        Only the count of steps goes on for all: it corrects Adam's start, which is soon over.
        """
        held = [*self.parameters, *self.first, *self.second]
        before = [tensor.clone() for tensor in held]
        self.step()
        for tensor, was in zip(held, before, strict=True):
            tensor.copy_(torch.where(wanted.reshape(-1, *[1] * (tensor.ndim - 1)), tensor, was))

    def standing(self) -> Standing:
        """Where the player stands now, for `stepped` to go on from."""
        return Standing(self.parameters, self.first, self.second, self.steps)

    def state(self) -> dict[str, Tensor]:
        """The state, tensors by name; `load_state` takes it back."""
        slots = {"first": self.first, "second": self.second, "steps": self.steps}
        return {f"{slot}.{index}": tensor for slot, tensors in slots.items() for index, tensor in enumerate(tensors)}

    @torch.no_grad()
    def load_state(self, state: dict[str, Tensor]) -> None:
        for name, tensor in self.state().items():
            tensor.copy_(state[name])


class Standing(NamedTuple):
    """Parameters and optimiser state at one moment, one tensor a parameter each."""

    parameters: Sequence[Tensor]
    first: Sequence[Tensor]
    second: Sequence[Tensor]
    steps: Sequence[Tensor]


def stepped(spec: specs.Optimizer, at: Standing, gradients: Sequence[Tensor]) -> Standing:
    """Where one step of `Optimizer.step` would lead, as new tensors: a gradient flows through the step itself."""
    moved = [
        _STEPS[spec.name](spec, *tensors) for tensors in zip(at.parameters, gradients, *at[1:], strict=True)
    ]  # fmt: skip
    return Standing(*zip(*moved, strict=True))


def _adam(spec: specs.Optimizer, p: Tensor, g: Tensor, first: Tensor, second: Tensor, steps: Tensor) -> tuple:
    steps = steps + 1
    first, second = first.lerp(g, 1 - spec.beta1), spec.beta2 * second + (1 - spec.beta2) * g * g
    mean, square = first / (1 - spec.beta1**steps), second / (1 - spec.beta2**steps)
    return p - spec.learning_rate * mean / (_root(square) + EPSILON), first, second, steps


def _rmsprop(spec: specs.Optimizer, p: Tensor, g: Tensor, first: Tensor, second: Tensor, steps: Tensor) -> tuple:
    second = spec.beta2 * second + (1 - spec.beta2) * g * g
    return p - spec.learning_rate * g / (_root(second) + EPSILON), first, second, steps + 1


def _sgd(spec: specs.Optimizer, p: Tensor, g: Tensor, first: Tensor, second: Tensor, steps: Tensor) -> tuple:
    first = spec.beta1 * first + g
    return p - spec.learning_rate * first, first, second, steps  # torch's SGD does not count


def _root(square: Tensor) -> Tensor:
    """The square root, with slope 0 at 0, where its own is infinite: a weight that never had a gradient stays calm."""
    return torch.where(square > 0, square, 1).sqrt() * (square > 0)


_STEPS = {"adam": _adam, "rmsprop": _rmsprop, "sgd": _sgd}
