"""Distil VGG19 into a network of a quarter of its width, which paints fourteen times as fast.

    python -m gan_core distill photographs.zip --to runs/slim --steps 20000

Three things are learnt at once:

- the answers of every layer, and their Gram matrices, through the heads (Wang et al. 2020);
- the slopes: the gradient with respect to the pixels of what style transfer minimises, which is all that a painter gets
  to know of the network (Czarnecki et al., “Sobolev Training for Neural Networks”, 2017);
- both not only for pictures, but for what lies between noise and a finished painting: canvases that half the time
  follow the student's own gradient, so that it learns where it would go wrong (Ross et al. 2011).
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass

import torch
from safetensors.torch import load, save
from torch import Tensor, nn
from torch.nn import functional as F

from gan_core.data.textures import textures
from gan_core.frames import metadata
from gan_core.networks import vgg
from gan_core.networks.vgg import LAYERS, VGG19, SlimVGG
from gan_core.style_losses import content_error, gram_matrix, style_error
from gan_core.thinning import thin

STYLE, CONTENT = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"), "relu4_2"
SLOPED = (*STYLE, CONTENT)
GRAM_WEIGHT, SLOPE_WEIGHT = 0.5, 1.0  # beside 1 for the answers
SHARES = (0.6, 0.25, 0.15)  # of photographs, paintings and textures
PRIOR = torch.tensor([1.0, 1, 1, 1.5, 2, 2])  # mean weights of STYLE, then CONTENT, in what is painted
STRIDE = 0.02  # of a look beside a canvas, root mean square
LIFE = 40  # steps that a canvas is painted, at most
OTHERS = 2  # layers besides STYLE and CONTENT that are compared in a step
FIRST_LOOK = 64  # pictures that the student begins with
REACH = (0.01, 0.06)  # of one step on a canvas, for pixels in [-1, 1]
LEARNING_RATE = 1e-3  # falls to 1 % of it along half a cosine


@dataclass(frozen=True)
class Recipe:
    """How long and on what; part of the checkpoint."""

    steps: int = 20_000
    size: int = 192  # px
    batch: int = 16  # canvases; and as many fresh pictures
    seed: int = 1


class Distillation:
    """The student, what it learns from, and where it stands."""

    def __init__(self, photographs: Tensor, paintings: Tensor, recipe: Recipe, device: str):
        self.recipe, self.device = recipe, device
        self.random = torch.Generator(device).manual_seed(recipe.seed)
        self.banks = [photographs.to(device), paintings.to(device)]  # uint8 (P, 3, H, W)
        self.shares = torch.tensor(SHARES, device=device)
        self.teacher = vgg.load().to(device)
        self.student = SlimVGG().to(device)
        thin(self.student, self.teacher, self.pictures(FIRST_LOOK))
        self.teacher = self.teacher.to(memory_format=torch.channels_last)
        self.student = self.student.to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.Adam(self.student.parameters(), LEARNING_RATE, betas=(0.9, 0.99))
        self.step = 0
        n, size = recipe.batch, recipe.size
        self.content, self.style, self.canvas, self.first, self.second = (
            torch.zeros(n, 3, size, size, device=device) for _ in range(5)
        )
        self.age = torch.zeros(n, dtype=torch.int64, device=device)
        self.life = torch.zeros_like(self.age)
        self.reach = torch.zeros(n, 1, 1, 1, device=device)
        self._renew(torch.ones(n, dtype=torch.bool, device=device))

    # What is looked at -----------------------------------------------------------------------------------------------

    def pictures(self, count: int) -> Tensor:
        """Cuttings of photographs, paintings and textures, a little recoloured: (count, 3, size, size) in [-1, 1]."""
        kinds = torch.multinomial(self.shares, count, replacement=True, generator=self.random).sort().values
        photos, paints, formulas = torch.bincount(kinds, minlength=3).tolist()
        parts = [self._cut(bank, n) for bank, n in zip(self.banks, (photos, paints), strict=True) if n]
        parts += [textures(formulas, self.recipe.size, self.random)] if formulas else []
        return torch.cat(parts)[torch.randperm(count, generator=self.random, device=self.device)]

    def _cut(self, bank: Tensor, count: int) -> Tensor:
        which = torch.randint(len(bank), (count,), generator=self.random, device=self.device)
        zoom = self._uniform(count, 0.5, 1.0)
        shift = (1 - zoom)[:, None] * self._uniform((count, 2), -1, 1)
        mirror = torch.where(self._uniform(count, 0, 1) < 0.5, -1.0, 1.0)
        placed = torch.zeros(count, 2, 3, device=self.device)
        placed[:, 0, 0], placed[:, 1, 1], placed[:, :, 2] = zoom * mirror, zoom, shift
        grid = F.affine_grid(placed, (count, 3, self.recipe.size, self.recipe.size), align_corners=False)
        cut = F.grid_sample(bank[which].float() / 127.5 - 1, grid, mode="bilinear", align_corners=False)
        grey = cut.mean(1, keepdim=True)
        colour, contrast, light = (self._uniform((count, 1, 1, 1), *r) for r in ((0.3, 1.4), (0.6, 1.3), (-0.3, 0.3)))
        return ((grey + colour * (cut - grey)) * contrast + light).clamp(-1, 1)

    def _uniform(self, shape: int | tuple[int, ...], low: float, high: float) -> Tensor:
        shape = (shape,) if isinstance(shape, int) else shape
        return low + (high - low) * torch.rand(shape, generator=self.random, device=self.device)

    def _renew(self, over: Tensor) -> None:
        """Begin the canvases that are `over` anew: from the content, from noise, or from the style."""
        if not (count := int(over.sum())):
            return
        content, style = self.pictures(count), self.pictures(count)
        noise = 0.5 * torch.randn(content.shape, generator=self.random, device=self.device)
        draw = self._uniform((count, 1, 1, 1), 0, 1)
        start = torch.where(draw < 0.6, content, torch.where(draw < 0.85, noise, style))
        self.content[over], self.style[over], self.canvas[over] = content, style, start.clamp(-1, 1)
        self.first[over], self.second[over], self.age[over] = 0, 0, 0
        self.life[over] = torch.randint(1, LIFE + 1, (count,), generator=self.random, device=self.device)
        self.reach[over] = self._uniform((count, 1, 1, 1), *REACH)

    # One step --------------------------------------------------------------------------------------------------------

    def train(self) -> dict[str, Tensor]:
        """One step of the student and of the canvases. Returns the parts of the loss, as tensors of the device."""
        recipe, n = self.recipe, self.recipe.batch
        rate = 0.01 + 0.99 * (1 + math.cos(math.pi * self.step / recipe.steps)) / 2
        warm = min(1.0, (self.step + 1) / 200)
        for group in self.optimizer.param_groups:
            group["lr"] = LEARNING_RATE * rate * warm
        weights = PRIOR.to(self.device) * torch.randn(len(PRIOR), generator=self.random, device=self.device).exp()
        order = torch.randperm(len(LAYERS), generator=self.random, device=self.device).tolist()
        compared = [LAYERS[i] for i in order if LAYERS[i] not in SLOPED][:OTHERS] + list(SLOPED)
        canvas = self.canvas.contiguous(memory_format=torch.channels_last).requires_grad_()
        still = torch.cat([self.content, self.style, self.pictures(n // 2)])
        still = still.contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            told = self._answers(self.teacher, still, compared)
        on_canvas = self._answers(self.teacher, canvas, compared)
        wanted = torch.autograd.grad(painted_loss(told, on_canvas, weights, n).sum(), canvas)[0]
        on_canvas = {name: each.detach() for name, each in on_canvas.items()}

        answers, own = self.student(still, compared), self.student(canvas, compared)
        metrics = {name: metric(self.student, name) for name in SLOPED}
        lost = painted_loss(answers, own, weights, n, metrics).sum()
        given = torch.autograd.grad(lost, canvas, retain_graph=True)[0]
        cosine, direction, share = disagreement(given, wanted)
        around = torch.cat([canvas + STRIDE * direction, canvas - STRIDE * direction]).detach()
        beside = self.student(around, SLOPED)
        ahead, behind = (
            painted_loss(answers, {name: each[half] for name, each in beside.items()}, weights, n, metrics)
            for half in (slice(0, n), slice(n, 2 * n))
        )
        turned = (share * (behind - ahead) / (2 * STRIDE)).mean()  # its gradient is that of 1 - cosine

        feature, gram = self._distance(answers, told)
        feature_canvas, gram_canvas = self._distance(own, on_canvas)
        features, grams = feature + feature_canvas, gram + gram_canvas
        self.optimizer.zero_grad(set_to_none=True)
        (features + GRAM_WEIGHT * grams + SLOPE_WEIGHT * turned).backward()
        nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
        self.optimizer.step()
        self._paint(wanted, given)
        self.step += 1
        return {"features": features.detach(), "gram": grams.detach(), "slopes": 1 - cosine.mean()}

    def _answers(self, network: VGG19, pictures: Tensor, layers: list[str]) -> dict[str, Tensor]:
        with torch.autocast(self.device, torch.bfloat16):
            return {name: each.float() for name, each in network(pictures, layers).items()}

    def _distance(self, own: dict[str, Tensor], told: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Means over layers and pictures: of the answers through the heads, and of their Gram matrices."""
        features, grams = [], []
        for name in own:
            through = self.student.heads[name](own[name])
            features.append(content_error(through, told[name]).mean())
            grams.append(style_error(gram_matrix(through), gram_matrix(told[name])).clamp(max=4).mean())
        return torch.stack(features).mean(), torch.stack(grams).mean()

    @torch.no_grad()
    def _paint(self, wanted: Tensor, given: Tensor) -> None:
        """One step of Adam on every canvas: one half follows the teacher's slope, the other the student's."""
        half = torch.arange(len(wanted), device=self.device) % 2 == 0
        chosen = torch.where(half[:, None, None, None], wanted, given)
        chosen = chosen / chosen.flatten(1).norm(dim=1).clamp(min=1e-12)[:, None, None, None]
        self.first.lerp_(chosen, 0.1)
        self.second.lerp_(chosen.square(), 0.01)
        self.age += 1
        aged = self.age[:, None, None, None]
        move = (self.first / (1 - 0.9**aged)) / ((self.second / (1 - 0.99**aged)).sqrt() + 1e-8)
        self.canvas.sub_(self.reach * move).clamp_(-1, 1)
        self._renew(self.age >= self.life)

    # Keeping ---------------------------------------------------------------------------------------------------------

    def save(self) -> bytes:
        """All that is needed to go on, as safetensors bytes."""
        tensors = {f"student.{name}": each for name, each in self.student.state_dict().items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{name}": each for name, each in state.items()}
        tensors |= {name: getattr(self, name) for name in CANVASES} | {"random": self.random.get_state()}
        tensors = {name: each.detach().cpu().contiguous() for name, each in tensors.items()}
        return save(tensors, {"step": str(self.step), "recipe": json.dumps(asdict(self.recipe)), "device": self.device})

    def load(self, kept: bytes) -> None:
        """Go on where `save` was called, on the same kind of device."""
        tensors, about = load(kept), metadata(kept)
        self.step = int(about["step"])
        prefix = "student."
        self.student.load_state_dict(
            {name.removeprefix(prefix): each for name, each in tensors.items() if name.startswith(prefix)}
        )
        state: dict[int, dict[str, Tensor]] = {}
        for name, each in tensors.items():
            if name.startswith("optimizer."):
                _, index, part = name.split(".")
                state.setdefault(int(index), {})[part] = each
        self.optimizer.load_state_dict(self.optimizer.state_dict() | {"state": state})
        for name in CANVASES:
            getattr(self, name).copy_(tensors[name])
        if about["device"] == self.device:
            self.random.set_state(tensors["random"])


CANVASES = ("content", "style", "canvas", "first", "second", "age", "life", "reach")


def painted_loss(
    told: dict[str, Tensor], own: dict[str, Tensor], weights: Tensor, n: int, metrics: dict[str, Tensor] | None = None
) -> Tensor:
    """What style transfer minimises, for each of n canvases: (n,).

    Args:
        told: answers for the contents, then the styles, then anything.
        own: answers for the canvases.
        weights: of STYLE, and of CONTENT last.
    """
    metrics = metrics or {}
    loss = weights[-1] * content_error(own[CONTENT], told[CONTENT][:n], metrics.get(CONTENT))
    for weight, name in zip(weights, STYLE, strict=False):
        target = gram_matrix(told[name][n : 2 * n])
        loss = loss + weight * style_error(gram_matrix(own[name]), target, metrics.get(name))
    return loss


def disagreement(given: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """How far one slope is from another, and what a change of the one would do about it.

    The cosine's derivative with respect to `given` is `share` times `direction`, so that its derivative with respect to
    the weights is that of a loss's slope along a fixed direction: two looks beside the canvas tell it, where the slope
    of a slope would take a backward pass through the backward pass.

    Returns:
        The cosines (N,), directions of root mean square 1 (N, 3, H, W), and shares (N,).
    """
    n, places = len(given), given[0].numel() ** 0.5
    a, b = given.flatten(1), wanted.flatten(1)
    length = a.norm(dim=1, keepdim=True).clamp(min=1e-20)
    a, b = a / length, b / b.norm(dim=1, keepdim=True).clamp(min=1e-20)
    cosine = (a * b).sum(1, keepdim=True)
    apart = b - cosine * a
    far = apart.norm(dim=1, keepdim=True).clamp(min=1e-20)
    return cosine[:, 0], (apart / far * places).view_as(given), (far / length / places)[:, 0].view(n)


def metric(student: SlimVGG, name: str) -> Tensor:
    """HᵀH of a layer's head: (C, C)."""
    head = student.heads[name].weight[:, :, 0, 0]
    return head.T @ head


@torch.no_grad()
def correlations(
    student: SlimVGG, teacher: VGG19, pictures: Tensor, layers: tuple[str, ...] = STYLE
) -> dict[str, float]:
    """Of what the student says through its heads with what VGG19 says, once each channel's mean is taken off.

    Args:
        pictures: (N, 3, H, W) in [-1, 1], which the student has not learnt from.
    """
    found = {}
    both = [torch.zeros(3, dtype=torch.float64) for _ in layers]  # sums of xx, yy, xy
    for picture in pictures.split(8):
        own, told = student(picture, layers), teacher(picture, layers)
        for sums, name in zip(both, layers, strict=True):
            x, y = student.heads[name](own[name]), told[name]
            x, y = (each - each.mean((0, 2, 3), keepdim=True) for each in (x, y))
            sums += torch.stack([(x * x).sum(), (y * y).sum(), (x * y).sum()]).double().cpu()
    for (xx, yy, xy), name in zip((each.tolist() for each in both), layers, strict=True):
        found[name] = xy / math.sqrt(xx * yy)
    return found
