"""Distilling VGG19: what is minimised, what is kept, and how a network begins thin."""

import copy

import pytest
import torch
from safetensors.torch import load
from torch import Tensor, nn

from gan_core.data.pictures import DataError
from gan_core.data.tensors import floats
from gan_core.distill import (
    CALM,
    FEATURES,
    SPIKE,
    WORST_GRAM,
    Distillation,
    Recipe,
    alignment,
    correlations,
    guided_loss,
    plain_loss,
)
from gan_core.frames import metadata
from gan_core.networks import vgg
from gan_core.networks.vgg import VGG19, SlimVGG
from gan_core.networks.weights import fill, read_tensors
from gan_core.style.descent import smoothed
from gan_core.style.objective import Aim, Objective
from gan_core.style.seeing import Eye
from gan_core.style_losses import content_error, gram_matrix, style_error
from gan_core.teaching import APART, CONTENT, LAYERS, MOMENTS, STYLE, USUAL, rounded
from gan_core.thinning import fit_heads, forward_selection, thin

AIM = Aim({CONTENT: USUAL[-1]}, dict(zip(STYLE, USUAL, strict=False)), 0.0, (1.0,))
TINY = Recipe(steps=10, size=32, batch=1, stills=2, paintings=1)


def pictures(count: int, size: int, seed: int = 0) -> Tensor:
    """Smooth and a little rough: uint8 (count, 3, size, size)."""
    random = torch.Generator().manual_seed(seed)
    coarse = torch.randn(count, 3, 5, 5, generator=random)
    smooth = nn.functional.interpolate(coarse, (size, size), mode="bicubic")
    return rounded((0.5 * smooth + 0.1 * torch.randn(smooth.shape, generator=random)).clamp(-1, 1))


def begun(recipe: Recipe = TINY) -> Distillation:
    game = Distillation(pictures(4, 48), pictures(3, 48, 1), recipe, vgg.load_slim())
    game.number = torch.float32
    return game


@pytest.fixture(scope="module")
def ready() -> Distillation:
    """Before its first step, with its shelves full."""
    game = begun()
    game.prepare()
    return game


def still(student: SlimVGG) -> SlimVGG:
    return student.requires_grad_(False)


# Slopes --------------------------------------------------------------------------------------------------------------


def seen(canvas: Tensor, content: Tensor, style: Tensor) -> dict[str, Tensor]:
    """What VGG19 says of a painting, unrounded, under the names that a step has it by."""
    wide = vgg.load()
    here, there, brush = wide(canvas, LAYERS), wide(content, [CONTENT]), wide(style, STYLE)
    found = here | {f"gram.{name}": gram_matrix(here[name]) for name in STYLE}
    found |= {f"style.{name}": gram_matrix(brush[name]) for name in STYLE}
    return found | {"content": there[CONTENT], "weights": torch.tensor([USUAL])}


def test_the_two_losses_have_the_slopes_that_the_painter_follows() -> None:
    canvas, content, style = floats(pictures(3, 48, 2)).split(1)
    student = vgg.load_slim()
    eye, wide = Eye(still(student), "cpu", torch.float32), Eye(vgg.load(), "cpu", torch.float32)
    painter = Objective(eye, content, [style])
    plain = painter.judge(canvas, AIM).slope
    painter.follow(Objective(wide, content, [style]), canvas, AIM)
    guided = painter.judge(canvas, AIM).slope

    at = canvas.clone().requires_grad_()
    grams = {name: gram_matrix(each) for name, each in student(style, STYLE).items()}
    told = student(content, [CONTENT])[CONTENT]
    loss = plain_loss(student, student(at, LAYERS), told, grams, torch.tensor([USUAL]))
    torch.testing.assert_close(torch.autograd.grad(loss.sum(), at)[0], plain, rtol=1e-3, atol=1e-3 * float(plain.std()))
    loss = guided_loss(student, student(at, LAYERS), seen(canvas, content, style))
    torch.testing.assert_close(
        torch.autograd.grad(loss.sum(), at)[0], guided, rtol=1e-3, atol=1e-3 * float(guided.std())
    )


