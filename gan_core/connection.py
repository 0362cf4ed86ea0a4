"""The engine's link to its Dask cluster: made in the background, watched, and made again when it breaks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gan_core.cluster import Cluster
from gan_core.settings import Settings

if TYPE_CHECKING:  # importing Dask takes half a second: the thread does it, while the cluster's process starts
    from distributed import Client

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.25  # between two looks at whether the scheduler is still there
RETRY_SECONDS = 1.0  # between two attempts at reaching one
CONNECT_SECONDS = 5.0


class Connection:
    """A thread that keeps one Dask client connected and every worker set up.

    Args:
        topic: what the cluster says on it (see `worker.py`) is handed to `hear`, with the client that heard it.
        hear: called in Dask's thread, which must not be kept waiting.
        connected: given the client, before anything is heard.
        lost: given a sentence for the visitor when there is no cluster any more, or none yet to be reached.
    """

    def __init__(
        self, settings: Settings, topic: str, *, connected: Callable[[Client], None],
        hear: Callable[[Client, dict[str, Any]], None], lost: Callable[[str], None],
    ):  # fmt: skip
        self._settings = settings
        self._topic = topic
        self._connected, self._hear, self._lost = connected, hear, lost
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="engine", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Disconnect, and end the workers if they are our own."""
        self._closing.set()
        self._thread.join()

    def _keep(self) -> None:
        address = self._settings.scheduler
        while not self._closing.is_set():
            cluster = client = None
            try:
                cluster = None if address else Cluster(self._settings.workers)
                client = self._connect(cluster.address() if cluster else address)
                while client.status == "running" and (cluster is None or cluster.alive):
                    if self._closing.wait(LOOK_SECONDS):
                        break
                why = ""
            except Exception as error:  # nobody there, not an address, or others' workers that lack our code
                logger.warning("No connection to the workers", exc_info=True)
                why = f" ({type(error).__name__}: {error})".splitlines()[0][:200].removesuffix(")") + ")"
            if not self._closing.is_set():
                self._lost(
                    f"The scheduler at {address} cannot be used{why}; trying again."
                    if address
                    else f"The workers were lost{why}; new ones are starting."
                )
            if client:
                client.close(timeout=1)
            if cluster:
                cluster.close()
            self._closing.wait(RETRY_SECONDS)

    def _connect(self, address: str) -> Client:
        import dask
        from distributed import Client

        from gan_core.worker import WarmUp, WorkerLeft

        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})  # a checkpoint is sent with its run
        client = Client(address, asynchronous=False, set_as_default=False, timeout=CONNECT_SECONDS)
        try:
            self._connected(client)
            client.subscribe_topic(self._topic, lambda event: self._hear(client, event[1]))
            client.register_plugin(WorkerLeft(self._topic, client.id), name=self._topic)
            client.register_plugin(WarmUp(self._topic), name=self._topic)
        except BaseException:
            client.close(timeout=1)
            raise
        return client
