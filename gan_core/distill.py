"""Distil VGG19 into a network of a quarter of its width, which paints fourteen times as fast: one core is enough.

    python -m gan_core distill photographs.zip --to runs/slim --from checkpoints/vgg19-slim

Learnt are, at the six layers that style transfer looks at,

- the answers through the heads, and their Gram matrices (Wang et al. 2020);
- the slopes: the gradient with respect to the pixels of what is minimised, which is all that a painter gets to know of
  the network (Czarnecki et al., “Sobolev Training for Neural Networks”, 2017), in turn of the student's own loss and
  of the one in which VGG19 guides it.

`gan_core.teaching` keeps what VGG19 said, of pictures and of the student's own paintings.
"""

from __future__ import annotations

import copy
import json
import math
from dataclasses import asdict, dataclass

import torch
from safetensors.torch import load, save
from torch import Tensor

from gan_core.data.pictures import DataError
from gan_core.data.tensors import floats
from gan_core.frames import metadata
from gan_core.networks import vgg
from gan_core.networks.vgg import VGG19, SlimVGG
from gan_core.style.descent import smoothed
from gan_core.style.seeing import Eye
from gan_core.style_losses import feature_square, gram_matrix, gram_square, style_error
from gan_core.teaching import APART, CONTENT, LAYERS, MOMENTS, STYLE, Banks, Paintings, Stills
from gan_core.thinning import thin

FEATURES = {"relu1_1": 0.5, "relu2_1": 1.5, "relu3_1": 1.0, "relu4_1": 1.0, "relu5_1": 2.0, CONTENT: 1.5}  # weights
GRAM_WEIGHT, SLOPE_WEIGHT = 0.25, 0.4  # beside 1 for the answers
WORST_GRAM = 4.0  # relative error beyond which a Gram matrix pulls no more
FIRST_LOOK = 32  # pictures that a student begins with
PAINTING_EVERY = 10  # steps with slopes between two new paintings; a new picture comes with every step
WARM = 30  # steps in which the learning rate rises
SPIKE, CALM = 8.0, 2.0  # times the median gradient: a step beyond is left out; longer ones are shortened
REMEMBERED = 32  # gradients


@dataclass(frozen=True)
class Recipe:
    """How long and on what; part of the checkpoint."""

    steps: int = 900
    size: int = 144  # px
    batch: int = 4  # paintings; and as many pictures
    learning_rate: float = 1.2e-4  # falls to 1 % along half a cosine
    slopes_every: int = 1  # steps; those between learn answers and Gram matrices alone, of twice as many pictures
    stills: int = 64  # pictures whose answers are kept
    paintings: int = 20  # likewise
    seed: int = 1

    def __post_init__(self) -> None:
        for name in ("steps", "size", "batch", "slopes_every", "stills", "paintings"):
            least = 16 if name == "size" else 1
            if getattr(self, name) < least:
                raise DataError(f"{name} is {getattr(self, name)}; it must be at least {least}.")
        for name, least in (
            ("stills", 2 * self.batch if self.slopes_every > 1 else self.batch),
            ("paintings", self.batch),
        ):
            if getattr(self, name) < least:
                raise DataError(f"{name} is {getattr(self, name)}; with such a batch it must be at least {least}.")


