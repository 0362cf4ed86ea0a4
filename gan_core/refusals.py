"""What the engine raises when it cannot do what it was asked. Each message is one sentence for the visitor."""

from __future__ import annotations


class EngineError(RuntimeError):
    """The engine cannot do what it was asked."""


class LimitReached(EngineError):
    """The visitor has as many runs training and waiting as one visitor may have."""


class NotKept(EngineError):
    """The disk does not take it."""


class NotResumable(EngineError):
    """The run is finished, or no longer kept."""


class NotChangeable(EngineError):
    """The run is no longer kept, or has no such setting that may change on the way."""


class EngineNotReady(EngineError):
    """No worker can answer yet, or any more."""


class CallFailed(EngineError):
    """A call raised, or its worker was lost."""


class CallTimedOut(CallFailed):
    """A call took longer than it was given."""
