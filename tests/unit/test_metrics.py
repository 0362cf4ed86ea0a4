"""Scores of generated pictures: closed forms, another implementation, constructed sets, and whether errors cover."""

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torchmetrics.image.fid import FrechetInceptionDistance

from gan_core.metrics import manifold
from gan_core.metrics.classes import agreement, class_counts, total_variation, total_variation_floor
from gan_core.metrics.features import Seen, classifier_features, vgg19_features
from gan_core.metrics.frechet import frechet_distance, frechet_floor, frechet_of_gaussians, frechet_with_error
from gan_core.metrics.inception import inception_score, inception_score_with_error
from gan_core.metrics.kernel import cubic, kernel_distance, squared_mmd
from gan_core.metrics.manifold import precision_recall, precision_recall_with_error
from gan_core.metrics.resampling import Estimate, blocks, jackknife, share
from gan_core.metrics.scores import scores


def stream(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=stream(seed))


# The Frechet distance ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2000, 20], ids=["more samples than features", "fewer"])
def test_a_set_is_at_no_frechet_distance_from_itself(count: int) -> None:
    features = normal(count, 32)
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-5)
    assert frechet_distance(features, features.flip(0)) == pytest.approx(0, abs=1e-5)


def test_gaussians_with_parallel_axes_have_a_closed_form() -> None:
    means, deviations = normal(2, 5), normal(2, 5, seed=1).abs()
    expected = (means[0] - means[1]).square().sum() + (deviations[0] - deviations[1]).square().sum()
    turn = torch.linalg.qr(normal(5, 5, seed=2)).Q
    covariances = [turn @ torch.diag(each**2) @ turn.T for each in deviations]
    found = frechet_of_gaussians(turn @ means[0], covariances[0], turn @ means[1], covariances[1])
    assert found == pytest.approx(expected.item(), rel=1e-5)


def test_covariances_that_do_not_commute_have_one_in_two_dimensions() -> None:
    a, b = torch.tensor([[2.0, 1.0], [1.0, 3.0]]).double(), torch.tensor([[1.0, -0.5], [-0.5, 4.0]]).double()
    # the trace of a 2 x 2 root is sqrt(tr M + 2 sqrt(det M)), here of M = A B
    of_root = ((a @ b).trace() + 2 * (a @ b).det().sqrt()).sqrt()
    expected = (a.trace() + b.trace() - 2 * of_root).item()
    assert frechet_of_gaussians(torch.zeros(2), a, torch.zeros(2), b) == pytest.approx(expected, rel=1e-12)


def test_points_are_at_their_squared_distance() -> None:
    points = torch.tensor([[3.0, 0.0]]).expand(10, 2), torch.tensor([[0.0, 4.0]]).expand(10, 2)
    assert frechet_distance(*points) == pytest.approx(25)


@pytest.mark.parametrize(("count", "size"), [(500, 16), (300, 64), (40, 64)])
def test_torchmetrics_finds_the_same_frechet_distance(count: int, size: int) -> None:
    class AsTheyAre(nn.Module):
        num_features = size

        def forward(self, features: Tensor) -> Tensor:
            return features

    mixing = normal(size, size, seed=1) / 4
    a, b = normal(count, size).relu(), (normal(count, size, seed=2) @ mixing + 0.3).relu()
    theirs = FrechetInceptionDistance(AsTheyAre())
    theirs.update(a, real=True)
    theirs.update(b, real=False)
    assert frechet_distance(a, b) == pytest.approx(theirs.compute().item(), rel=1e-3)


@pytest.mark.parametrize(("count", "size"), [(100, 8), (400, 8), (400, 64)])
def test_two_samples_of_one_distribution_read_the_frechet_floor(count: int, size: int) -> None:
    deviations = torch.linspace(0.1, 3, size)
    read = torch.tensor([frechet_distance(*(normal(2, count, size, seed=s) * deviations)) for s in range(40)])
    floor = torch.tensor([frechet_floor(normal(count, size, seed=s + 100) * deviations) for s in range(40)])
    assert floor.mean().item() == pytest.approx(read.mean().item(), rel=0.12)


def test_one_sample_has_no_covariance() -> None:
    with pytest.raises(ValueError, match="two or more"):
        frechet_distance(normal(1, 4), normal(10, 4))


# The kernel distance -------------------------------------------------------------------------------------------------


def test_the_kernel_distance_of_tiny_sets_is_worked_out_by_hand() -> None:
    a, b = torch.tensor([[1.0], [2.0]]), torch.tensor([[0.0], [3.0]])
    assert cubic(a, b).tolist() == [[1, 64], [1, 343]]  # (x y + 1)^3
    # E k(a, a') = 3^3, E k(b, b') = 1, E k(a, b) = (1 + 64 + 1 + 343) / 4
    assert squared_mmd(a, b) == pytest.approx(27 + 1 - 2 * 409 / 4)


