"""Our style transfer against the recipe that everybody writes: python -m benchmarks.style [--turns 3] [--threads 2]

Both paint chelsea in the manner of The Starry Night, the shorter side 256 px. The judge is always VGG19 in float32:
the mean relative error of its Gram matrices at relu1_1 to relu5_1, and its relative error at relu4_2. Asked is when
ours has both errors no worse than the recipe's after 100 looks at the canvas, and after its last. The two take turns;
medians count, and the judging is not timed. On a machine that others use, the seconds of the processor say more.

    python -m benchmarks.style --size 512 --memory     # only how much memory our default needs there
    python -m benchmarks.style --presets               # how long each preset takes, written into style_presets.json
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from gan_core.networks import vgg
from gan_core.specs import StyleSpec
from gan_core.style.canvas import Pictures
from gan_core.style.eyes import eyes_of
from gan_core.style.painting import Painting
from gan_core.style.run import train
from gan_core.style_losses import content_error, gram_matrix, style_error

STYLE, CONTENT = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"), "relu4_2"
LOOKS, CHECK = 300, 100  # of the recipe at the canvas; and after how many its state is noted
MOST = 300  # steps of ours, should it need so many


def recipe(content: Tensor, style: Tensor, note: Callable[[Tensor, float, float], None]) -> None:
    """VGG19, float32, L-BFGS with a history of 100, from the picture, one scale, style 10 : content 1."""
    network = vgg.load()
    with torch.no_grad():
        grams = {name: gram_matrix(each) for name, each in network(style, STYLE).items()}
        told = network(content, [CONTENT])[CONTENT]
    canvas = content.clone().requires_grad_()
    optimizer = torch.optim.LBFGS(
        [canvas], max_iter=LOOKS, max_eval=LOOKS, history_size=100, tolerance_grad=0, tolerance_change=0
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        answers = network(canvas, (*STYLE, CONTENT))
        errors = [style_error(gram_matrix(answers[name]), grams[name])[0] for name in STYLE]
        away, apart = sum(errors) / len(errors), content_error(answers[CONTENT], told)[0]
        loss = 10 * away + apart
        loss.backward()
        note(canvas.detach(), away.item(), apart.item())
        return loss

    optimizer.step(closure)


@dataclass(frozen=True)
class Mark:
    """A moment of a painting, and how good it is."""

    look: int
    clock: float  # seconds
    processor: float  # seconds of all threads
    style: float
    content: float


class Watch:
    """Both clocks, which stand still while somebody judges."""

    def __init__(self) -> None:
        self.clock, self.processor = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self.clock, time.process_time() - self.processor

    def skip(self, work: Callable[[], tuple[float, float]]) -> tuple[float, float]:
        clock, processor = time.perf_counter(), time.process_time()
        found = work()
        self.clock += time.perf_counter() - clock
        self.processor += time.process_time() - processor
        return found


def plain(content: Tensor, style: Tensor) -> list[Mark]:
    """The recipe, look by look."""
    watch, marks = Watch(), []

    def note(canvas: Tensor, away: float, apart: float) -> None:
        marks.append(Mark(len(marks) + 1, *watch.read(), away, apart))

    recipe(content, style, note)
    return marks


def ours(spec: StyleSpec, pictures: Pictures, judge: Callable[[Tensor], tuple[float, float]]) -> list[Mark]:
    """Our painter, step by step: the default, gone on with."""
    watch, marks = Watch(), []
    painting = Painting(spec, pictures, eyes_of(spec, "cpu"))
    while painting.step < spec.steps:
        painting.paint()
        if painting.step % 2 == 0:
            now = watch.read()
            marks.append(Mark(painting.step, *now, *watch.skip(lambda: judge(painting.shown))))
    return marks


def judged_by_vgg19(content: Tensor, style: Tensor) -> Callable[[Tensor], tuple[float, float]]:
    """The mean style error and the content error of a canvas."""
    network = vgg.load()
    with torch.no_grad():
        grams = {name: gram_matrix(each) for name, each in network(style, STYLE).items()}
        told = network(content, [CONTENT])[CONTENT]

    @torch.no_grad()
    def judge(canvas: Tensor) -> tuple[float, float]:
        answers = network(canvas, (*STYLE, CONTENT))
        errors = [float(style_error(gram_matrix(answers[name]), grams[name])) for name in STYLE]
        return sum(errors) / len(errors), float(content_error(answers[CONTENT], told))

    return judge


def first_as_good(marks: list[Mark], as_good_as: Mark) -> Mark | None:
    """When ours is no worse in both."""
    return next((m for m in marks if m.style <= as_good_as.style and m.content <= as_good_as.content), None)


def race(turns: int, size: int) -> None:
    """The table."""
    spec = StyleSpec(size=size)
    spec = spec.changed({"steps": MOST, "refined": MOST - (spec.steps - spec.refined)})  # the default, gone on with
    pictures = Pictures.named(spec, {}, "cpu")
    painting = Painting(spec, pictures, eyes_of(spec, "cpu"))
    content, styles = pictures.targets(spec, *painting.canvas.shape[2:])
    judge = judged_by_vgg19(content, styles[0])
    Painting(spec, pictures, eyes_of(spec, "cpu")).paint()  # burn-in: networks are read, and the first step is taken
    rows: dict[str, list[tuple[Mark, Mark | None]]] = {"100 looks": [], "300 looks": []}
    for turn in range(turns):
        theirs, mine = plain(content, styles[0]), ours(spec, pictures, judge)
        for name, look in (("100 looks", CHECK), ("300 looks", len(theirs))):
            rows[name].append((theirs[look - 1], first_as_good(mine, theirs[look - 1])))
        if turn == 0:
            print(f"canvas {tuple(content.shape[2:])}, {torch.get_num_threads()} threads, torch {torch.__version__}")
            for m in mine[:: max(1, len(mine) // 24)]:
                print(f"  ours, step {m.look:3d}: {m.clock:6.1f} s   {m.style:.4f} style   {m.content:.4f} content")
    for name, pairs in rows.items():
        theirs = pairs[0][0]
        print(f"the recipe after {name}: {theirs.style:.4f} style, {theirs.content:.4f} content")
        reached = [(their, own) for their, own in pairs if own]
        if len(reached) < len(pairs):
            print(f"  ours does not come to that in {MOST} steps")
            continue
        for what in ("clock", "processor"):
            seconds = [statistics.median(getattr(each[i], what) for each in reached) for i in (0, 1)]
            ratio = statistics.median(getattr(a, what) / getattr(b, what) for a, b in reached)
            step = reached[0][1].look
            print(f"  {what:9}: recipe {seconds[0]:6.1f} s, ours {seconds[1]:5.1f} s (step {step}), ratio {ratio:.1f}")


def memory(size: int) -> None:
    """The most memory that the process held, our default at a size."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spec = StyleSpec(size=size)
    begun = time.perf_counter()
    for _ in train(spec):
        pass
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{size} px, {spec.steps} steps: {most / 1e6:.2f} GB at most, {before / 1e6:.2f} GB before the first; "
        f"{time.perf_counter() - begun:.0f} s"
    )


def presets() -> None:
    """Seconds of the processor for every preset, on as many threads as a worker has: one."""
    from gan_core.style_presets import FILE, style_presets

    rows = json.loads(FILE.read_text(encoding="utf-8"))
    for _ in train(StyleSpec(size=64, steps=4, refined=2)):  # burn-in
        pass
    for name, preset in style_presets().items():
        begun = time.process_time()
        for _ in train(preset.spec):
            pass
        rows[name]["seconds"] = round(time.process_time() - begun, 1)
        print(f"{name}: {rows[name]['seconds']} s")
    FILE.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--size", type=int, default=0, help="px of the longer side (385; for --memory 512)")
    parser.add_argument("--memory", action="store_true", help="measure the memory alone")
    parser.add_argument("--presets", action="store_true", help="time the presets, and write it down")
    given = parser.parse_args()
    torch.set_num_threads(1 if given.presets else given.threads)
    if given.memory:
        memory(given.size or 512)
    elif given.presets:
        presets()
    else:
        race(given.turns, given.size or 385)


if __name__ == "__main__":
    main()
