"""Who goes next: fair turns between owners. No clocks, no threads, no disk; the engine keeps one of these."""

from __future__ import annotations

from collections import Counter
from itertools import count


class Turns:
    """A queue in which a visitor with many runs does not hold up a visitor with one.

    When there is room, the owner with the fewest runs training goes next; among equals the one who was served longest
    ago; of that owner's runs the one that came first.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, str] = {}  # run: owner, in the order of arrival
        self._training: dict[str, str] = {}  # run: owner
        self._served: dict[str, int] = {}  # owner: number of the last turn
        self._turn = count(1)

    def __len__(self) -> int:
        """How many runs wait."""
        return len(self._waiting)

    def join(self, run: str, owner: str) -> None:
        """To the end of the owner's own line."""
        self._waiting[run] = owner

    def leave(self, run: str) -> None:
        """Out of the line, or done with training."""
        self._waiting.pop(run, None)
        self._training.pop(run, None)

    def held_by(self, owner: str) -> int:
        """Runs of this owner that train or wait."""
        return [*self._waiting.values(), *self._training.values()].count(owner)

    def next(self) -> str | None:
        """The run whose turn it is; from now on it trains. None when nobody waits."""
        run = _first(self._waiting, Counter(self._training.values()), self._served)
        if run is not None:
            owner = self._training[run] = self._waiting.pop(run)
            self._served[owner] = next(self._turn)
        return run

    def place(self, run: str) -> int | None:
        """1 when this run goes next, as things stand; None when it does not wait."""
        if run not in self._waiting:
            return None
        waiting, served, training = dict(self._waiting), dict(self._served), Counter(self._training.values())
        turn = max(served.values(), default=0)
        for place in count(1):
            first = _first(waiting, training, served)
            if first == run:
                return place
            owner = waiting.pop(first)
            training[owner] += 1
            served[owner] = turn + place


def _first(waiting: dict[str, str], training: Counter[str], served: dict[str, int]) -> str | None:
    # min keeps the earliest of equals, and dicts keep the order of arrival.
    return min(waiting, key=lambda run: (training[waiting[run]], served.get(waiting[run], 0)), default=None)