def test_what_is_kept_is_vgg19s_own_slope(ready: Distillation) -> None:
    shelf = ready.paintings
    content, style, canvas = (floats(each) for each in (shelf.contents, shelf.styles, shelf.canvases[:, 2]))
    assert shelf.weights[0, 0].tolist() == shelf.weights[0, 2].tolist() == list(USUAL)
    assert shelf.weights[0, 1].tolist() != list(USUAL)
    slope = Objective(Eye(vgg.load(), "cpu", torch.float32), content, [style]).judge(canvas, AIM).slope
    assert float(alignment(shelf.told["slope"][:, 2].float(), slope)) > 0.98  # which may be of bfloat16


def test_alignment_is_a_cosine_in_the_painters_norm() -> None:
    random = torch.Generator().manual_seed(0)
    a, b = (torch.randn(3, 3, 16, 16, generator=random) for _ in range(2))
    torch.testing.assert_close(alignment(a, 3 * a), torch.ones(3))
    torch.testing.assert_close(alignment(a, -a), -torch.ones(3))
    apart = b - a * ((a * smoothed(b)).sum((1, 2, 3)) / (a * smoothed(a)).sum((1, 2, 3)))[:, None, None, None]
    torch.testing.assert_close(alignment(a, apart), torch.zeros(3), atol=1e-6, rtol=0)


@pytest.mark.parametrize("guided", [False, True])
def test_slopes_of_slopes_are_what_a_small_step_changes(ready: Distillation, guided: bool) -> None:
    """Along the gradient, in float64 and so little that no ReLU and no pool changes its mind."""
    game = copy.copy(ready)
    game.student = copy.deepcopy(ready.student).double()
    painted = {name: each.double() for name, each in game._paintings(1).items()}
    parameters = list(game.student.parameters())
    loss, _ = game._slopes(painted, guided)
    gradient = torch.autograd.grad(loss, parameters, allow_unused=True)
    length = float(torch.nn.utils.get_total_norm([each for each in gradient if each is not None]))
    around = []
    for step in (far := 1e-8 / length, -2 * far):
        with torch.no_grad():
            for own, each in zip(parameters, gradient, strict=True):
                own += 0 if each is None else step * each / length
        around.append(game._slopes(painted, guided)[0].item())
    assert (around[0] - around[1]) / (2 * far) == pytest.approx(length, rel=1e-3)


# Answers -------------------------------------------------------------------------------------------------------------


def test_distances_are_those_behind_the_heads(ready: Distillation) -> None:
    student, batch = ready.student, floats(pictures(2, 32, 5))
    own, told = student(batch, LAYERS), vgg.load()(batch, LAYERS)
    thinned = {name: each[:, :, :: APART.get(name, 1), :: APART.get(name, 1)] for name, each in told.items()}
    features, grams = ready._distance(own, thinned | {f"gram.{name}": gram_matrix(told[name]) for name in STYLE})
    wanted = []
    for name in LAYERS:
        wrong, apart = student.heads[name](own[name]) - told[name], APART.get(name, 1)
        wrong = wrong[:, :, ::apart, ::apart].square().sum() / thinned[name].square().sum()
        wanted.append(FEATURES[name] * wrong)
    torch.testing.assert_close(features, sum(wanted) / sum(FEATURES.values()), rtol=1e-3, atol=0)
    wanted = [style_error(gram_matrix(student.heads[name](own[name])), gram_matrix(told[name])) for name in STYLE]
    torch.testing.assert_close(grams, torch.stack(wanted).clamp(max=WORST_GRAM).mean(), rtol=1e-3, atol=0)
    assert float(content_error(batch, batch.flip(0)).mean()) > 0.5  # the two pictures differ


class Seen(VGG19):
    """VGG19 through heads that change nothing, or only its sizes, or mix up its places."""

    def __init__(self, head: nn.Module):
        super().__init__()
        fill(self, read_tensors(vgg.FOLDER), vgg.FOLDER)
        self.heads = dict.fromkeys(LAYERS, head)


