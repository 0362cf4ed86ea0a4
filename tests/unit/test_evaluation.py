"""Judging a generator: equal numbers, the same reading again, and the real pictures that samples resemble."""

from __future__ import annotations

import pytest
import torch

from gan_core.data import bundled
from gan_core.data.load import chosen, resized
from gan_core.evaluation import features_for, judge, nearest, pictures_tensor
from gan_core.metrics.features import Seen
from gan_core.networks.families import players
from gan_core.networks.pictures import PictureGenerator
from gan_core.seeds import stream
from gan_core.specs import DcganPair
from tests.unit.test_picture_training import quadrants


@pytest.fixture(scope="module")
def digits():
    every = chosen(bundled.read("digits"), slice(None, None, 100))
    return resized(every, 32, 1)  # 600 of them


class Copier(PictureGenerator):
    """A generator that shows real pictures of the class that it is asked for, and knows so many of each."""

    family = "copier"

    def __init__(self, pictures, known: int):
        super().__init__(size=32, channels=1, latent_size=4, classes=10)
        self.pictures, self.known = pictures, known
        self.of = [(torch.from_numpy(pictures.labels) == label).nonzero()[:, 0] for label in range(10)]

    def forward(self, z, labels=None):
        turn = (z[:, 0].abs() * 1000).long() % self.known
        which = torch.stack([self.of[int(label)][int(index)] for label, index in zip(labels, turn, strict=True)])
        return pictures_tensor(self.pictures)[which].float() / 127.5 - 1


def by_name(judgement) -> dict[str, float]:
    return {score.name.split(" (")[0]: score.value for score in judgement.scores}


def test_one_that_copies_all_beats_one_that_copies_few_beats_noise(digits) -> None:
    noise, _ = players(
        DcganPair(generator_width=4, conditional=True), 32, 1, 10, (stream(0, "generator"), stream(0, "discriminator"))
    )
    all_of_them, few, nothing = (judge(each, digits, 200) for each in (Copier(digits, 40), Copier(digits, 2), noise))
    copied, poor, bad = map(by_name, (all_of_them, few, nothing))
    assert copied["FID"] < poor["FID"] < bad["FID"]
    assert copied["recall"] > 0.7 > 0.3 > poor["recall"]
    assert bad["recall"] < 0.1
    assert copied["class agreement"] > 0.97
    assert min(all_of_them.per_class.values()) > 0.8
    assert bad["class agreement"] < 0.4
    assert 0.6 < all_of_them.half_recall <= 1
    assert all_of_them.half_n == 200
    assert {score.n for score in all_of_them.scores} == {200}


def test_the_same_seed_reads_the_same_and_another_does_not(digits) -> None:
    one, again, other = (judge(Copier(digits, 20), digits, 100, seed) for seed in (0, 0, 1))
    assert one == again
    assert by_name(one)["FID"] != by_name(other)["FID"]


def test_more_samples_than_pictures_are_refused(digits) -> None:
    with pytest.raises(ValueError, match="need as many"):
        judge(Copier(digits, 1), digits, 601)


def test_a_set_without_a_classifier_is_seen_by_vgg(digits) -> None:
    assert features_for(digits).name == "digits-classifier"
    assert features_for(quadrants(8)).name == "VGG19 relu5_1"


def test_the_nearest_picture_is_the_one_itself() -> None:
    real = Seen(torch.randn(20, 5, generator=torch.Generator().manual_seed(0)), None)
    which, distances = nearest(Seen(real.features[[3, 7]] + 1e-4, None), real)
    assert which.tolist() == [3, 7]
    assert distances.max() < 1e-3
