"""What a canvas should be: through the real networks, whole and in tiles, with masks, and guided by VGG19."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_core.networks import vgg
from gan_core.networks.vgg import LAYERS, VGG19
from gan_core.specs import StyleSpec
from gan_core.style.eyes import eye
from gan_core.style.objective import Aim, Objective
from gan_core.style.seeing import Eye
from gan_core.style.tiled import TiledObjective
from gan_core.style.tiles import GRID, MARGIN, Tile, tiles_of
from gan_core.style_losses import content_error, gram_matrix, style_error

AIM = Aim.of(StyleSpec())


def picture(height: int, width: int, seed: int = 0) -> torch.Tensor:
    """Smooth and a little rough."""
    random = torch.Generator().manual_seed(seed)
    coarse = torch.randn(1, 3, 5, 6, generator=random)
    smooth = torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic")
    return (0.5 * smooth + 0.1 * torch.randn(1, 3, height, width, generator=random)).clamp(-1, 1)


def slim() -> Eye:
    """Both in float32, whatever the processor is quick in."""
    return Eye(vgg.load_slim(), "cpu", torch.float32)


def exact() -> Eye:
    return Eye(vgg.load(), "cpu", torch.float32)


# Whole ---------------------------------------------------------------------------------------------------------------


def test_the_errors_are_those_of_the_losses() -> None:
    content, style, canvas = picture(48, 64), picture(40, 56, seed=1), picture(48, 64, seed=2)
    seeing = exact()
    judged = Objective(seeing, content, [style]).judge(canvas, AIM)
    answers = [seeing.answers(each, LAYERS) for each in (content, style, canvas)]
    for name, error in judged.style.items():
        assert float(error) == pytest.approx(
            float(style_error(gram_matrix(answers[2][name]), gram_matrix(answers[1][name]))), rel=1e-3
        )
    assert float(judged.content["relu4_2"]) == pytest.approx(
        float(content_error(answers[2]["relu4_2"], answers[0]["relu4_2"])), rel=1e-3
    )
    mean = sum(map(float, judged.style.values())) / 5
    assert float(judged.loss) == pytest.approx(9 * mean + float(judged.content["relu4_2"]), rel=1e-5)


def test_nothing_is_left_to_do_on_the_target_itself() -> None:
    content = picture(48, 64)
    judged = Objective(slim(), content, [content]).judge(content, AIM)
    assert float(judged.loss) == pytest.approx(0, abs=1e-6)
    assert float(judged.slope.abs().max()) < 1e-6


def test_the_slope_is_that_of_the_loss() -> None:
    torch.manual_seed(0)
    seeing = Eye(VGG19().requires_grad_(False), "cpu", torch.float32)
    objective = Objective(seeing, picture(32, 32), [picture(32, 32, seed=1)])
    aim, canvas = replace(AIM, variation=0.5), picture(32, 32, seed=2)
    judged = objective.judge(canvas, aim)
    direction = judged.slope / judged.slope.norm()
    ahead, behind = (objective.judge(canvas + way * 0.05 * direction, aim).loss for way in (1, -1))
    assert float((ahead - behind) / 0.1) == pytest.approx(float(judged.slope.norm()), rel=0.05)


@settings(max_examples=12, deadline=None)
@given(
    height=st.integers(16, 70), width=st.integers(16, 70), style_height=st.integers(16, 70),
    style_width=st.integers(16, 70),
)  # fmt: skip
def test_any_sizes_go_together(height: int, width: int, style_height: int, style_width: int) -> None:
    objective = Objective(slim(), picture(height, width), [picture(style_height, style_width, seed=1)])
    judged = objective.judge(picture(height, width, seed=2), AIM)
    assert judged.slope.shape == (1, 3, height, width)
    assert torch.isfinite(judged.slope).all()
    assert float(judged.loss) > 0


def test_the_number_format_of_this_machine_changes_little() -> None:
    content, style, canvas = picture(48, 64), picture(40, 56, seed=1), picture(48, 64, seed=2)
    for name, plain in (("slim", slim()), ("vgg19", exact())):
        quick, full = (
            Objective(seeing, content, [style]).judge(canvas, AIM)
            for seeing in (eye(name, "bundled", "max", "cpu"), plain)
        )
        assert float(quick.loss) == pytest.approx(float(full.loss), rel=0.01)
        assert float(torch.cosine_similarity(quick.slope.flatten(), full.slope.flatten(), dim=0)) > 0.98


def test_a_mixture_lies_between_its_styles() -> None:
    content, styles = picture(48, 48), [picture(48, 48, seed=1), picture(48, 48, seed=2)]
    both = Objective(slim(), content, styles)
    first, mixed = (both.wanted(["relu2_1"], shares)["relu2_1"][0] for shares in ((1.0, 0.0), (0.25, 0.75)))
    alone = [Objective(slim(), content, [each]).wanted(["relu2_1"], (1.0,))["relu2_1"][0] for each in styles]
    assert torch.allclose(first, alone[0], rtol=1e-4, atol=1e-6)
    assert torch.allclose(mixed, 0.25 * alone[0] + 0.75 * alone[1], rtol=1e-4, atol=1e-6)


# A mask --------------------------------------------------------------------------------------------------------------


def halves(height: int, width: int) -> torch.Tensor:
    mask = torch.zeros(1, 1, height, width)
    mask[..., : width // 2] = 1
    return mask


def test_with_a_mask_each_side_is_judged_by_its_own_style() -> None:
    left, right = picture(64, 32, seed=1), picture(64, 32, seed=2)
    canvas = torch.cat([left, right], 3)
    wanted = {"relu1_1": 1.0}
    aim = Aim(content={}, style=wanted, variation=0.0, shares=(0.5, 0.5))
    seeing = exact()
    fitting = Objective(seeing, canvas, [left, right], halves(64, 64)).judge(canvas, aim)
    crossed = Objective(seeing, canvas, [right, left], halves(64, 64)).judge(canvas, aim)
    assert float(fitting.loss) < 0.01  # only the places along the border see across it
    assert float(crossed.loss) > 10 * float(fitting.loss)


def test_a_mask_that_is_white_everywhere_leaves_the_first_style_alone() -> None:
    content, styles, canvas = picture(48, 48), [picture(48, 48, seed=1), picture(48, 48, seed=2)], picture(48, 48, 3)
    masked = Objective(slim(), content, styles, torch.ones(1, 1, 48, 48)).judge(canvas, AIM)
    alone = Objective(slim(), content, styles[:1]).judge(canvas, AIM)
    assert float(masked.loss) == pytest.approx(float(alone.loss), rel=1e-4)


# In tiles ------------------------------------------------------------------------------------------------------------


@given(height=st.integers(16, 2000), width=st.integers(16, 2000))
def test_tiles_cover_a_canvas_once(height: int, width: int) -> None:
    seen = torch.zeros(height, width, dtype=torch.int8)
    for tile in tiles_of(height, width):
        top, bottom, left, right = tile.core
        seen[top:bottom, left:right] += 1
        assert top % GRID == left % GRID == tile.window[0] % GRID == tile.window[2] % GRID == 0
        assert tile.window[0] <= top < bottom <= tile.window[1]
    assert (seen == 1).all()


@pytest.mark.parametrize("mask", [False, True], ids=["plain", "masked"])
def test_tiles_answer_as_the_whole_does(mask: bool) -> None:
    height, width = 211, 277
    content, canvas = picture(height, width), picture(height, width, seed=2)
    styles = [picture(100, 120, seed=1), picture(90, 130, seed=3)][: 1 + mask]
    given_mask = halves(height, width) if mask else None
    tiles = tiles_of(height, width, core=96, whole=0)
    assert len(tiles) >= 6
    aim = replace(AIM, variation=0.3)
    whole = Objective(slim(), content, styles, given_mask).judge(canvas, aim)
    tiled = TiledObjective(slim(), content, styles, given_mask, tiles).judge(canvas, aim)
    assert float(tiled.loss) == pytest.approx(float(whole.loss), rel=1e-4)
    for name, error in whole.style.items():
        assert float(tiled.style[name]) == pytest.approx(float(error), rel=1e-3)
    assert float((tiled.slope - whole.slope).norm() / whole.slope.norm()) < 1e-3


def test_the_margin_is_as_wide_as_the_deepest_layer_sees() -> None:
    torch.manual_seed(0)
    network = VGG19()
    canvas = torch.rand(1, 3, 256, 256, requires_grad=True)
    network(canvas)["relu5_1"][0, :, 8, 8].sum().backward()
    rows = canvas.grad.abs().sum((0, 1, 3)).nonzero()
    core = Tile((128, 144, 128, 144), (128 - MARGIN, 144 + MARGIN, 128 - MARGIN, 144 + MARGIN))
    assert core.window[0] <= rows.min() and rows.max() < core.window[1]
    assert rows.min() < core.window[0] + GRID + 8  # and not much wider


# Guided --------------------------------------------------------------------------------------------------------------


def test_where_it_was_guided_the_slim_network_counts_vgg19s_errors() -> None:
    content, style, canvas = picture(64, 80), picture(64, 64, seed=1), picture(64, 80, seed=2)
    wide, narrow = Objective(exact(), content, [style]), Objective(slim(), content, [style])
    truth, before = wide.judge(canvas, AIM), narrow.judge(canvas, AIM)
    narrow.follow(wide, canvas, AIM)
    guided = narrow.judge(canvas, AIM)
    for name, error in truth.style.items():
        assert float(guided.style[name]) == pytest.approx(float(error), rel=1e-3)
    assert float(guided.content["relu4_2"]) == pytest.approx(float(truth.content["relu4_2"]), rel=1e-3)
    assert float(guided.loss) != pytest.approx(float(before.loss), rel=0.01)


def test_the_guides_slope_is_that_of_what_it_counts() -> None:
    content, style, canvas = picture(64, 80), picture(64, 64, seed=1), picture(64, 80, seed=2)
    wide, narrow = Objective(exact(), content, [style]), Objective(slim(), content, [style])
    narrow.follow(wide, canvas, AIM)
    slope = narrow.judge(canvas, AIM).slope
    direction = slope / slope.norm()
    ahead, behind = (narrow.judge(canvas + way * 0.05 * direction, AIM).loss for way in (1, -1))
    assert float((ahead - behind) / 0.1) == pytest.approx(float(slope.norm()), rel=0.1)
