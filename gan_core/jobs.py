"""A run that trains or waits, as the engine keeps it in mind: where it is, what it goes on from, what was changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gan_core.events import Change
from gan_core.runs import Kept, OwnPictures
from gan_core.specs import OWN, Spec

if TYPE_CHECKING:
    from distributed import Future

    from gan_core.worker import Order


@dataclass
class Job:
    """A run that trains or waits."""

    run: str
    owner: str
    spec: Spec  # as it was begun with
    seconds: float  # trained before this attempt
    checkpoint: Kept | None
    seconds_allowed: float
    changes: list[Change] = field(default_factory=list)  # in force
    wishes: list[dict[str, Any]] = field(default_factory=list)  # changes that are not in force yet
    attempt: int = 0
    worker: str | None = None  # its address, while the run is on one
    future: Future | None = None
    begun: bool = False  # the worker has said so, for this attempt
    seconds_of_attempt: float = 0.0
    stopping: bool = False
    last_step: int = -1
    fruitless: int = 0
    telling: list[Future] = field(default_factory=list)

    @property
    def begins(self) -> int:
        """The step that its next attempt goes on from."""
        return self.checkpoint.step if self.checkpoint else 0

    def order(self, own: dict[str, OwnPictures]) -> Order:
        """What a worker is told. The spec has the changes before the checkpoint in it; later ones come again.

        Args:
            own: a visitor's own pictures that the run needs, by id.
        """
        from gan_core.worker import Order

        before = [change.settings for change in self.changes if change.step < self.begins]
        return Order(
            self.run, self.attempt, with_changes(self.spec, before).json_text(),
            self.checkpoint.packed if self.checkpoint else None, self.seconds_allowed - self.seconds,
            tuple(change for change in self.changes if change.step >= self.begins),
            {id: tuple(each) for id, each in own.items()},
        )  # fmt: skip

    def changed(self, change: Change) -> None:
        """Note what is in force from a step on; of one step all changes count."""
        together = {each.step: each for each in self.changes}
        before = together[change.step].settings if change.step in together else {}
        together[change.step] = Change(change.step, before | change.settings)
        self.changes = [together[step] for step in sorted(together)]


def with_changes(spec: Spec, changes: list[dict[str, Any]]) -> Spec:
    """A spec with changes made to it, in their order. Raises SpecError where a value is wrong."""
    for settings in changes:
        spec = spec.changed(settings)
    return spec


def own_pictures(spec: Spec) -> list[str]:
    """The ids of a visitor's own pictures that a spec learns from or paints."""
    sources = {"pictures": lambda: [spec.data.source], "style": lambda: spec.sources}.get(spec.kind, list)()
    return [source.removeprefix(OWN) for source in sources if source.startswith(OWN)]
