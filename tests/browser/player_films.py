"""Made-up films for the player's tests: arithmetic, no training.

G bends a blob into a ring of eight, and D is the best answer to it, or what is nearly that. `old` is a run as it was
recorded before there were D*, verdicts and seeds; `single` has all that a run of one seed has, `seeds` several seeds,
and `slow` the parts of one step.
"""

from functools import cache

import numpy as np

from gan_core.frames import film, pack

EXTENT, SIGMA, MODES, FRAMES, EVERY, SAMPLES = 3.0, 0.1, 8, 80, 15, 2500
UNIT = 8192 / EXTENT
THRESHOLD = 25
METRICS = (
    "discriminator_loss", "generator_loss", "accuracy_real", "accuracy_fake", "modes", "good", "gradient_norm"
)  # fmt: skip
VERDICTS = (
    "{modes} of {all} modes, and yet D's loss is {loss}, as at the equilibrium.",
    "All {all} modes are covered.",
)
PARTS = tuple(
    {"title": name, "line": f"The line on {name.lower()}.", "moves": name.endswith("update")}
    for name in ("Draw", "Judge", "D's loss", "D's gradient", "D's update", "Generate", "Judged", "G's loss",
                 "G's gradient", "G's update")
)  # fmt: skip

ANGLES = 2 * np.pi * np.arange(MODES) / MODES
CENTRES = 2 * np.stack([np.cos(ANGLES), np.sin(ANGLES)], -1)

Run = tuple[bytes, list[bytes], dict[str, list[float]]]
"""Header, frames, metrics."""


def generator(z: np.ndarray, learned: float, kept: int = MODES) -> np.ndarray:
    """From a blob to `kept` of the eight modes; `learned` from 0 to 1. z (..., 2) → (..., 2)."""
    angle = np.arctan2(z[..., 1], z[..., 0])
    nearest = np.round(angle * kept / (2 * np.pi)) * 2 * np.pi / kept
    angle = angle + learned**2 * 0.85 * (nearest - angle)
    radius = np.hypot(z[..., 0], z[..., 1])
    radius = (1 - learned) * 0.3 * radius + learned * (2 + 0.12 * (radius - 1.2))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1)


def density(points: np.ndarray, where: np.ndarray, width: float) -> np.ndarray:
    """Of a cloud of points (P, 2), smoothed, at (..., 2)."""
    apart = ((where[..., None, :] - points) ** 2).sum(-1)
    return np.exp(-apart / (2 * width**2)).mean(-1) / width**2


def quantised(points: np.ndarray) -> np.ndarray:
    return np.round(points * UNIT).astype(np.int16)


def square(count: int) -> tuple[np.ndarray, np.ndarray]:
    """The axis, and the points of the plane (count, count, 2)."""
    axis = np.linspace(-EXTENT, EXTENT, count)
    return axis, np.stack(np.meshgrid(axis, axis), -1)


def counts(points: np.ndarray) -> np.ndarray:
    """Good samples at each mode (K,)."""
    apart = np.linalg.norm(points[:, None] - CENTRES, axis=-1)
    return (apart < 3 * SIGMA).sum(0).astype(np.int32)


def header(real: np.ndarray, more: dict[str, np.ndarray], **about: object) -> bytes:
    return pack(
        {"real": quantised(real), "centres": CENTRES.astype(np.float32)} | more,
        extent=EXTENT, sigma=SIGMA, evaluation_samples=SAMPLES, mode_threshold=THRESHOLD, good_ceiling=0.989,
        latent_size=2, loss="non_saturating", references={}, parameters={}, steps=(FRAMES - 1) * EVERY, **about,
    )  # fmt: skip


def real_points(rng: np.random.Generator) -> np.ndarray:
    return CENTRES[rng.integers(MODES, size=400)] + SIGMA * rng.standard_normal((400, 2))


