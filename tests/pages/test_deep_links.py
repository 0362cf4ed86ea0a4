"""Deep links in new sessions of a process that serves `pages/` by itself at first: each page comes in its frame."""

import pytest

LINKS = [
    ("home", {}, "GAN Classroom"),
    ("home", {"from": "a friend"}, "GAN Classroom"),
    ("toy_lab", {}, "Toy lab"),
    ("toy_lab", {"preset": "collapse", "seed": "3"}, "Toy lab"),
    ("toy_lab", {"run": "gone", "loss": "nonsense"}, "Toy lab"),
    ("train", {}, "Train"),
    ("train", {"run": "gone", "loss": "nonsense"}, "Train"),
    ("latent_space", {}, "Latent space"),
    ("latent_space", {"model": "gone", "view": "nowhere"}, "Latent space"),
    ("style_transfer", {}, "Style transfer"),
    ("style_transfer", {"run": "gone", "start": "nonsense"}, "Style transfer"),
    ("models", {}, "Models"),
    ("models", {"model": "gone"}, "Models"),
]


@pytest.mark.parametrize(("page", "query", "title"), LINKS)
def test_every_deep_link_shows_the_frame(run_page, page: str, query: dict[str, str], title: str) -> None:
    app = run_page(page, **query)
    assert not app.exception
    assert [shown.value for shown in app.title] == [title]
