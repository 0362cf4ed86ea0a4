"""What the environment configures. Every variable begins with GAN_CLASSROOM_ and has a default."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import Field

from gan_core.specs import Spec, SpecError, described

PREFIX = "GAN_CLASSROOM_"


def default_home() -> Path:
    """The folder in which this system keeps the data of a person's programs."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "gan-classroom"


def default_workers() -> int:
    """One worker a core: at least two, so that two visitors train at once; at most four, each needs about 400 MB."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(max(cores, 2), 4)


class Settings(Spec):
    """How this app is set up on this machine."""

    home: Path = Field(
        default_factory=default_home, title="Data folder", description="Where runs are kept. Made when it is missing."
    )
    scheduler: str = described(
        "", "Scheduler", "Address of a Dask scheduler (tcp://host:8786) whose workers train. Empty: workers of our own."
    )
    workers: int = Field(
        default_factory=default_workers, ge=1, le=64, title="Workers",
        description="Worker processes to start; runs beyond this many wait. Not used with a scheduler's address.",
        json_schema_extra={"because": "each takes a core and about 400 MB of memory"},
    )  # fmt: skip
    runs_per_visitor: int = described(
        4, "Runs a visitor", "Runs that one visitor may have training and waiting.", ge=1, le=1000,
        because="one visitor needs at least one run to see anything",
    )  # fmt: skip
    run_seconds: float = described(
        3600, "Seconds a run", "Seconds that a run may train before it makes room for others; it can be resumed.", gt=0,
        because="a run needs time to take its first step",
    )  # fmt: skip
    store_megabytes: float = described(
        500, "Megabytes of runs", "Room for the runs kept (millions of bytes). Beyond it the oldest ended ones go.",
        ge=80, because="a single run of large pictures takes up to eighty",
    )  # fmt: skip

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """What the environment says; a variable that is missing or empty means the default.

        Raises:
            SpecError: a value cannot be used; the sentence names the variable.
        """
        given: dict[str, Any] = {}
        for name in cls.model_fields:
            if value := environment.get(PREFIX + name.upper(), "").strip():
                given[name] = value
        for name in given:
            try:
                cls.checked({name: given[name]})
            except SpecError as error:
                raise SpecError(f"{PREFIX}{name.upper()}: {error}") from None
        return cls.checked(given)