class Scaled(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return 3 * x + torch.arange(x.shape[1])[:, None, None]


class Turned(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x - 2 * (x - x.mean((0, 2, 3), keepdim=True))


@torch.no_grad()
def test_correlations_have_known_values() -> None:
    looked_at, wide = floats(pictures(3, 32)), vgg.load()
    for head, value in ((nn.Identity(), 1), (Scaled(), 1), (Turned(), -1)):
        found = correlations(Seen(head), wide, looked_at)
        assert list(found) == list(LAYERS)
        assert list(found.values()) == pytest.approx([value] * len(LAYERS), abs=1e-4)


# A step --------------------------------------------------------------------------------------------------------------


def test_a_step_lowers_what_it_minimises() -> None:
    game = begun(Recipe(steps=40, size=32, batch=1, stills=1, paintings=1, learning_rate=1e-3))
    game.prepare()
    game.stills.renew = game.paintings.renew = lambda *_: None  # the same again and again
    parts = [{name: float(each) for name, each in game.train().items()} for _ in range(40)]
    first, last = ({name: sum(each[name] for each in ten) for name in ten[0]} for ten in (parts[:10], parts[-10:]))
    assert all(last[name] < first[name] for name in first)


def test_an_odd_gradient_moves_nothing_and_a_long_one_no_further() -> None:
    game = begun()
    game.step, weight = 100, game.student.features[0].weight
    game.norms.fill_(1.0)
    before = weight.detach().clone()
    for norm in (float("nan"), float("inf"), 1.01 * SPIKE):
        weight.grad = torch.full_like(weight, norm / weight.numel() ** 0.5)
        game._move(sloped=True)
        assert torch.equal(weight, before)
    weight.grad = torch.full_like(weight, 0.9 * SPIKE / weight.numel() ** 0.5)
    game._move(sloped=True)
    assert not torch.equal(weight, before)
    assert float(weight.grad.norm()) == pytest.approx(CALM, rel=1e-3)


@pytest.mark.parametrize("norm", [float("nan"), float("inf")])
def test_a_gradient_that_is_no_number_moves_nothing_at_the_first_step_either(norm: float) -> None:
    game = begun()
    weight = game.student.features[0].weight
    before = weight.detach().clone()
    weight.grad = torch.full_like(weight, norm)
    game._move(sloped=False)
    assert torch.equal(weight, before)
    assert game.norms.isnan().all()


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ({"slopes_every": 0}, "slopes_every is 0; it must be at least 1."),
        ({"size": 8}, "size is 8; it must be at least 16."),
        ({"batch": 40, "slopes_every": 2}, "stills is 64; with such a batch it must be at least 80."),
    ],
)
def test_a_recipe_that_cannot_be_is_one_sentence(recipe: dict[str, int], words: str) -> None:
    with pytest.raises(DataError, match=words):
        Recipe(**recipe)


def test_between_steps_with_slopes_answers_are_learnt_of_twice_as_many_pictures() -> None:
    game = begun(Recipe(steps=6, size=32, batch=1, slopes_every=3, stills=3, paintings=1))
    game.prepare()
    looked: list[int] = []
    game._answers = lambda pictures, see=game._answers: looked.append(len(pictures)) or see(pictures)
    parts = [set(game.train()) for _ in range(6)]
    assert parts == [{"features", "gram", *(["slopes"] if step % 3 == 0 else [])} for step in range(6)]
    assert looked == [1, 1, 2, 2, 2, 1, 1, 2, 2]  # of the first step: the picture, the canvas, content and style
    assert game.norms.isfinite().sum(1).tolist() == [4, 2]


def assert_alike(one: bytes, other: bytes) -> None:
    tensors, others = load(one), load(other)
    assert tensors.keys() == others.keys()
    assert metadata(one) == metadata(other)
    assert [
        name for name, each in tensors.items() if not torch.equal(each.nan_to_num(), others[name].nan_to_num())
    ] == []


def test_a_run_goes_on_to_the_bit() -> None:
    straight = begun()
    straight.prepare()
    for _ in range(3):
        straight.train()
    kept = straight.save()
    straight.train()
    resumed = begun()
    resumed.load(kept)
    assert_alike(resumed.save(), kept)
    resumed.train()
    assert resumed.step == straight.step == 4
    assert_alike(resumed.save(), straight.save())
    for shelf in ("stills", "paintings"):
        for name, each in getattr(straight, shelf).told.items():
            assert torch.equal(each, getattr(resumed, shelf).told[name]), name
    with pytest.raises(DataError, match="begun as"):
        begun(Recipe(steps=11, size=32, batch=1, stills=2, paintings=1)).load(kept)


