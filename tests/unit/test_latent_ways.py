"""Ways between latents: norms, ends and paces in closed form, and walks of a real generator."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor

from gan_core.data.tensors import as_bytes
from gan_core.latent.held import held
from gan_core.latent.mixes import mixes
from gan_core.latent.walks import FINER, lengths, narrowed, walk
from gan_core.latent.ways import evenly, lerp, shell, slerp, through
from gan_core.pictures import sheet
from gan_core.specs import LatentSpec, SpecError

TIMES = torch.linspace(0, 1, 9)


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def of(model: str = "fashion-cdcgan-32", **settings: object) -> str:
    return LatentSpec(model=model, **settings).json_text()


# Lines and arcs ------------------------------------------------------------------------------------------------------

A = normal(12)
PAIRS = {
    "any": (A, 2 * normal(12, seed=1)),
    "parallel": (A, 3 * A),
    "the same": (A, A),
    "opposite": (A, -2 * A),
    "nearly opposite": (A, -A + 1e-6 * normal(12, seed=1)),
    "nearly parallel": (A, A + 1e-6 * normal(12, seed=1)),
    "from the middle": (torch.zeros(12), A),
    "to the middle": (A, torch.zeros(12)),
    "the middle": (torch.zeros(12), torch.zeros(12)),
}


@pytest.mark.parametrize(("a", "b"), PAIRS.values(), ids=PAIRS)
def test_an_arc_keeps_its_ends_and_its_radius(a: Tensor, b: Tensor) -> None:
    path = slerp(a, b, TIMES)
    assert torch.equal(path[0], a)
    assert torch.equal(path[-1], b)
    torch.testing.assert_close(path.norm(dim=1), torch.lerp(a.norm(), b.norm(), TIMES), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", ["any", "opposite", "nearly opposite"])
def test_an_arc_turns_at_an_even_pace_in_one_plane(name: str) -> None:
    a, b = PAIRS[name]
    path = torch.nn.functional.normalize(slerp(a, b, TIMES).double(), dim=1)
    angles = (path[:-1] * path[1:]).sum(1).acos()
    whole = (path[0] @ path[-1]).clamp(-1, 1).acos()
    torch.testing.assert_close(angles, whole.expand(8) / 8, rtol=1e-4, atol=1e-5)
    assert torch.linalg.svdvals(path)[2:].max() < 1e-5


@given(st.integers(0, 1000), st.integers(2, 200))
def test_between_vectors_of_one_length_it_is_shoemakes_formula(seed: int, size: int) -> None:
    a, b = torch.nn.functional.normalize(normal(2, size, seed=seed).double(), dim=1)
    angle, t = (a @ b).acos(), TIMES.double()[:, None]
    expected = (torch.sin((1 - t) * angle) * a + torch.sin(t * angle) * b) / torch.sin(angle)
    torch.testing.assert_close(slerp(a, b, TIMES).double(), expected, rtol=0, atol=1e-6)


def test_a_line_between_noise_falls_off_the_shell_and_an_arc_does_not() -> None:
    a, b = normal(2, 512)
    mean, deviation = shell(512)
    away = [((way(a, b, TIMES).norm(dim=1) - mean) / deviation).abs().max() for way in (lerp, slerp)]
    assert away[0] > 8  # the middle of a line is sqrt(1/2) as far out
    assert away[1] < 4


@pytest.mark.parametrize("size", [1, 2, 64, 512])
def test_the_shell_is_where_noise_is(size: int) -> None:
    norms = normal(20_000, size).norm(dim=1)
    mean, deviation = shell(size)
    assert norms.mean().item() == pytest.approx(mean, abs=4 * deviation / 20_000**0.5)
    assert norms.std().item() == pytest.approx(deviation, rel=0.03)


def test_a_way_through_several_points_meets_each() -> None:
    points = normal(4, 6)
    path = through(points, torch.linspace(0, 1, 7), slerp)
    torch.testing.assert_close(path[::2], points, rtol=0, atol=1e-5)
    torch.testing.assert_close(path[1], slerp(points[0], points[1], torch.tensor([0.5]))[0])


def test_equal_steps_undo_a_pace_that_grows() -> None:
    times = torch.linspace(0, 1, 201)
    steps = times.square().diff()  # a path whose length is the square of the time
    torch.testing.assert_close(evenly(steps, times, 6), torch.linspace(0, 1, 6).sqrt(), rtol=0, atol=2e-3)
    assert evenly(torch.zeros(4), torch.linspace(0, 1, 5), 3).isfinite().all()  # of a path that goes nowhere


# Walks of generators -------------------------------------------------------------------------------------------------


def test_a_walk_shows_its_frames_norms_and_steps() -> None:
    found = walk([of(seed=1), of(seed=2), of(seed=3)], "slerp", 9)
    with Image.open(io.BytesIO(found["sheet"])) as sheet:
        assert sheet.size == (9 * 32, 32)
    assert found["norms"].shape == found["times"].shape == (9,)
    assert found["steps"].shape == (8,)
    assert found["shell"][0] == pytest.approx(128**0.5, rel=0.01)
    assert found["pixels"] >= found["steps"].sum()  # finer, so that no corner is cut
    lowest = walk([of(seed=1), of(seed=2)], "lerp", 9)["norms"].min()
    assert lowest < found["shell"][0] - 3 * found["shell"][1] < found["norms"].min()


def test_equal_steps_are_equal_in_the_picture() -> None:
    paced, arc = (walk([of(seed=1), of(seed=5)], way, 12)["steps"] for way in ("even", "slerp"))
    assert paced.std() < 0.1 * paced.mean()
    assert arc.std() > 0.15 * arc.mean()


def test_the_fine_path_is_drawn_once() -> None:
    drawn = []
    hook = held("fashion-cdcgan-32").generator.register_forward_hook(lambda _, given, made: drawn.append(len(made)))
    walk([of(seed=1), of(seed=5)], "even", 6)
    hook.remove()
    assert sum(drawn) == 6 * FINER + 6


def test_a_strip_is_never_wider_than_webp_allows() -> None:
    fits, wide = torch.rand(2, 1, 32, 32), torch.rand(8, 3, 4096, 4).mean(3, keepdim=True).expand(-1, -1, -1, 4096)
    assert torch.equal(narrowed(fits), fits)
    smaller = narrowed(wide)
    assert smaller.shape == (8, 3, 2047, 2047)
    with Image.open(io.BytesIO(sheet(as_bytes(smaller), 8).tobytes())) as strip:
        assert strip.size == (8 * 2047, 2047)


def test_a_class_changes_on_the_way() -> None:
    ends = [of(seed=1, label=1), of(seed=1, label=8)]
    strip = sheet_of(walk(ends, "lerp", 5)["sheet"], 5)
    assert np.abs(np.diff(strip, axis=0)).mean((1, 2)).min() > 5  # nothing else does
    assert np.abs(strip[0] - strip[-1]).mean() > 30


def test_ways_have_lengths_in_pixels_and_in_features() -> None:
    found = lengths([of(seed=1), of(seed=2)], 6)
    assert set(found) == {"lerp", "slerp", "even"}
    assert found["even"]["pixels"] == found["slerp"]["pixels"]
    assert all(length > 0 for way in found.values() for length in way.values())
    still = lengths([of(seed=1), of(seed=1)], 3)
    assert still["lerp"]["features"] == pytest.approx(0, abs=1e-2)


def test_three_ways_from_trousers_to_a_bag_have_the_ends_in_common() -> None:
    strips = {name: sheet_of(strip, 8) for name, strip in mixes(of(seed=1, label=1), of(seed=2, label=8)).items()}
    assert set(strips) == {"pixels", "vae", "gan"}
    for end in (0, -1):
        assert np.abs(strips["pixels"][end] - strips["gan"][end]).mean() < 3
        assert np.abs(strips["vae"][end] - strips["gan"][end]).mean() < 25  # as well as the VAE can say it
    blend = (strips["pixels"][0] + strips["pixels"][-1]) / 2
    middle = {name: np.abs(strip[3:5].mean(0) - blend).mean() for name, strip in strips.items()}
    assert middle["pixels"] < 3 < middle["vae"]
    assert middle["pixels"] < middle["gan"]


def test_28_px_fit_the_autoencoder_too() -> None:
    found = mixes(of("fashion-mlp-28", seed=1), of("fashion-mlp-28", seed=2), 4)
    assert sheet_of(found["gan"], 4).shape == (4, 28, 28)
    assert sheet_of(found["vae"], 4).shape == (4, 32, 32)


def sheet_of(data: bytes, count: int) -> np.ndarray:
    """Pictures of one row, (n, H, W), grey."""
    with Image.open(io.BytesIO(data)) as image:
        return np.stack(np.split(np.asarray(image.convert("L")).astype(float), count, 1))


# Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("specs", "way", "frames", "words"),
    [
        ([of(), of(seed=2)], "straight", 8, "it must be lerp, slerp or even"),
        ([of(), of(seed=2)], "lerp", 1, "from 2 to 64"),
        ([of()], "lerp", 8, "choose two or more"),
        ([of(), of("cats-64")], "lerp", 8, "two models"),
    ],
)
def test_a_walk_that_leads_nowhere_is_refused(specs: list[str], way: str, frames: int, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        walk(specs, way, frames)


def test_cats_are_no_clothes() -> None:
    with pytest.raises(SpecError, match="choose a generator of fashion"):
        mixes(of("cats-64"), of("cats-64", seed=1))
