"""Adam, RMSProp and SGD, by PyTorch's own functional kernels.

`torch.optim`'s classes run the same kernels inside hooks and bookkeeping that cost a small network a quarter of its
step (benchmarks/loop.py). What is left here is the state, which is also what a checkpoint has to hold.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.optim.adam import adam
from torch.optim.rmsprop import rmsprop
from torch.optim.sgd import sgd

from gan_core import specs


class Optimizer:
    """Steps a player's parameters against their gradients."""

    def __init__(self, parameters: Iterable[nn.Parameter], spec: specs.Optimizer):
        self.parameters = list(parameters)
        self.spec = spec
        self.first = [torch.zeros_like(p) for p in self.parameters]  # running mean of the gradient, or momentum
        self.second = [torch.zeros_like(p) for p in self.parameters]  # running mean of its square
        self.steps = [torch.zeros(()) for _ in self.parameters]

    def zero_grad(self) -> None:
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """One step; every parameter must have a gradient."""
        spec, gradients = self.spec, [parameter.grad for parameter in self.parameters]
        if spec.name == "adam":  # Kingma and Ba 2015
            adam(
                self.parameters, gradients, self.first, self.second, [], self.steps, fused=True, amsgrad=False,
                beta1=spec.beta1, beta2=spec.beta2, lr=spec.learning_rate, weight_decay=0, eps=1e-8, maximize=False,
            )  # fmt: skip
        elif spec.name == "rmsprop":  # Hinton 2012
            rmsprop(
                self.parameters, gradients, self.second, [], [], self.steps, lr=spec.learning_rate, alpha=spec.beta2,
                eps=1e-8, weight_decay=0, momentum=0, centered=False,
            )  # fmt: skip
        else:  # momentum as in Sutskever et al. 2013, from a buffer of zeros
            sgd(
                self.parameters, gradients, list(self.first), weight_decay=0, momentum=spec.beta1,
                lr=spec.learning_rate, dampening=0, nesterov=False, maximize=False,
            )  # fmt: skip

    def state(self) -> dict[str, Tensor]:
        """The state, tensors by name; `load_state` takes it back."""
        slots = {"first": self.first, "second": self.second, "steps": self.steps}
        return {f"{slot}.{index}": tensor for slot, tensors in slots.items() for index, tensor in enumerate(tensors)}

    @torch.no_grad()
    def load_state(self, state: dict[str, Tensor]) -> None:
        for name, tensor in self.state().items():
            tensor.copy_(state[name])
