"""How made-up runs come in, message by message: what the apps of the player, the sheets and the easel share.

`state` is what a session remembers of its feed.
"""

import time


def grown(state: dict, rate: float, frames: int) -> tuple[int, int, str]:
    """Of a live run that brings `rate` frames a second: the first frame to send, the end, the status."""
    whole = state.pop("whole", False)
    newest = min(frames, 1 + int(rate * (time.monotonic() - state.setdefault("since", time.monotonic()))))
    first = 0 if whole else max(0, state.get("sent", 0) - 1)  # one frame again: overlaps do no harm
    state["sent"] = newest
    return min(first, newest - 1), newest, "finished" if newest == frames else "running"


def resync(state: dict) -> None:
    """The browser asks for everything."""
    state["whole"] = True
    state["asked"] = state.get("asked", 0) + 1
