"""What VGG19 said of pictures, kept so that the student can hear it more than once: asking is what costs.

Two shelves, each of which always gives up its oldest place first:

- pictures as they are, with VGG19's answers;
- paintings at several moments on their way from content to style, made as `gan_core.style` makes them, by the student
  as it is at that moment, so that it learns where it would go wrong (Ross, Gordon and Bagnell 2011); with VGG19's
  answers, and its slope: the gradient with respect to the pixels of what style transfer minimises.

Only pictures go into a checkpoint. What VGG19 said of them is asked again.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from gan_core.data.tensors import floats
from gan_core.data.textures import textures
from gan_core.networks.vgg import SlimVGG
from gan_core.specs.style import GUIDED
from gan_core.style.descent import Lbfgs
from gan_core.style.objective import Aim, Objective
from gan_core.style.painting import GUIDE_EVERY
from gan_core.style.seeing import Eye
from gan_core.style_losses import content_error, gram_matrix, style_error

STYLE, CONTENT = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"), "relu4_2"
LAYERS = (*STYLE, CONTENT)
USUAL = (2.0, 2.0, 2.0, 2.0, 2.0, 1.0)  # weights of LAYERS in a painting that is asked for as usual
UNUSUAL = 0.7  # deviation of the logarithm of others, for every other moment, where some layers do not count
APART = {"relu1_1": 4, "relu2_1": 2}  # of a layer's places every so-manieth across and down is kept, of others all
SHARES = {"still": (0.7, 0.2, 0.1), "content": (0.8, 0.1, 0.1), "style": (0.2, 0.6, 0.2)}  # of photographs, paintings
# and textures
STARTS = (0.7, 0.15, 0.15)  # shares of canvases that begin with the content, with noise, and with the style
MOMENTS = 4  # of a painting that are kept
PLAIN = 20  # steps before VGG19 guides it for as many as it would otherwise


class Banks:
    """Where pictures come from: photographs and paintings, uint8 (P, 3, H, W), and textures from formulas."""

    def __init__(self, photographs: Tensor, paintings: Tensor, size: int, random: torch.Generator):
        self.banks, self.size, self.random = (photographs, paintings), size, random

    def draw(self, kind: str) -> Tensor:
        """One picture as it is kept: uint8 (1, 3, size, size)."""
        which = int(torch.multinomial(torch.tensor(SHARES[kind]), 1, generator=self.random))
        picture = self._cut(self.banks[which]) if which < 2 else textures(1, self.size, self.random)
        return rounded(picture)

    def uniform(self, low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand((), generator=self.random))

    def _cut(self, bank: Tensor) -> Tensor:
        """A window of a picture, maybe mirrored, a little recoloured: (1, 3, size, size) in [-1, 1]."""
        picture = floats(bank[torch.randint(len(bank), (1,), generator=self.random)])
        zoom = self.uniform(0.5, 1.0)
        across, down = ((1 - zoom) * self.uniform(-1, 1) for _ in range(2))
        mirror = -1 if self.uniform(0, 1) < 0.5 else 1
        placed = torch.tensor([[[zoom * mirror, 0, across], [0, zoom, down]]])
        grid = F.affine_grid(placed, [1, 3, self.size, self.size], align_corners=False)
        cut = F.grid_sample(picture, grid, mode="bilinear", align_corners=False)
        grey = cut.mean(1, keepdim=True)
        colour, contrast, light = self.uniform(0.6, 1.2), self.uniform(0.8, 1.15), self.uniform(-0.1, 0.1)
        return ((grey + colour * (cut - grey)) * contrast + light).clamp(-1, 1)


class Stills:
    """Pictures, uint8 (N, 3, H, W), and what VGG19 answers: `told` float16 by name, as `said` makes it."""

    def __init__(self, count: int, banks: Banks, teacher: Eye):
        self.banks, self.teacher = banks, teacher
        self.pictures = torch.zeros(count, 3, banks.size, banks.size, dtype=torch.uint8)
        self.told: dict[str, Tensor] = {}
        self.oldest = 0

    def renew(self) -> None:
        """One new picture in the oldest one's place."""
        self.pictures[self.oldest] = self.banks.draw("still")[0]
        self.ask(self.oldest)
        self.oldest = (self.oldest + 1) % len(self.pictures)

    @torch.no_grad()
    def ask(self, place: int) -> None:
        answers = asked(self.teacher, floats(self.pictures[place : place + 1]))
        keep(self.told, said(answers), (len(self.pictures),), place)


