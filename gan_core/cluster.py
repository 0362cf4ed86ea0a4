"""Workers of our own: a Dask scheduler and its workers in processes beside the app, gone when the app is gone.

    python -m gan_core.cluster --workers 2

is that process. It prints one line of JSON with the scheduler's address, and ends when its standard input does: the
app holds the other end, and the system closes it however the app ends. The workers watch this process likewise.
This works alike on Linux, macOS and Windows, and under Streamlit, whose script a `multiprocessing` spawn would import.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

# Two threads on small nets are slower than one, and OpenMP's spinning starves the neighbours; read when torch loads.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "GOMP_SPINCOUNT": "0",
}
CONFIGURATION = {
    "distributed.scheduler.allowed-failures": 0,  # the engine itself starts a lost run again, from its checkpoint
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.work-stealing": False,
    "distributed.admin.low-level-log-length": 100,  # the scheduler would keep 100,000 messages of each kind
    "distributed.worker.profile.enabled": False,  # takes the interpreter from training a hundred times a second
    "distributed.worker.memory.target": False,  # nothing is kept on workers that could be spilled to disk,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,  # and a paused worker would only hang
    "distributed.diagnostics.nvml": False,
    # Dask has the allocator give freed memory back at once, and the next step asks for it again, page by page.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 256_000_000,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 256_000_000,
}


class ClusterFailed(RuntimeError):
    """The cluster's process ended before it had an address."""


class Cluster:
    """The process beside the app, held by the app. Starting returns at once."""

    def __init__(self, workers: int):
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        self._process = subprocess.Popen(
            # Ending at once leaves semaphores to Python's own tracker, which cleans up as it should but complains.
            [sys.executable, "-W", "ignore:resource_tracker", "-m", "gan_core.cluster", "--workers", str(workers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path},
            # Ctrl-C in the app's terminal is for the app alone, which then closes its end.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )

    def address(self) -> str:
        """The scheduler's address; waits for it.

        Raises:
            ClusterFailed: the process ended instead; its standard error says why.
        """
        line = self._process.stdout.readline()
        if not line:
            raise ClusterFailed("The workers' process ended before it had started.")
        return json.loads(line)["address"]

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """End the workers, by force if they do not within seconds."""
        self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()  # the workers see that it is gone, and go
            self._process.wait()
        self._process.stdout.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="A scheduler and workers, until standard input ends.")
    parser.add_argument("--workers", type=int, required=True)
    workers = parser.parse_args().workers
    # On Windows a process cannot start while its parent reads the standard input that both have: so read a copy.
    lifeline = os.dup(0)
    answer = os.dup(1)
    with open(os.devnull) as nothing:  # noqa: PTH123 - a descriptor is needed, not a path
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # what workers print goes to standard error, as nobody reads the pipe after the first line

    import dask
    from distributed import LocalCluster

    dask.config.set(CONFIGURATION)
    own_machine_only = {"host": "127.0.0.1", "dashboard_address": None}
    any_port = {"dashboard_address": "127.0.0.1:0"}  # of the health page, which cannot be switched off
    cluster = LocalCluster(n_workers=0, threads_per_worker=1, scheduler_kwargs=any_port, **own_machine_only)
    os.write(answer, json.dumps({"address": cluster.scheduler_address}).encode() + b"\n")
    cluster.scale(workers)  # the app connects meanwhile
    while os.read(lifeline, 1):
        pass
    # An orderly end waits for every worker's threads, and nothing that a worker has is worth it.
    for process in multiprocessing.active_children():
        process.kill()
    os._exit(0)


if __name__ == "__main__":
    main()