class Distillation:
    """The student, what it learns from, and where it stands."""

    def __init__(self, photographs: Tensor, paintings: Tensor, recipe: Recipe, student: SlimVGG | None = None):
        self.recipe = recipe
        self.random = torch.Generator().manual_seed(recipe.seed)
        wide = vgg.load()
        quick = torch.cpu._is_avx512_bf16_supported()
        self.number = torch.bfloat16 if quick else torch.float32  # in which both networks are computed
        banks = Banks(photographs, paintings, recipe.size, self.random)
        if student is None:
            student = SlimVGG()
            thin(student, wide, floats(torch.cat([banks.draw("still") for _ in range(FIRST_LOOK)])))
        self.student = student.requires_grad_(True).to(memory_format=torch.channels_last)
        teacher = Eye(wide, "cpu", self.number)
        self.stills, self.paintings = Stills(recipe.stills, banks, teacher), Paintings(recipe.paintings, banks, teacher)
        self.optimizer = torch.optim.Adam(self.student.parameters(), recipe.learning_rate, betas=(0.9, 0.99))
        self.norms = torch.full((2, REMEMBERED), math.nan)  # of the last gradients: without and with slopes
        self.step = 0

    def prepare(self) -> None:
        """Fill the shelves for the first step."""
        for _ in range(self.recipe.stills):
            self.stills.renew()
        for _ in range(self.recipe.paintings):
            self.paintings.renew(self._painter())

    def _painter(self) -> SlimVGG:
        """The student as it is now."""
        return copy.deepcopy(self.student).requires_grad_(False)

    # One step --------------------------------------------------------------------------------------------------------

    def train(self) -> dict[str, Tensor]:
        """One step of the student. Returns the parts of the loss, as tensors."""
        recipe, n = self.recipe, self.recipe.batch
        rate = 0.01 + 0.99 * (1 + math.cos(math.pi * self.step / recipe.steps)) / 2
        for group in self.optimizer.param_groups:
            group["lr"] = recipe.learning_rate * rate * min(1.0, (self.step + 1) / WARM)
        if self.step:
            self.stills.renew()
            if self.step % (PAINTING_EVERY * recipe.slopes_every) == 0:
                self.paintings.renew(self._painter())
        parts = self._with_slopes(n) if self.step % recipe.slopes_every == 0 else self._alone(2 * n)
        loss = parts["features"] + GRAM_WEIGHT * parts["gram"] + SLOPE_WEIGHT * parts.get("slopes", 0.0)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self._move("slopes" in parts)
        self.step += 1
        return {name: part.detach() for name, part in parts.items()}

    def _alone(self, n: int) -> dict[str, Tensor]:
        """Of n pictures. Half the time of a step with slopes."""
        still, told = self._stills(n)
        features, grams = self._distance(self._answers(still), told)
        return {"features": features, "gram": grams}

    def _with_slopes(self, n: int) -> dict[str, Tensor]:
        """Of n pictures and n canvases, and the slopes there."""
        still, told = self._stills(n)
        on_stills = self._distance(self._answers(still), told)
        painted = self._paintings(n)
        guided = self.step // self.recipe.slopes_every % 2 == 1
        slopes, own = self._slopes(painted, guided)
        on_canvas = self._distance(own, painted)
        features, grams = ((one + other) / 2 for one, other in zip(on_stills, on_canvas, strict=True))
        return {"features": features, "gram": grams, "slopes": slopes}

    def _stills(self, n: int) -> tuple[Tensor, dict[str, Tensor]]:
        chosen = torch.randperm(self.recipe.stills, generator=self.random)[:n]
        shelf = self.stills
        return floats(shelf.pictures[chosen]), {name: each[chosen].float() for name, each in shelf.told.items()}

    def _paintings(self, n: int) -> dict[str, Tensor]:
        """One moment each of n paintings, by name: pictures, weights, and all that VGG19 said, float32."""
        shelf = self.paintings
        chosen = torch.randperm(self.recipe.paintings, generator=self.random)[:n]
        moment = torch.randint(MOMENTS, (n,), generator=self.random)
        pictures = {"contents": shelf.contents[chosen], "styles": shelf.styles[chosen]}
        found = {name: floats(each) for name, each in pictures.items()}
        found |= {"canvas": floats(shelf.canvases[chosen, moment]), "weights": shelf.weights[chosen, moment]}
        for name, each in shelf.told.items():
            of_style = name == "content" or name.startswith("style.")
            found[name] = (each[chosen] if of_style else each[chosen, moment]).float()
        return found

    def _answers(self, pictures: Tensor) -> dict[str, Tensor]:
        with torch.autocast("cpu", torch.bfloat16, enabled=self.number == torch.bfloat16):
            answers = self.student(pictures.contiguous(memory_format=torch.channels_last), LAYERS)
        return {name: each.to(pictures.dtype) for name, each in answers.items()}

    def _slopes(self, painted: dict[str, Tensor], guided: bool) -> tuple[Tensor, dict[str, Tensor]]:
        """How far the student's slopes on canvases are from VGG19's, and what it answers there."""
        canvas = painted["canvas"].requires_grad_()
        own = self._answers(canvas)
        if guided:
            loss = guided_loss(self.student, own, painted)
        else:
            n = len(canvas)
            before = self._answers(torch.cat([painted["contents"], painted["styles"]]))
            told, style = before[CONTENT][:n], {name: gram_matrix(before[name][n:]) for name in STYLE}
            loss = plain_loss(self.student, own, told, style, painted["weights"])
        given = torch.autograd.grad(loss.sum(), canvas, create_graph=True)[0]
        return (1 - alignment(given, painted["slope"])).mean(), own

    def _distance(self, own: dict[str, Tensor], told: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """How far answers through the heads are from VGG19's, and their Gram matrices from its: means over layers.

        Computed before the heads, where there are a quarter of the channels. Errors of answers are relative to the
        batch, since a flat picture alone is answered with almost nothing.
        """
        features, grams = [], []
        for name in LAYERS:
            head = self.student.heads[name].weight[:, :, 0, 0]  # H, (4 C, C)
            apart = APART.get(name, 1)
            few, answer = own[name][:, :, ::apart, ::apart].flatten(2), told[name].flatten(2)
            among, across, whole = few @ few.mT, answer @ few.mT, answer.square().sum()
            wrong = ((head.T @ head) * among).sum() - 2 * (head * across).sum() + whole  # |H F - T|²
            features.append(FEATURES[name] * wrong / whole)
            if name in STYLE:
                gram, target = gram_matrix(own[name]), told[f"gram.{name}"]
                whole = gram_square(target)
                wrong = gram_square(gram, head.T @ head) - 2 * ((head.T @ target @ head) * gram).sum((1, 2)) + whole
                grams.append((wrong / whole).clamp(max=WORST_GRAM).mean())  # |H G Hᵀ - T|²
        return torch.stack(features).sum() / sum(FEATURES.values()), torch.stack(grams).mean()

    def _move(self, sloped: bool) -> None:
        """One step of Adam, unless the gradient is none or far longer than is usual with slopes, or without."""
        gradients = [each.grad for each in self.student.parameters() if each.grad is not None]
        norm = torch.nn.utils.get_total_norm(gradients)
        norms = self.norms[int(sloped)]
        if not norm.isfinite():
            return
        usual = norms.median() if norms.isfinite().all() else norm
        norms.copy_(norms.roll(1))
        norms[0] = norm
        if norm > SPIKE * usual:
            return
        torch.nn.utils.clip_grads_with_norm_(self.student.parameters(), float(CALM * usual), norm)
        self.optimizer.step()

    # Keeping ---------------------------------------------------------------------------------------------------------

    def save(self) -> bytes:
        """All that is needed to go on to the bit, as safetensors bytes."""
        tensors = {f"student.{name}": each for name, each in self.student.state_dict().items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{name}": each for name, each in state.items()}
        tensors |= self._pictures() | {"random": self.random.get_state(), "norms": self.norms}
        tensors = {name: each.detach().contiguous() for name, each in tensors.items()}
        about = {"step": self.step, "recipe": asdict(self.recipe)}
        about |= {"stills": self.stills.oldest, "paintings": self.paintings.oldest}
        return save(tensors, {name: json.dumps(each) for name, each in about.items()})

    def _pictures(self) -> dict[str, Tensor]:
        shelf = self.paintings
        return {"stills": self.stills.pictures, "contents": shelf.contents, "styles": shelf.styles,
                "canvases": shelf.canvases, "weights": shelf.weights}  # fmt: skip

    def load(self, kept: bytes) -> None:
        """Go on where `save` was called. Raises DataError where the recipe was another."""
        tensors = load(kept)
        about = {name: json.loads(each) for name, each in metadata(kept).items()}
        if about["recipe"] != asdict(self.recipe):
            raise DataError(f"This run was begun as {Recipe(**about['recipe'])}; go on with the same, or elsewhere.")
        self.step, self.stills.oldest, self.paintings.oldest = about["step"], about["stills"], about["paintings"]
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
        for name, pictures in self._pictures().items():
            pictures.copy_(tensors[name])
        self.norms.copy_(tensors["norms"])
        self.random.set_state(tensors["random"])
        for place in range(self.recipe.stills):
            self.stills.ask(place)
        for place in range(self.recipe.paintings):
            self.paintings.ask(place)


# What is minimised when a canvas is painted: (N,) --------------------------------------------------------------------


def plain_loss(
    student: SlimVGG, own: dict[str, Tensor], told: Tensor, style: dict[str, Tensor], weights: Tensor
) -> Tensor:
    """By the student alone, as it sees the content `told` (N, C, h, w) and the styles' Gram matrices (N, C, C)."""
    m = metric(student, CONTENT)
    loss = weights[:, -1] * feature_square(own[CONTENT] - told, m) / feature_square(told, m)
    for index, name in enumerate(STYLE):
        loss = loss + weights[:, index] * style_error(gram_matrix(own[name]), style[name], metric(student, name))
    return loss


def guided_loss(student: SlimVGG, own: dict[str, Tensor], painted: dict[str, Tensor]) -> Tensor:
    """By the student where VGG19 has just looked: a loss with the slope of the one that `Objective.follow` makes."""
    apart = painted[CONTENT] - painted["content"]
    weight = 2 * painted["weights"][:, -1] / painted["content"].square().sum((1, 2, 3))
    pull = torch.einsum("dc,ndhw->nchw", student.heads[CONTENT].weight[:, :, 0, 0], apart)
    loss = weight * (pull * own[CONTENT]).sum((1, 2, 3))
    for index, name in enumerate(STYLE):
        target = painted[f"style.{name}"]
        apart = painted[f"gram.{name}"] - target
        head = student.heads[name].weight[:, :, 0, 0]
        weight = 2 * painted["weights"][:, index] / gram_square(target)
        loss = loss + weight * ((head.T @ apart @ head) * gram_matrix(own[name])).sum((1, 2))
    return loss


def metric(student: SlimVGG, name: str) -> Tensor:
    """HᵀH of a layer's head: (C, C)."""
    head = student.heads[name].weight[:, :, 0, 0]
    return head.T @ head


def alignment(given: Tensor, wanted: Tensor) -> Tensor:
    """Cosines of slopes (N, 3, H, W) in the norm in which a painter steps: (N,)."""
    smooth = smoothed(wanted)
    both = (given * smooth).sum((1, 2, 3))
    return both / ((given * smoothed(given)).sum((1, 2, 3)) * (wanted * smooth).sum((1, 2, 3))).clamp(min=1e-30).sqrt()


@torch.no_grad()
def correlations(
    student: SlimVGG, teacher: VGG19, pictures: Tensor, layers: tuple[str, ...] = LAYERS
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
            sums += torch.stack([(x * x).sum(), (y * y).sum(), (x * y).sum()]).double()
    for (xx, yy, xy), name in zip((each.tolist() for each in both), layers, strict=True):
        found[name] = xy / math.sqrt(xx * yy)
    return found
