"""Several processes that train one game: each plays its share of every batch, and their gradients are averaged.

    accelerate launch --num_processes 2 -m gan_core train --preset fashion-cdcgan-32 --to runs/fashion

Every process draws the same whole batch from the same streams and keeps every n-th of it, so that n processes see what
one would have seen. Several GPUs, several hosts, or several processors alike, through Hugging Face's accelerate.
"""

from __future__ import annotations

import torch
from accelerate import Accelerator
from accelerate.utils import broadcast
from torch import Tensor, nn

from gan_core.seeds import stream

OWN_STREAMS = ("penalties", "noise", "augmentation")  # what is drawn for a share of a batch, not for the whole


class Team:
    """This process's place among those that were launched together."""

    def __init__(self) -> None:
        self.accelerator = Accelerator(cpu=not torch.cuda.is_available())
        self.rank, self.size = self.accelerator.process_index, self.accelerator.num_processes
        self.device = str(self.accelerator.device)

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes and speaks."""
        return self.rank == 0

    def share(self, batch: Tensor) -> Tensor:
        """This process's part of a whole batch (B, ...): every n-th, so that firsts are shared out evenly too."""
        return batch[self.rank :: self.size]

    def streams_of_its_own(self, seed: int, device: str, step: int = 0) -> dict[str, list[torch.Generator]]:
        """Streams for what each process draws for itself; the leader's are those that a single process has.

        A checkpoint holds the leader's alone: from the step that it was taken at, the others begin new ones.
        """
        if self.leads:
            return {}
        own = f"{seed}/{self.rank}/{step}" if step else f"{seed}/{self.rank}"
        return {purpose: [stream(own, purpose, device)] for purpose in OWN_STREAMS}

    def average(self, tensors: list[Tensor]) -> None:
        """Make each the mean over the team, in place, in one message."""
        flat = self.accelerator.reduce(torch.cat([tensor.reshape(-1) for tensor in tensors]), reduction="mean")
        for tensor, mean in zip(tensors, flat.split([tensor.numel() for tensor in tensors]), strict=True):
            tensor.copy_(mean.view_as(tensor))

    def handed_out(self, data: bytes | None) -> bytes | None:
        """What the leader holds, in every process."""
        length = torch.tensor([-1 if data is None else len(data)], device=self.device)
        length = int(broadcast(length))
        if length < 0:
            return None
        whole = (
            torch.frombuffer(bytearray(data), dtype=torch.uint8)
            if self.leads
            else torch.empty(length, dtype=torch.uint8)
        )
        return broadcast(whole.to(self.device)).cpu().numpy().tobytes()

    def any(self, here: bool) -> bool:
        """Whether it holds in any of the processes; all get the same answer."""
        asked = torch.tensor(float(here), device=self.device)
        return bool(self.accelerator.reduce(asked, reduction="sum") > 0)

    def placed(self, network: nn.Module) -> nn.Module:
        """A network ready for the team: BatchNorm over the whole batch where the device can (GPUs)."""
        return nn.SyncBatchNorm.convert_sync_batchnorm(network) if self.device.startswith("cuda") else network
