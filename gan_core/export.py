"""A run's checkpoint as a model that can be handed on: both players, their config, samples and a card."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from safetensors.torch import load

from gan_core.data.pictures import PictureSet
from gan_core.events import Change
from gan_core.networks.pictures import PictureGenerator, save_network
from gan_core.networks.weights import read_config, write_config
from gan_core.picture_checkpoint import Kept, kept
from gan_core.picture_presets import picture_presets
from gan_core.pictures import PictureRun
from gan_core.rehearsal import noise
from gan_core.ship import sample_sheet
from gan_core.specs import OWN, PictureSpec, SpecError


def model_zip(checkpoint: bytes, own_name: str = "", changes: Sequence[Change] = ()) -> bytes:
    """`model_files` in one zip; the same checkpoint makes the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in model_files(checkpoint, own_name, changes).items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def model_files(checkpoint: bytes, own_name: str = "", changes: Sequence[Change] = ()) -> dict[str, bytes]:
    """The files of a model's folder by their names, laid out as on the hub.

    Args:
        own_name: what the visitor's own pictures are called, where the run learnt from some.
        changes: settings that were changed on the way.

    Raises:
        SpecError: the checkpoint is none.
    """
    known = kept(checkpoint)
    run = PictureRun(known.spec, stand_in(known), "cpu")
    run.load(checkpoint)
    run.settle()
    with TemporaryDirectory() as made:
        folder = Path(made)
        for network in (run.generator, run.game.discriminator.network):
            save_network(network, folder)
        if run.classes:
            write_config(folder, read_config(folder) | {"labels": list(known.classes)})
        sample_sheet(run.generator).save(folder / "samples.png", optimize=True)
        (folder / "README.md").write_text(card(known, run.generator, own_name, changes), encoding="utf-8")
        return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def check(checkpoint: bytes) -> None:
    """Make sure that a run can go on from a checkpoint that came from anywhere.

    Raises:
        SpecError: it is damaged, or not what its own settings say.
    """
    known = kept(checkpoint)
    try:
        PictureRun(known.spec, stand_in(known), "cpu").load(checkpoint)
        whole = all(tensor.isfinite().all() for tensor in load(checkpoint).values())
    except SpecError:
        raise
    except Exception as error:  # whatever tensors of the wrong name, shape or type lead torch to
        raise SpecError(f"The checkpoint is damaged ({type(error).__name__}); download it again.") from None
    if not whole:
        raise SpecError("The checkpoint holds numbers that are not finite: its run had blown up; take an earlier one.")


def stand_in(known: Kept) -> PictureSet:
    """Pictures of the right shape and classes: what a run was trained on is not needed to write it down."""
    pictures = noise(known.spec, len(known.classes))
    return PictureSet("noise", pictures.pictures, pictures.labels, known.classes)


def card(known: Kept, generator: PictureGenerator, own_name: str = "", changes: Sequence[Change] = ()) -> str:
    """The model card: data, recipe, time, use, limits."""
    spec = known.spec
    source = own_name or spec.data.source
    origin = next(
        (preset.origin for preset in picture_presets().values() if preset.spec.data.source == spec.data.source), ""
    )
    data = "Pictures of the one who trained it." if spec.data.source.startswith(OWN) else origin
    settings = "\n".join(f"- `{key}`: {value}" for key, value in _told(spec, source).items())
    asked = "z, torch.arange(8)" if generator.classes else "z"
    made_of = f"{generator.latent_size} standard normal numbers" + (" and a class" if generator.classes else "")
    minutes = max(1, round(known.seconds / 60))
    told = "".join(f"\n- from step {each.step:,}: `{key}`: {value}"
                   for each in changes for key, value in each.settings.items())  # fmt: skip
    on_the_way = f"\nChanged on the way:\n{told}\n" if told else ""
    labels = f"\nClasses, in their order: {', '.join(known.classes)}.\n" if generator.classes else ""
    return f"""---
library_name: gan-classroom
tags:
- gan
---

# A generator of {source}

![samples](samples.png)

Trained in GAN Classroom. {generator.parameter_count:,} parameters make a picture of {generator.size} px of
{made_of}. `discriminator.safetensors` is the discriminator that
taught it. The samples were not chosen.
{labels}
**Use**, in the project's folder, with this folder beside it:

```python
import torch
from pathlib import Path
from gan_core.networks.families import load_network

generator = load_network(Path("this-folder"))
z = torch.randn(8, {generator.latent_size})
pictures = generator({asked})  # (8, {generator.channels}, {generator.size}, {generator.size}), from -1 to 1
```

**Data.** {source}. {data}

**Recipe.** {known.step:,} steps in {minutes:,} min on {known.on}. Settings that differ from the defaults, at the end:

{settings}
{on_the_way}
**Limits.** It knows its training pictures' world and no other. What was measured while it trained is not on this card.
"""


def _told(spec: PictureSpec, source: str) -> dict[str, object]:
    return {"data.source": source} | {key: value for key, value in spec.changes().items() if key != "data.source"}
