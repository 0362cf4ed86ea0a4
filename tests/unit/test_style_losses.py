"""What style transfer minimises: closed forms, loops and finite differences."""

import pytest
import torch
from torch import nn

from gan_core.style_losses import (
    content_error,
    feature_square,
    gram_matrix,
    gram_square,
    style_error,
    total_variation,
)


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_the_gram_matrix_is_the_mean_product_of_two_channels() -> None:
    features = draw(2, 3, 4, 5)
    for n in range(2):
        for i in range(3):
            for j in range(3):
                mean = sum(float(features[n, i, y, x] * features[n, j, y, x]) for y in range(4) for x in range(5)) / 20
                assert float(gram_matrix(features)[n, i, j]) == pytest.approx(mean)


def test_a_gram_matrix_forgets_where_things_are() -> None:
    features = draw(1, 3, 4, 5)
    order = torch.randperm(20, generator=torch.Generator().manual_seed(1))
    moved = features.flatten(2)[:, :, order].reshape(features.shape)
    assert torch.allclose(gram_matrix(moved), gram_matrix(features))
    assert not torch.allclose(moved, features)


def test_errors_are_nothing_on_the_target_itself_and_one_for_silence() -> None:
    features = draw(2, 3, 4, 5)
    gram = gram_matrix(features)
    for error, own in ((style_error, gram), (content_error, features)):
        assert error(own, own).tolist() == [0, 0]
        assert error(0 * own, own).tolist() == pytest.approx([1, 1])
        assert error(3 * own, own).tolist() == pytest.approx([4, 4])


def test_errors_do_not_depend_on_the_scale_of_the_answers() -> None:
    own, target = draw(1, 3, 4, 5), draw(1, 3, 4, 5, seed=1)
    assert float(content_error(7 * own, 7 * target)) == pytest.approx(float(content_error(own, target)))
    grams = gram_matrix(own), gram_matrix(target)
    assert float(style_error(*(49 * gram for gram in grams))) == pytest.approx(float(style_error(*grams)))


def test_what_is_judged_behind_a_head_is_what_the_head_would_have_said() -> None:
    head, own, target = draw(12, 3, seed=2), draw(2, 3, 4, 5), draw(2, 3, 4, 5, seed=1)
    metric = head.T @ head
    behind = [torch.einsum("dc,nchw->ndhw", head, each) for each in (own, target)]
    assert torch.allclose(content_error(own, target, metric), content_error(*behind))
    assert torch.allclose(
        style_error(gram_matrix(own), gram_matrix(target), metric), style_error(*map(gram_matrix, behind))
    )
    assert torch.allclose(feature_square(own, metric), behind[0].square().sum((1, 2, 3)))
    assert torch.allclose(gram_square(gram_matrix(own), metric), gram_matrix(behind[0]).square().sum((1, 2)))


def test_the_variation_of_a_ramp_and_of_a_chessboard() -> None:
    ramp = torch.arange(5.0).expand(1, 3, 4, 5)
    assert float(total_variation(ramp)) == 1  # steps of 1 across, none down
    y, x = torch.meshgrid(torch.arange(4), torch.arange(4), indexing="ij")
    board = (1 - 2 * ((x + y) % 2)).float().expand(1, 3, 4, 4)
    assert float(total_variation(board)) == 8  # steps of 2 both ways
    assert float(total_variation(torch.ones(1, 3, 4, 4))) == 0


@pytest.mark.parametrize("loss", ["style", "content", "variation"])
def test_slopes_agree_with_finite_differences(loss: str) -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.Tanh(), nn.Conv2d(4, 5, 3, padding=1)).double()
    canvas, target = draw(1, 3, 6, 7).requires_grad_(), network(draw(1, 3, 6, 7, seed=1)).detach()

    def value(picture: torch.Tensor) -> torch.Tensor:
        if loss == "variation":
            return total_variation(picture).sum()
        answer = network(picture)
        error = style_error(gram_matrix(answer), gram_matrix(target)) if loss == "style" else None
        return (error if error is not None else content_error(answer, target)).sum()

    assert torch.autograd.gradcheck(value, canvas, eps=1e-6, atol=1e-6)