@cache
def single(kept: int = MODES) -> Run:
    """A run of one seed that covers `kept` of the modes in the end, with all that a frame can have."""
    rng = np.random.default_rng(0)
    real = real_points(rng)
    judged = rng.standard_normal((SAMPLES, 2))
    z = judged[:400]
    line = np.linspace(-2, 2, 17)
    plane = np.stack(np.meshgrid(line, line), -1)
    axis, everywhere = square(40)
    on_square = density(real[:100], everywhere, 0.35)
    frames, metrics = [], {name: [] for name in (*METRICS, "verdict")}
    for index in range(FRAMES):
        learned = index / (FRAMES - 1)
        fake = generator(z, learned, kept)
        on_fake = density(fake[:100], everywhere, 0.35)
        opinion = on_square / (on_square + on_fake + 1e-3)
        slope = np.stack(np.gradient(opinion, axis, axis)[::-1], -1)
        cell = np.clip(((fake[:120] + EXTENT) / (2 * EXTENT) * 39).round().astype(int), 0, 39)
        arrows = slope[cell[:, 1], cell[:, 0]].astype(np.float32)
        bars = [np.histogram(at, 20, (0, 1))[0] for at in (opinion[::2, ::2] * 0.7 + 0.3, opinion[::2, ::2] * 0.7)]
        found = counts(generator(judged, learned, kept))
        frames.append(
            pack(
                {
                    "fake": quantised(fake),
                    "surface": np.round(255 * opinion).astype(np.uint8),
                    "optimal": np.round(255 * on_square / (on_square + on_fake)).astype(np.uint8),
                    "grid": quantised(generator(plane, learned, kept)),
                    "arrows": arrows,
                    "sigmoid_arrows": (arrows[:, ::-1] * 0.4).copy(),
                    "verdicts": np.stack(bars).astype(np.int32),
                    "mode_counts": found,
                }
            )
        )
        modes = float((found >= THRESHOLD).sum())
        row = (1.0 + 0.386 * learned, 0.7 + learned / 5, 0.9 - learned / 3, 0.8 - learned / 4,
               modes, found.sum() / SAMPLES, 0.5, modes == MODES)  # fmt: skip
        for name, value in zip(metrics, row, strict=True):
            metrics[name].append(value)
    more = {"radii": np.full(MODES, 3 * SIGMA, np.float32), "noise": np.round(z[:200] * 2048).astype(np.int16)}
    return header(real, more, probability=True, seeds=1, seed=0, modes=MODES), frames, metrics


@cache
def seeds(count: int) -> Run:
    """Runs of several seeds, of which some keep only four, two or one of the modes."""
    rng = np.random.default_rng(1)
    real = real_points(rng)
    z = rng.standard_normal((count, 400, 2))
    _, everywhere = square(24)
    on_square = density(real[:60], everywhere, 0.35)
    frames, metrics = [], {name: [] for name in METRICS}
    for index in range(FRAMES):
        parts = {name: [] for name in ("fake", "surface", "mode_counts", "seed_metrics")}
        for seed in range(count):
            learned = min(1.0, index / (FRAMES - 1) * (1 + 0.1 * (seed % 4)))
            fake = generator(z[seed], learned, (8, 8, 4, 8, 2, 8, 1, 8)[seed % 8])
            found = counts(fake) * SAMPLES // 400
            opinion = on_square / (on_square + density(fake[:60], everywhere, 0.35) + 1e-3)
            parts["fake"].append(quantised(fake[:160]))
            parts["surface"].append(np.round(255 * opinion).astype(np.uint8))
            parts["mode_counts"].append(found.astype(np.int32))
            row = (1.0 + 0.386 * learned, 0.7 + seed / 100, 0.9 - learned / 3, 0.8 - learned / 4,
                   (found >= THRESHOLD).sum(), min(1.0, found.sum() / SAMPLES), 0.5)  # fmt: skip
            parts["seed_metrics"].append(np.array(row, np.float32))
        frames.append(pack({name: np.stack(arrays) for name, arrays in parts.items()}))
        for name, value in zip(METRICS, np.median(parts["seed_metrics"], 0), strict=True):
            metrics[name].append(float(value))
    more = {"radii": np.full(MODES, 3 * SIGMA, np.float32)}
    return header(real, more, probability=True, seeds=count, seed=7, modes=MODES), frames, metrics


@cache
def slow() -> Run:
    """The ten parts of one step: the surface moves at D's update, the fakes at G's."""
    said, frames, _ = single()
    picked = [frames[40]] * 4 + [frames[42]] * 5 + [frames[50]]
    return said, picked, {"modes": [0.0] * 10, "good": [0.5] * 10, "part": [float(part) for part in range(10)]}


def message(run: Run, first: int, end: int, status: str, name: str = "ring", **about: object) -> bytes:
    """The frames from `first` up to `end` of a run, as the player is sent them."""
    said, frames, metrics = run
    steps = [EVERY * index for index in range(first, end)]
    told = {
        "run": name,
        "first": first,
        "total": FRAMES,
        "status": status,
        "loop": False,
        "autoplay": False,
        "words": {},
    }
    columns = {column: numbers[first:end] for column, numbers in metrics.items()}
    return film(frames[first:end], said, steps, columns, **told | about)
