"""What a worker does for a toy spec: play the game, and show each tick as numbers and a picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import numpy as np
import torch
from safetensors.torch import load, save
from torch import Tensor

from gan_core.diagnostics.optimal import smoothed_density, smoothed_optimal
from gan_core.diagnostics.players import latent_plane, observed, plane, sigmoid_arrows
from gan_core.events import Checkpoint, Event, Frame, Header, TrainingFailed, never
from gan_core.frames import metadata, pack
from gan_core.networks.mlp import TakingTurns
from gan_core.specs import ToySpec, read_spec
from gan_core.theory import reverse_kl_floor
from gan_core.toy_game import Look, ToyGame

POINTS = 400  # real and fake points in the picture: a crowd, yet each still a point
SURFACE = 40  # opinions along each side of D's surface; the player smooths between them
GRID = 17  # latents along each side of G's warped grid
ARROWS = 120  # gradient arrows: more hide the points
NOISE = 200  # latents in the picture of the noise
VERDICTS = 20  # bars of the histograms of D's opinion
SMALL_POINTS, SMALL_SURFACE = 160, 24  # of each of several seeds side by side
UNIT = 8192  # the picture's whole numbers in one extent: a 16-bit number reaches four extents out
NOISE_EXTENT = 4.0  # the same for latents


class ToyRun(ToyGame):
    """A toy game that shows itself."""

    def __init__(self, spec: ToySpec):
        super().__init__(spec)
        self.z_plane = latent_plane(spec.generator.latent_size, spec.generator.latent_law, GRID)[None]
        side = SMALL_SURFACE if spec.seeds > 1 else SURFACE
        self.plane = plane(self.data.extent, side).expand(spec.seeds, -1, -1)  # (S, side * side, 2)
        self.side = side
        self.density = smoothed_density(self.data, self.data.extent, side)

    def header(self) -> Header:
        """What holds for the whole run."""
        spec, cures = self.spec, self.spec.cures
        players = {"generator": self.game.generator, "discriminator": self.game.discriminator}
        middles, radii = self.data.mode_circles
        about = {
            "extent": self.data.extent,
            "sigma": self.data.sigma,
            "modes": self.data.modes,
            "evaluation_samples": spec.evaluation_samples,
            "mode_threshold": spec.mode_threshold,
            "good_ceiling": self.data.good_ceiling,
            "kl_floor": reverse_kl_floor(max(self.data.modes, 1), spec.evaluation_samples),
            "latent_size": spec.generator.latent_size,
            "loss": spec.loss,
            "probability": self.has_best,
            "references": {
                "discriminator_loss": self.loss.discriminator_equilibrium,
                "generator_loss": self.loss.generator_equilibrium,
            },
            "parameters": {
                name: sum(p.numel() for p in net.parameters()) // spec.seeds for name, net in players.items()
            },
            "seeds": spec.seeds,
            "seed": spec.seed,
            "packing": cures.packing,
            "generators": cures.generators,
            "penalties": [*self.game.rules.penalties, *(["weight_clip"] if self.game.rules.weight_clip else [])],
            "cures": [name for name in spec.cures.changes() if name not in ("diversity", "instance_noise_until")]
            + (["spectral_norm"] if spec.discriminator.spectral_norm else []),
        }
        arrays = {
            "real": self.quantised(self.real[0, :POINTS]),
            "centres": middles.float().numpy(),
            "radii": radii.float().numpy(),
            "noise": self._noise(),
        }
        return Header(pack(arrays, **about))

    def look_at(self) -> Frame:
        """The state of both players now, as numbers and a picture; the (lower) median where there are several seeds.

        Raises:
            TrainingFailed: a loss or a sample of any seed is no longer a finite number.
        """
        look = self.look()
        numbers = torch.stack([look.fake.sum((1, 2)), look.metrics["discriminator_loss"], look.pull.loss])  # (3, S)
        if not torch.isfinite(numbers).all():
            wrong = [self.spec.seed + int(index) for index in (~torch.isfinite(numbers).all(0)).nonzero()]
            which = f" (seed {', '.join(map(str, wrong))})" if self.spec.seeds > 1 else ""
            raise TrainingFailed(
                f"The game blew up before step {self.game.step}{which}: its numbers are no longer finite. "
                "Lower the learning rates, or add a penalty or spectral norm to D; the last good frame is kept."
            )
        picture = self.picture(look) if self.spec.seeds == 1 else self.small_pictures(look)
        metrics = {name: float(values.nanmedian()) for name, values in look.metrics.items()}
        return Frame(self.game.step, metrics, pack(picture))

    def picture(self, look: Look) -> dict[str, np.ndarray]:
        """Everything that is drawn of one game."""
        game, fake = self.game, look.fake
        with observed(game.generator, game.discriminator, game.shown):
            misleading = sigmoid_arrows(lambda points: game.discriminator.among(points, self.real), fake[:, :ARROWS])
            with torch.no_grad():
                fake_logits = look.pull.logits
                surface = self.loss.opinion(
                    game.discriminator.among(self.plane, self.real), look.real_logits, fake_logits
                )
                verdicts = [
                    self.loss.opinion(logits, look.real_logits, fake_logits)[0]
                    for logits in (look.real_logits, fake_logits)
                ]
                generator = game.shown
                if isinstance(generator, TakingTurns):  # its first member's
                    generator = generator.members
                warped = generator(self.z_plane.expand(game_count(generator), -1, -1))[0]
        best = smoothed_optimal(self.density, fake[0], self.data.extent, self.side)
        return {
            "fake": self.quantised(fake[0, :POINTS]),
            "surface": self._opinions(surface[0]),
            "optimal": self._opinions(best),
            "grid": self.quantised(warped).reshape(GRID, GRID, 2),
            "arrows": look.pull.arrows[0, :ARROWS].numpy(),
            "sigmoid_arrows": misleading[0].numpy(),
            "verdicts": np.stack(
                [np.histogram(opinion.numpy(), VERDICTS, (0, 1))[0].astype(np.int32) for opinion in verdicts]
            ),
            "mode_counts": look.mode_counts[0].int().numpy(),
        }

    def small_pictures(self, look: Look) -> dict[str, np.ndarray]:
        """What is drawn of each of several games, and every number of each: (S, M), in the order of the metrics."""
        game = self.game
        with observed(game.discriminator), torch.no_grad():
            logits = game.discriminator.among(self.plane, self.real)
            surface = self.loss.opinion(logits, look.real_logits, look.pull.logits)
        return {
            "fake": self.quantised(look.fake[:, :SMALL_POINTS]),
            "surface": self._opinions(surface),
            "mode_counts": look.mode_counts.int().numpy(),
            "seed_metrics": torch.stack([values.float() for values in look.metrics.values()], 1).numpy(),
        }

    def _opinions(self, opinions: Tensor) -> np.ndarray:
        """From 0 to 255: (..., side, side)."""
        return (opinions * 255).round().byte().reshape(*opinions.shape[:-1], self.side, self.side).numpy()

    def quantised(self, points: Tensor) -> np.ndarray:
        return (points / self.data.extent * UNIT).round().clamp(-32767, 32767).short().numpy()

    def _noise(self) -> np.ndarray:
        """The first two numbers of some latents; the second is 0 where there is but one."""
        z = torch.zeros(NOISE, 2)
        z[:, : min(2, self.z.shape[2])] = self.z[0, :NOISE, :2]
        return (z / NOISE_EXTENT * UNIT).round().clamp(-32767, 32767).short().numpy()

    def save(self) -> bytes:
        """All that is needed to go on, as safetensors bytes."""
        tensors = {name: tensor.detach().contiguous() for name, tensor in self.game.state().items()}
        return save(tensors, {"step": json.dumps(self.game.step)})

    def load(self, checkpoint: bytes) -> None:
        """Go on where `save` was called."""
        self.game.load_state(load(checkpoint), int(metadata(checkpoint)["step"]))


def game_count(network: torch.nn.Module) -> int:
    """How many networks a stack holds."""
    return len(next(network.parameters()))


def train(
    spec: ToySpec,
    checkpoint: bytes | None = None,
    *,
    stop: Callable[[], bool] = never,
    checkpoint_due: Callable[[], bool] = never,
) -> Iterator[Event]:
    """Play the game that `spec` describes, from the start or from a checkpoint, saying what happens.

    Yields a `Header`, then a `Frame` every `spec.frame_every` steps and at both ends. `stop` is asked after every
    round, `checkpoint_due` after every frame; a stop and the end leave a `Checkpoint` as the last event.

    Raises:
        TrainingFailed: the numbers blew up; every frame so far is good.
    """
    run = ToyRun(spec)
    game = run.game
    if checkpoint:
        run.load(checkpoint)
    yield run.header()
    if game.step == 0:
        yield run.look_at()
    while game.step < spec.steps and not stop():
        game.round()
        if run.due():
            yield run.look_at()
            if checkpoint_due():
                yield Checkpoint(game.step, run.save())
    yield Checkpoint(game.step, run.save())


def preview(spec_json: str) -> tuple[bytes, Frame]:
    """The header and the untrained players, for a page that is still being set up."""
    run = ToyRun(read_spec(spec_json))
    return run.header().packed, run.look_at()
