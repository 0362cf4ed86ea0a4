"""A canvas being painted: its stages, one step, what is taken back, what is shown and kept."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import numpy as np
from safetensors.torch import load, save
from torch import Tensor

from gan_core.events import Checkpoint, Frame, Header, TrainingFailed
from gan_core.frames import metadata, pack
from gan_core.specs import StyleSpec
from gan_core.style.canvas import Pictures, as_image
from gan_core.style.colours import coloured, luminance
from gan_core.style.descent import Adam, Lbfgs, grown
from gan_core.style.objective import Aim, Judgement, Objective
from gan_core.style.seeing import Eye
from gan_core.style.tiled import TiledObjective, is_large
from gan_core.style_checkpoint import is_fresh
from gan_core.style_pictures import Own, credit_of, size_in, webp
from gan_core.style_plan import Stage, stage_of, until

PREVIEW, THUMBNAIL = 640, 320  # px of the longer side
GUIDE_EVERY = 5  # steps of the slim network between two looks of VGG19
BLOWN_UP = 20.0  # times the least loss so far: a step that led there is taken back, like one into no number at all
MOST_MENDED = 8  # steps taken back one after another, before the run is given up


class Painting:
    """A canvas, what it should become, and how far it is.

    Args:
        eyes: gives a network by its name.
        plan: stages, where they are not those of the spec.
    """

    def __init__(
        self, spec: StyleSpec, pictures: Pictures, eyes: Callable[[str], Eye], plan: list[Stage] | None = None
    ):  # fmt: skip
        self.spec, self.pictures, self.eyes = spec, pictures, eyes
        self.aim = Aim.of(spec)
        self.step = 0
        self.seconds = 0.0
        self.plan = plan or spec.stages  # which do not change under way, but for where the last ends
        self.stage: Stage | None = None
        self.objectives: dict[str, Objective] = {}  # of the stage's size, by network
        self.descent = Lbfgs() if spec.optimizer == "lbfgs" else Adam(2 * spec.learning_rate)
        self.canvas = pictures.start(spec, *self._size(self.plan[0].side))
        self.mean_canvas = self.canvas
        self.averaged = 0  # canvases in the mean
        self.good = self.canvas  # the last whose loss was one
        self.least = math.inf
        self.mended = self.in_a_row = 0
        self.judged: Judgement | None = None
        self.onwards = False  # whether it began with what another painting had come to

    def _size(self, side: int) -> tuple[int, int]:
        width, height = size_in(self.pictures.content.size, side)
        return height, width

    def change(self, spec: StyleSpec) -> None:
        """Put other values for what may change on the way in force."""
        if spec.steps != self.spec.steps:
            self.plan = until(self.plan, spec.steps)
        self.spec, self.aim, self.least = spec, Aim.of(spec), math.inf
        self.descent.look_away()
        if self.stage and self.stage.guided:
            self._objective("slim").guide = {}  # another aim: VGG19 has to look anew
        if isinstance(self.descent, Adam):
            self.descent.rate = 2 * spec.learning_rate

    # One step --------------------------------------------------------------------------------------------------------

    def paint(self) -> None:
        """One step. Raises TrainingFailed where steps keep leading nowhere."""
        stage = stage_of(self.plan, self.step)
        if stage != self.stage:
            self._enter(stage)
        objective = self._objective(stage.network)
        if stage.guided and (not objective.guide or (self.step - stage.first) % GUIDE_EVERY == 0):
            objective.follow(self._objective("vgg19"), self.canvas, self.aim)
            self.descent.look_away()
        judged = objective.judge(self.canvas, self.aim)
        self.step += 1
        if not self._fits(judged):
            self._take_back()
            return
        self.judged, self.good, self.in_a_row = judged, self.canvas, 0
        slope = judged.slope
        if self.spec.colours == "luminance":
            slope = slope.mean(1, keepdim=True).expand_as(slope)  # that of a canvas which stays grey
        self.canvas = self.descent.step(self.canvas, slope).clamp(-1, 1)
        if self.spec.average:
            self.averaged += 1
            past = min(self.spec.average, 1 - 1 / self.averaged)
            self.mean_canvas = past * self.mean_canvas + (1 - past) * self.canvas if past else self.canvas

    def _fits(self, judged: Judgement) -> bool:
        """Whether a canvas is one to go on from: its loss is a number, and not a multiple of what it was.

        Errors are relative: where all weights' sum is not exceeded, the canvas is no worse than silence.
        """
        loss = judged.loss.item()  # the one place that waits for the device
        bound = max(BLOWN_UP * self.least, sum(self.aim.style.values()) + sum(self.aim.content.values()))
        if not (math.isfinite(loss) and loss <= bound):
            return False
        self.least = min(loss, self.least)
        return True

    def _take_back(self) -> None:
        """The last good canvas again, and shorter steps from here."""
        self.mended, self.in_a_row = self.mended + 1, self.in_a_row + 1
        self.canvas = self.good
        self.mean_canvas = self.good
        self.averaged = 0
        if self.in_a_row > MOST_MENDED:
            raise TrainingFailed(
                f"The loss does not come down at step {self.step}, however short the steps. Lower the weights, or "
                "begin with another picture; the last good picture is kept."
            )
        if self.stage.guided:
            self._objective("slim").guide = {}
        self.descent.forget()
        self.descent.reach /= 2

    def settle(self) -> None:
        """Judge the last canvas of a painting, which nobody has looked at yet."""
        judged = self._objective(self.stage.network).judge(self.canvas, self.aim)
        if self._fits(judged):
            self.judged = judged
        else:
            self._take_back()

    def _enter(self, stage: Stage) -> None:
        """Begin a stage: the canvas at its size, and its network."""
        before, self.stage = self.stage, stage
        size = self._size(stage.side)
        if before is None or before.side != stage.side:
            self.objectives = {}
            self.descent.resized(*size)
            self.canvas = grown(self.canvas, *size).clamp(-1, 1)
            if self.spec.average:
                self.mean_canvas = grown(self.mean_canvas, *size).clamp(-1, 1)
            self.good = self.canvas
        if before is not None and before.network != stage.network:
            self.descent.forget()
        if before is None or (before.side, before.network) != (stage.side, stage.network):
            self.descent.reach = 1.0
        self.least = math.inf

    def _objective(self, network: str) -> Objective:
        """What the canvas should be, through a network, at the stage's size."""
        if network not in self.objectives:
            size = self._size(self.stage.side)
            content, styles = self.pictures.targets(self.spec, *size)
            mask = self.pictures.mask_at(*size) if self.pictures.mask else None
            eye = self.eyes(network)
            objective = (TiledObjective if is_large([content, *styles]) else Objective)(eye, content, styles, mask=mask)
            self.objectives[network] = objective
        return self.objectives[network]

    # Showing and keeping ---------------------------------------------------------------------------------------------

    @property
    def shown(self) -> Tensor:
        """The canvas as a visitor sees it: (1, 3, H, W)."""
        picture = self.mean_canvas if self.spec.average else self.canvas
        if self.spec.colours == "luminance":
            picture = coloured(picture, self.pictures.content_at(*picture.shape[2:]))
        return picture

    def header(self, own: Own) -> Header:
        """What holds for the whole run."""
        spec = self.spec
        height, width = self._size(spec.size)
        arrays = {"content": webp(self.pictures.content, PREVIEW)}
        arrays |= {f"style{index}": webp(each, THUMBNAIL) for index, each in enumerate(self.pictures.styles)}
        if self.pictures.mask is not None:
            arrays["mask"] = webp(self.pictures.mask, THUMBNAIL)
        return Header(pack(
            {name: np.frombuffer(file, np.uint8) for name, file in arrays.items()},
            width=width, height=height, content=credit_of(spec.content, own),
            styles=[credit_of(style, own) for style in spec.styles], device=self.pictures.device,
            stages=[stage._asdict() for stage in self.plan], onwards=self.onwards,
        ))  # fmt: skip

    def numbers(self) -> dict[str, float]:
        """The errors of the last canvas that was judged, by name; no number where nobody asks."""
        judged, nothing = self.judged, math.nan
        style = {name: float(each) for name, each in judged.style.items()} if judged else {}
        content = {name: float(each) for name, each in judged.content.items()} if judged else {}
        numbers = {
            "loss": float(judged.loss) if judged else nothing,
            "style": sum(style.values()) / len(style) if style else nothing,
            "content": sum(content.values()) / len(content) if content else nothing,
            "variation": float(judged.variation) if judged else nothing,
        }
        numbers |= {f"style.{name}": style.get(name, nothing) for name in vars(self.spec.style_layers)}
        numbers |= {f"content.{name}": content.get(name, nothing) for name in vars(self.spec.content_layers)}
        stage = self.stage or self.plan[0]
        return numbers | {"side": stage.side, "mended": self.mended}

    def look(self) -> Frame:
        """The canvas now, and the errors of the last step."""
        picture = np.frombuffer(webp(as_image(self.shown), PREVIEW), np.uint8)
        return Frame(self.step, self.numbers() | {"seconds": self.seconds}, pack({"picture": picture}))

    def checkpoint(self) -> Checkpoint:
        """All that is needed to go on, as safetensors bytes."""
        tensors = {"canvas": self.canvas[0], "good": self.good[0]}
        tensors |= {"mean": self.mean_canvas[0]} if self.spec.average else {}
        tensors |= {"shown": self.shown[0]} if self.shown is not self.canvas else {}
        tensors |= {f"descent.{name}": each for name, each in self.descent.state().items()}
        if tensors.get("descent.at") is self.good:  # large canvases make large files
            del tensors["descent.at"]
        if self.stage and (painter := self.objectives.get(self.stage.network)):
            tensors |= {f"guide.{name}": each for name, each in painter.guide.items()}
        tensors = {name: each.detach().cpu().contiguous().clone() for name, each in tensors.items()}
        about = {
            "step": self.step,
            "seconds": self.seconds,
            "device": self.pictures.device,
            "least": self.least,
            "mended": self.mended,
            "in_a_row": self.in_a_row,
            "averaged": self.averaged,
            "plan": self.plan,
            "onwards": self.onwards,
        }
        if self.stage:
            about["stage"] = self.stage
        said = {name: json.dumps(value) for name, value in about.items()}
        return Checkpoint(self.step, save(tensors, said | {"spec": self.spec.json_text()}))

    def load(self, packed: bytes) -> None:
        """Go on where `checkpoint` was called, or with the canvas that a fresh checkpoint holds."""
        tensors, about = {name: each.to(self.pictures.device) for name, each in load(packed).items()}, metadata(packed)
        self.canvas = self.mean_canvas = self.good = tensors["canvas"][None]
        if is_fresh(packed):
            canvas = grown(self.canvas, *self._size(self.plan[0].side)).clamp(-1, 1)
            if self.spec.colours == "luminance":
                canvas = luminance(canvas).contiguous()
            self.canvas = self.mean_canvas = self.good = canvas
            self.onwards = True
            return
        names = ("step", "seconds", "least", "mended", "in_a_row", "averaged", "onwards")
        self.step, self.seconds, self.least, self.mended, self.in_a_row, self.averaged, self.onwards = (
            json.loads(about[name]) for name in names
        )
        self.plan = [Stage(*stage) for stage in json.loads(about["plan"])]
        self.good = tensors["good"][None]
        self.mean_canvas = tensors["mean"][None] if self.spec.average else self.canvas
        descent = _under("descent.", tensors)
        if "slope" in descent:
            descent.setdefault("at", self.good)
        self.descent.load(descent)
        if "stage" in about:
            self.stage = Stage(*json.loads(about["stage"]))
            self._objective(self.stage.network).guide = _under("guide.", tensors)


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): each for name, each in tensors.items() if name.startswith(prefix)}