def test_the_kernel_divides_by_the_number_of_features() -> None:
    ones = torch.ones(1, 8)
    assert cubic(ones, ones).item() == pytest.approx(8)


def test_equal_distributions_are_at_no_kernel_distance_on_average() -> None:
    generator = stream()
    draws = torch.tensor([squared_mmd(*torch.randn(2, 20, 4, generator=generator)) for _ in range(400)])
    assert abs(draws.mean()) < 3 * draws.std() / math.sqrt(len(draws))
    assert (draws < 0).any()
    with_themselves = torch.tensor([squared_mmd(x, x) for x in torch.randn(20, 20, 4, generator=generator)])
    assert (with_themselves < -draws.std()).any()  # an estimate that counted each sample's own pair would read 0


def test_the_subsets_take_every_sample_once() -> None:
    parts = blocks(103, 10, stream())
    assert torch.cat(parts).sort().values.tolist() == list(range(103))
    assert {len(part) for part in parts} == {10, 11}


# The Inception score -------------------------------------------------------------------------------------------------


@given(st.integers(2, 20), st.integers(1, 30))
def test_the_inception_score_reaches_its_bounds(classes: int, each: int) -> None:
    sure = torch.eye(classes).repeat(each, 1) * 1000
    assert inception_score(sure) == pytest.approx(classes)
    assert inception_score(sure[:1].expand(50, classes)) == pytest.approx(1)
    assert inception_score(torch.zeros(50, classes)) == pytest.approx(1)


def test_half_of_the_classes_score_half() -> None:
    assert inception_score(torch.eye(10)[:5].repeat(4, 1) * 1000) == pytest.approx(5)


# Precision and recall ------------------------------------------------------------------------------------------------


def test_fakes_among_the_real_pictures_have_full_precision() -> None:
    real = normal(400, 16)
    assert precision_recall(real, real[:100]).precision == 1
    assert precision_recall(real[:100], real).recall == 1
    assert precision_recall(real, real) == (1, 1)


def test_half_of_the_modes_are_half_of_the_recall() -> None:
    centres = torch.eye(8) * 50
    real = centres.repeat(100, 1) + normal(800, 8)
    hit = torch.arange(800) % 8 < 4
    assert precision_recall(real, real[hit]) == (1, 0.5)
    assert precision_recall(real[hit], real) == (0.5, 1)


def test_what_lies_elsewhere_has_neither() -> None:
    assert precision_recall(normal(100, 4), normal(100, 4, seed=1) + 100) == (0, 0)


def test_a_collapsed_generator_recalls_nothing() -> None:
    real = normal(200, 4)
    assert precision_recall(real, real[:1].expand(200, 4)) == (1, 1 / 200)


def test_rows_at_a_time_find_what_all_at_once_do(monkeypatch: pytest.MonkeyPatch) -> None:
    real, fake = normal(130, 3), normal(90, 3, seed=1) + 1
    at_once = precision_recall(real, fake)
    monkeypatch.setattr(manifold, "ROWS", 17)
    assert precision_recall(real, fake) == at_once
    distances = torch.cdist(real, fake).double()
    real_radii, fake_radii = (torch.cdist(x, x).sort().values[:, 3] for x in (real, fake))  # the first is its own
    assert at_once.precision == pytest.approx((distances <= real_radii[:, None]).any(0).double().mean().item())
    assert at_once.recall == pytest.approx((distances <= fake_radii).any(1).double().mean().item())


# Classes -------------------------------------------------------------------------------------------------------------


def test_total_variation_is_the_share_in_the_wrong_class() -> None:
    even = torch.tensor([25, 25, 25, 25])
    assert total_variation(even, even * 7) == 0
    assert total_variation(even, torch.tensor([50, 50, 0, 0])) == pytest.approx(0.5)
    assert total_variation(torch.tensor([9, 0]), torch.tensor([0, 4])) == 1


def test_two_samples_of_one_distribution_read_the_floor_of_total_variation() -> None:
    shares = torch.tensor([0.4, 0.3, 0.2, 0.1])
    drawn = torch.multinomial(shares, 200 * 2 * 400, replacement=True, generator=stream()).view(400, 2, 200)
    read = [total_variation(*(one.bincount(minlength=4) for one in pair)) for pair in drawn]
    assert sum(read) / len(read) == pytest.approx(total_variation_floor(shares * 100, 200, 200), rel=0.05)


def test_classes_are_counted_and_held_against_what_was_asked() -> None:
    logits = torch.eye(4)[[0, 0, 1, 2]]
    assert class_counts(logits).tolist() == [2, 1, 1, 0]
    found = agreement(torch.tensor([0, 1, 1, 2]), logits)
    assert found.overall.value == pytest.approx(0.75)
    assert [one and one.value for one in found.per_class] == [1, 0.5, 1, None]
    assert found.asked == (1, 2, 1, 0)


def test_even_a_spotless_share_has_an_error() -> None:
    assert share(torch.ones(20)).value == 1
    assert 0.02 < share(torch.ones(20)).error < 0.06


