"""Errands: longer work on a worker that is no run, such as a download. It tells how far it is, and can be cancelled.

errand = engine.errand("gan_core.hub:resolve", "cats-64")
while not errand.done:
    show(errand.progress)
model = errand.result()
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gan_core.refusals import CallFailed

if TYPE_CHECKING:
    from distributed import Future

CANCELLED = "Cancelled."


class Errand:
    """One errand, on its way or done. Any thread may ask."""

    def __init__(self) -> None:
        self.id = f"errand-{secrets.token_hex(8)}"
        self.progress = (0, 0)  # how much is done and of how much; 0 of 0 while nobody knows
        self._over = threading.Event()
        self._answer: Any = None
        self._failure = ""
        self._withdraw: Callable[[], None] = lambda: None

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self._over.is_set()

    def result(self) -> Any:
        """What the function returned; of one that is done.

        Raises:
            CallFailed: it failed or was cancelled; the sentence says why.
        """
        if self._failure:
            raise CallFailed(self._failure)
        return self._answer

    def cancel(self) -> None:
        """Give it up. One that is done is left as it is."""
        if not self.done:
            self._withdraw()
            self._end(failure=CANCELLED)

    def follow(self, future: Future, withdraw: Callable[[], None]) -> None:
        """Take the answer from a task of Dask's, which `withdraw` takes back."""
        self._withdraw = withdraw
        future.add_done_callback(self._take)

    def _take(self, future: Future) -> None:
        try:
            well, answer = future.result()
        except Exception as error:  # the worker or the cluster was lost, or lacks the code
            self._end(failure=f"A worker could not answer ({type(error).__name__}). Try again.")
        else:
            self._end(answer) if well else self._end(failure=answer)

    def _end(self, answer: Any = None, failure: str = "") -> None:
        if not self.done:  # the first word counts: a cancelled errand stays cancelled
            self._answer, self._failure = answer, failure
            self._withdraw = lambda: None  # lets go of the task, and the cluster of its answer
            self._over.set()
