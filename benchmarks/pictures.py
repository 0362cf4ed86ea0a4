"""The picture loop against a plain tutorial loop: python -m benchmarks.pictures [--threads 2]

Both play the same game (DCGAN, non-saturating, Adam, batch 64) on the same networks, pictures and machine, taking turns
in short stretches; the figure is the median of the ratios. The plain loop is what tutorials write: a DataLoader that
opens one picture after another and transforms it (JPEG files in colour, as ImageFolder does; arrays in grey, as MNIST's
class does), float32, a backward pass for real and another for fake, gradients into D during G's step, PyTorch's default
Adam, and five numbers read at every step. Ours keeps G's running average besides.

The last column is the memory of the process, both loops and all. On a GPU a third line plays our rounds from a recorded
graph, where the processor asks for a round at once: what the card does when nothing waits for the processor, so its
share is how near ours comes to that limit.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
import psutil
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset

from gan_core.captured import WARM_UP
from gan_core.data.pictures import PictureSet
from gan_core.devices import best_device
from gan_core.networks.families import players
from gan_core.picture_game import PictureGame
from gan_core.seeds import stream
from gan_core.specs import PictureSpec

BURN_IN, STRETCH, TURNS = 3, 6, 7
SETTINGS = {"regularisation.r1": 0, "regularisation.every": 1}
CASES = {
    "32 px, grey, width 32": {"data.size": 32},
    "64 px, colour, width 32": {"data.size": 64, "data.colour": True},
    "64 px, colour, width 64": {
        "data.size": 64, "data.colour": True, "network.generator_width": 64, "network.discriminator_width": 64,
    },
}  # fmt: skip


class Tutorial(Dataset):
    """One picture after another, opened and transformed to float32 from -1 to 1."""

    def __init__(self, pictures: np.ndarray):
        self.pictures = pictures if pictures.shape[3] == 1 else [jpeg(picture) for picture in pictures]

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> torch.Tensor:
        kept = self.pictures[index]
        if isinstance(kept, bytes):
            image = Image.open(io.BytesIO(kept)).convert("RGB")
        else:
            image = Image.fromarray(kept[..., 0])
        array = np.array(image, copy=True)
        tensor = torch.from_numpy(array.reshape(*array.shape[:2], -1)).permute(2, 0, 1).contiguous().float().div(255)
        return tensor.sub(0.5).div(0.5)


def jpeg(picture: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=90)
    return file.getvalue()


def smooth(count: int, size: int, channels: int) -> np.ndarray:
    """Pictures with something in them that is not noise, (count, size, size, channels)."""
    coarse = np.random.default_rng(0).integers(0, 256, (count, 8, 8, channels), dtype=np.uint8)
    return np.stack([
        np.asarray(Image.fromarray(each.squeeze()).resize((size, size), Image.Resampling.BICUBIC)) for each in coarse
    ]).reshape(count, size, size, channels)  # fmt: skip


def plain_loop(spec: PictureSpec, pictures: PictureSet, device: str) -> Callable[[int], None]:
    """The loop that everybody writes first."""
    channels = pictures.pictures.shape[3]
    networks = players(spec.network, spec.data.size, channels, 0, (stream(0, "generator"), stream(0, "discriminator")))
    generator, discriminator = (network.to(device) for network in networks)
    generator_optimizer = torch.optim.Adam(generator.parameters(), 2e-4, betas=(0.5, 0.999))
    discriminator_optimizer = torch.optim.Adam(discriminator.parameters(), 2e-4, betas=(0.5, 0.999))
    criterion = nn.BCEWithLogitsLoss()
    loader = DataLoader(Tutorial(pictures.pictures), spec.batch, shuffle=True, drop_last=True)
    history = []

    def batches() -> Iterator[torch.Tensor]:
        while True:
            yield from loader

    endless = batches()

    def play(steps: int) -> None:
        for _ in range(steps):
            discriminator.zero_grad()
            real = next(endless).to(device)
            ones, zeros = torch.ones(len(real), device=device), torch.zeros(len(real), device=device)
            logits = discriminator(real)
            real_loss = criterion(logits, ones)
            real_loss.backward()
            real_score = logits.mean().item()
            fake = generator(torch.randn(len(real), spec.network.latent_size, device=device))
            logits = discriminator(fake.detach())
            fake_loss = criterion(logits, zeros)
            fake_loss.backward()
            fake_score = logits.mean().item()
            discriminator_optimizer.step()

            generator.zero_grad()
            logits = discriminator(fake)
            generator_loss = criterion(logits, ones)
            generator_loss.backward()
            answer = logits.mean().item()
            generator_optimizer.step()
            loss = (real_loss + fake_loss).item()
            history.append((loss, generator_loss.item(), real_score, fake_score, answer))

    return play


def our_loop(spec: PictureSpec, pictures: PictureSet, device: str, captured: bool = False) -> Callable[[int], None]:
    game = PictureGame(spec, pictures, device, captured=captured)

    def play(steps: int) -> None:
        for _ in range(steps):
            game.round()
        game.numbers()  # waits for the device

    return play


def seconds(play: Callable[[int], None], steps: int) -> float:
    begun = time.perf_counter()
    play(steps)
    return time.perf_counter() - begun


def compare(name: str, device: str) -> None:
    spec = PictureSpec.from_flat(SETTINGS | CASES[name])
    blobs = smooth(2000, spec.data.size, 3 if spec.data.colour else 1)
    pictures = PictureSet("blobs", blobs, np.zeros(len(blobs), np.int64))
    loops = plain_loop(spec, pictures, device), our_loop(spec, pictures, device)
    for play in loops:
        play(BURN_IN)
    times = [[seconds(play, STRETCH) for play in loops] for _ in range(TURNS)]
    plain, ours = (statistics.median(column) * 1000 / STRETCH for column in zip(*times, strict=True))
    ratio = statistics.median(slow / fast for slow, fast in times)
    memory = psutil.Process().memory_info().rss / 1e6
    print(
        f"{name:24} plain {plain:7.1f} ms   ours {ours:7.1f} ms = {spec.batch * 1000 / ours:6.0f} pictures/s   "
        f"ratio {ratio:4.2f}   {memory:5.0f} MB",
        flush=True,
    )
    if device == "cuda":
        recorded = our_loop(spec, pictures, device, captured=True)
        recorded(4 * WARM_UP)
        both = [(seconds(loops[1], STRETCH), seconds(recorded, STRETCH)) for _ in range(TURNS)]
        share = statistics.median(free / bound for bound, free in both)
        free = statistics.median(column[1] for column in both) * 1000 / STRETCH
        print(
            f"{'':24} recorded {free:.2f} ms, {ratio / share:.1f} times the plain loop; ours reaches {share:.0%} of it"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2, help="of the processor")
    parser.add_argument("--device", default=best_device())
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    print(f"{given.device}, {given.threads} threads, PyTorch {torch.__version__}")
    for name in CASES:
        compare(name, given.device)


if __name__ == "__main__":
    main()