# Errors --------------------------------------------------------------------------------------------------------------


def test_the_jackknife_of_a_mean_is_the_textbook_error() -> None:
    values = normal(600)
    found = jackknife(lambda kept: values[kept].mean().item(), 600, stream(), groups=600 // 2)
    assert found.value == pytest.approx(values.mean().item())
    assert found.error == pytest.approx((values.std() / 600**0.5).item(), rel=0.15)


Estimator = Callable[[Tensor, Tensor, torch.Generator], Estimate]
ERRORS: dict[str, Estimator] = {
    "frechet": frechet_with_error,
    "kernel": kernel_distance,
    "inception": lambda real, fake, generator: inception_score_with_error(3 * fake, generator),
    "precision": lambda real, fake, generator: precision_recall_with_error(real, fake, generator)[0],
    "recall": lambda real, fake, generator: precision_recall_with_error(real, fake, generator)[1],
}


@pytest.mark.parametrize("estimate", ERRORS.values(), ids=ERRORS)
def test_two_errors_cover_what_fresh_samples_read(estimate: Estimator) -> None:
    generator = stream()
    draws = [torch.randn(2, 240, 6, generator=generator) for _ in range(50)]
    found = [estimate(real, 0.9 * fake + 0.4, generator) for real, fake in draws]
    values, errors = torch.tensor([one.value for one in found]), torch.tensor([one.error for one in found])
    assert 0.75 < errors.mean() / values.std() < 1.4
    assert ((values - values.mean()).abs() <= 2 * errors).float().mean() >= 0.86


# All of them ---------------------------------------------------------------------------------------------------------


def test_all_scores_come_with_name_error_and_number() -> None:
    real, fake = (Seen(normal(200, 8, seed=s), normal(200, 5, seed=s + 9)) for s in (1, 2))
    found = scores(real, fake, "test", stream(), asked=fake.logits.argmax(1))
    names = ["FID", "KID", "precision", "recall", "Inception score", "classes off", "class agreement"]
    assert [score.name for score in found] == [f"{name} (test features)" for name in names]
    assert all(score.n == 200 and score.features == "test" and score.error > 0 for score in found)
    assert found[0].value == pytest.approx(frechet_distance(real.features, fake.features))
    assert [score.floor is None for score in found] == [False, False, True, True, True, False, True]
    assert found[-1].value == 1
    assert found == scores(real, fake, "test", stream(), asked=fake.logits.argmax(1))


def test_without_a_classifier_its_scores_are_left_out() -> None:
    real, fake = (Seen(normal(200, 8, seed=s), None) for s in (1, 2))
    assert [one.name.split()[0] for one in scores(real, fake, "x", stream())] == ["FID", "KID", "precision", "recall"]


def test_what_cannot_be_scored_is_refused() -> None:
    seen = Seen(normal(200, 8), None)
    with pytest.raises(ValueError, match="not 200 real ones and 100 fakes"):
        scores(seen, Seen(normal(100, 8), None), "x", stream())
    with pytest.raises(ValueError, match="fake pictures' features are not finite"):
        scores(seen, Seen(torch.full((200, 8), math.nan), None), "x", stream())
    with pytest.raises(ValueError, match="39 samples are too few"):
        scores(Seen(normal(39, 8), None), Seen(normal(39, 8), None), "x", stream())


# Features ------------------------------------------------------------------------------------------------------------


def test_vgg_sees_bytes_and_floats_grey_and_rgb_alike() -> None:
    features = vgg19_features()
    grey = torch.randint(256, (3, 1, 64, 64), dtype=torch.uint8, generator=stream())
    seen = features(grey)
    assert seen.features.shape == (3, 512)
    assert seen.logits is None
    assert not seen.features.requires_grad
    torch.testing.assert_close(features(grey.float() / 127.5 - 1).features, seen.features)
    torch.testing.assert_close(features(grey.expand(-1, 3, -1, -1)).features, seen.features)
    assert features(grey[..., :48, :48]).features.shape == (3, 512)


def test_a_classifier_sees_a_set_at_every_size_that_it_is_loaded_at() -> None:
    features = classifier_features("fashion")
    assert (features.name, features.size) == ("fashion-classifier", 32)
    pictures = torch.randint(256, (250, 1, 28, 28), dtype=torch.uint8, generator=stream())
    seen = features(pictures)
    assert seen.features.shape == (250, 128)
    assert seen.logits.shape == (250, len(features.classes))
    for size in (32, 36):
        edge = (size - 28) // 2
        torch.testing.assert_close(features(nn.functional.pad(pictures, [edge] * 4)).features, seen.features)
    coloured = pictures.expand(-1, 3, -1, -1)
    torch.testing.assert_close(features(coloured).features, seen.features, rtol=1e-4, atol=1e-4)


def test_a_set_without_a_classifier_says_so() -> None:
    with pytest.raises(ValueError, match="nothing-classifier"):
        classifier_features("nothing")