def test_a_painting_is_kept_at_several_moments(ready: Distillation) -> None:
    shelf = ready.paintings
    assert shelf.canvases.shape == (1, MOMENTS, 3, 32, 32)
    assert len({canvas.numpy().tobytes() for canvas in shelf.canvases[0]}) == MOMENTS
    assert torch.isfinite(shelf.told["slope"]).all()
    assert shelf.told["slope"].float().square().mean((2, 3, 4)).sqrt()[0].tolist() == pytest.approx([1] * MOMENTS, 0.01)


# Beginning thin ------------------------------------------------------------------------------------------------------


def test_forward_selection_finds_the_planted_channels() -> None:
    random = torch.Generator().manual_seed(0)
    few = torch.randn(5, 400, generator=random)
    channels = torch.randn(20, 5, generator=random) @ few * 0.5
    planted = [3, 7, 8, 15, 19]
    channels[planted] = few
    chosen = forward_selection(channels @ channels.T, 5)
    assert len(set(chosen)) == 5
    rest = channels - channels @ torch.linalg.pinv(channels[chosen]) @ channels[chosen]
    assert float(rest.norm() / channels.norm()) < 1e-4  # five channels tell all of them
    alone = torch.diag(torch.tensor([1.0, 5.0, 0.1, 3.0]))  # none tells anything of another: the largest come first
    assert forward_selection(alone, 3) == [1, 3, 0]


def copies(slim_network: SlimVGG) -> VGG19:
    """A wide network whose channels are the slim one's, four times over and of other sizes."""
    random = torch.Generator().manual_seed(1)
    wide, before = VGG19(), torch.ones(3)
    with torch.no_grad():
        for own, wider in zip(slim_network.features, wide.features, strict=True):
            if isinstance(own, nn.Conv2d):
                many = 1 if len(before) == 3 else 4
                size = 0.5 + torch.rand(4 * own.out_channels, generator=random)
                kernel = own.weight.repeat(4, many, 1, 1) / (many * before)[:, None, None]
                wider.weight.copy_(size[:, None, None, None] * kernel)
                wider.bias.copy_(size * own.bias.repeat(4))
                before = size
    return wide.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def secret() -> tuple[VGG19, SlimVGG, Tensor]:
    """A wide network that is secretly slim, the slim one that was made of it, and what it was made with."""
    torch.manual_seed(0)
    small = SlimVGG()
    for layer in small.features:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.normal_(layer.bias, std=0.1)
    made, wide, shown = SlimVGG().requires_grad_(False), copies(small), floats(pictures(24, 64))
    thin(made, wide, shown)
    return wide, made, shown


def test_a_wide_network_that_is_secretly_slim_is_found_out(secret: tuple[VGG19, SlimVGG, Tensor]) -> None:
    wide, made, _ = secret
    found = correlations(made, wide, floats(pictures(6, 64, 9)), ("relu1_1", "relu2_1", "relu3_1", "relu4_1"))
    assert min(found.values()) > 0.995
    assert found["relu1_1"] > 0.99999


def test_heads_are_fitted_again_without_the_layers_below(secret: tuple[VGG19, SlimVGG, Tensor]) -> None:
    wide, made, shown = secret
    before = {name: each.clone() for name, each in made.state_dict().items()}
    made.heads["relu3_2"].weight.zero_()
    fit_heads(made, wide, shown, ["relu3_2"])
    changed = [name for name, each in made.state_dict().items() if not torch.equal(each, before[name])]
    assert changed in ([], ["heads.relu3_2.weight"])
    torch.testing.assert_close(made.heads["relu3_2"].weight, before["heads.relu3_2.weight"], atol=1e-3, rtol=1e-2)


def test_float16_moves_the_answers_by_next_to_nothing(secret: tuple[VGG19, SlimVGG, Tensor]) -> None:
    made = secret[1]
    stored = SlimVGG().requires_grad_(False)
    stored.load_state_dict({name: each.half() for name, each in made.state_dict().items()})
    looked_at = floats(pictures(2, 64, 4))
    for one, other in zip(made(looked_at, LAYERS).values(), stored(looked_at, LAYERS).values(), strict=True):
        assert float((one - other).norm() / one.norm()) < 2e-3
