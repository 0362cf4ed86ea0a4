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

from gan_core.data.pictures import DataError
from gan_core.refusals import CallFailed

if TYPE_CHECKING:
    from distributed import Future

CANCELLED = "Cancelled."


def aside(function: Callable[..., Any], *args: Any, **named: Any) -> Errand:
    """The same in a thread of this process: for what no other machine may see, such as a visitor's token.

    The function raises DataError for what a visitor should read.
    """
    errand, given_up = Errand(), threading.Event()

    def progress(done: int, of: int) -> None:
        errand.progress = done, of

    def work() -> None:
        try:
            errand.end(function(*args, progress=progress, stop=given_up.is_set, **named))
        except DataError as failure:
            errand.end(failure=str(failure))
        except Exception as error:  # its words may quote what nobody may read
            errand.end(failure=f"This could not be done ({type(error).__name__}). Try again.")

    errand.withdraw = given_up.set
    threading.Thread(target=work, name=errand.id, daemon=True).start()
    return errand


class Errand:
    """One errand, on its way or done. Any thread may ask."""

    def __init__(self) -> None:
        self.id = f"errand-{secrets.token_hex(8)}"
        self.progress = (0, 0)  # how much is done and of how much; 0 of 0 while nobody knows
        self._over = threading.Event()
        self._answer: Any = None
        self._failure = ""
        self.withdraw: Callable[[], None] = lambda: None

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
            withdraw = self.withdraw
            self.end(failure=CANCELLED)  # first: else the task's own word, that it was cancelled, may come before
            withdraw()

    def follow(self, future: Future, withdraw: Callable[[], None]) -> None:
        """Take the answer from a task of Dask's, which `withdraw` takes back."""
        self.withdraw = withdraw
        future.add_done_callback(self._take)

    def _take(self, future: Future) -> None:
        try:
            well, answer = future.result()
        except Exception as error:  # the worker or the cluster was lost, or lacks the code
            self.end(failure=f"A worker could not answer ({type(error).__name__}). Try again.")
        else:
            self.end(answer) if well else self.end(failure=answer)

    def end(self, answer: Any = None, failure: str = "") -> None:
        """It has an answer, or a sentence that says why not."""
        if not self.done:  # the first word counts: a cancelled errand stays cancelled
            self._answer, self._failure = answer, failure
            self.withdraw = lambda: None  # lets go of the task, and the cluster of its answer
            self._over.set()