class Paintings:
    """Contents, styles and canvases, uint8 (N, 3, H, W) and (N, MOMENTS, 3, H, W), and what VGG19 makes of them.

    `told` float16 by name: `content` (N, C, h, w), the content's answers at CONTENT; `style.LAYER` (N, C, C), the
    style's Gram matrices; what `said` makes of the canvases, (N, MOMENTS, ...); and VGG19's `slope` there,
    (N, MOMENTS, 3, H, W) of root mean square 1.
    """

    def __init__(self, count: int, banks: Banks, teacher: Eye):
        self.banks, self.teacher = banks, teacher
        picture = (3, banks.size, banks.size)
        self.contents, self.styles = (torch.zeros(count, *picture, dtype=torch.uint8) for _ in range(2))
        self.canvases = torch.zeros(count, MOMENTS, *picture, dtype=torch.uint8)
        self.weights = torch.zeros(count, MOMENTS, len(LAYERS))
        self.told: dict[str, Tensor] = {}
        self.oldest = 0

    def renew(self, student: SlimVGG) -> None:
        """A new painting, by the student as it is now, in the oldest one's place."""
        place, banks = self.oldest, self.banks
        content, style = banks.draw("content"), banks.draw("style")
        self.contents[place], self.styles[place] = content[0], style[0]
        moments = torch.randperm(PLAIN + GUIDED + 1, generator=banks.random)[:MOMENTS].sort().values.tolist()
        for index, canvas in enumerate(self._painted(student, floats(content), floats(style), moments)):
            self.canvases[place, index] = rounded(canvas)[0]
            self.weights[place, index] = torch.tensor(USUAL) * (self._unusual() if index % 2 else 1.0)
        self.ask(place)
        self.oldest = (place + 1) % len(self.contents)

    def _unusual(self) -> Tensor:
        """Factors of the weights, with which about half of the layers do not count: (len(LAYERS),)."""
        random = self.banks.random
        factors = (UNUSUAL * torch.randn(len(LAYERS), generator=random)).exp()
        counts = torch.rand(len(LAYERS), generator=random) < 0.5
        counts[int(torch.randint(len(LAYERS), (), generator=random))] = True
        return factors * counts

    def _painted(self, student: SlimVGG, content: Tensor, style: Tensor, moments: list[int]) -> list[Tensor]:
        """The canvas after so many steps each, (1, 3, H, W): painted plainly first, then guided by VGG19."""
        start = int(torch.multinomial(torch.tensor(STARTS), 1, generator=self.banks.random))
        noise = content.mean((2, 3), keepdim=True) + 0.3 * torch.randn(content.shape, generator=self.banks.random)
        canvas = (content, noise.clamp(-1, 1), style)[start]
        own, wide = (Objective(eye, content, [style]) for eye in (Eye(student, "cpu", torch.float32), self.teacher))
        aim = Aim({CONTENT: USUAL[-1]}, dict(zip(STYLE, USUAL, strict=False)), 0.0, (1.0,))
        descent, kept = Lbfgs(), []
        for step in range(moments[-1] + 1):
            if step in moments:
                kept.append(canvas)
            if step >= PLAIN and (step - PLAIN) % GUIDE_EVERY == 0:
                own.follow(wide, canvas, aim)
                descent.look_away()
            canvas = descent.step(canvas, own.judge(canvas, aim).slope).clamp(-1, 1)
        return kept

    def ask(self, place: int) -> None:
        """What VGG19 says of a painting."""
        count = len(self.contents)
        with torch.no_grad():
            content = asked(self.teacher, floats(self.contents[place : place + 1]))[CONTENT]
            style = asked(self.teacher, floats(self.styles[place : place + 1]), STYLE)
        targets = {f"style.{name}": gram_matrix(each) for name, each in style.items()}
        keep(self.told, {"content": content} | targets, (count,), place)
        for index in range(MOMENTS):
            canvas = floats(self.canvases[place, index : index + 1]).requires_grad_()
            answers = asked(self.teacher, canvas)
            weights = self.weights[place, index]
            loss = weights[-1] * content_error(answers[CONTENT], content)
            for weight, name in zip(weights, STYLE, strict=False):
                loss = loss + weight * style_error(gram_matrix(answers[name]), targets[f"style.{name}"])
            slope = torch.autograd.grad(loss.sum(), canvas)[0]
            slope = slope / slope.square().mean().sqrt().clamp(min=1e-30)
            answers = {name: each.detach() for name, each in answers.items()}
            keep(self.told, said(answers) | {"slope": slope}, (count, MOMENTS), place, index)


def asked(teacher: Eye, pictures: Tensor, layers: tuple[str, ...] = LAYERS) -> dict[str, Tensor]:
    """What VGG19 answers, (N, C, h, w) each, float32 whatever it computes in."""
    return {name: each.float() for name, each in teacher.answers(pictures, layers).items()}


def said(answers: dict[str, Tensor]) -> dict[str, Tensor]:
    """What is kept of answers (N, C, h, w), by name: `LAYER`, thinned out, and `gram.LAYER` (N, C, C), of STYLE."""
    kept = {name: each[:, :, :: APART.get(name, 1), :: APART.get(name, 1)] for name, each in answers.items()}
    return kept | {f"gram.{name}": gram_matrix(answers[name]) for name in STYLE}


def keep(shelf: dict[str, Tensor], said: dict[str, Tensor], shape: tuple[int, ...], *place: int) -> None:
    """Put tensors (1, ...) on their places (*shape, ...) of a shelf, as float16."""
    for name, each in said.items():
        if name not in shelf:
            shelf[name] = torch.zeros(*shape, *each.shape[1:], dtype=torch.float16)
        shelf[name][place] = each[0].half()


def rounded(pictures: Tensor) -> Tensor:
    """As they are kept: [-1, 1] -> uint8."""
    return ((pictures + 1) * 127.5).round().clamp(0, 255).byte()
