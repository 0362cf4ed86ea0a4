"""What can go wrong with the hub, each with its own sentence.

The client's own words are left out: they quote addresses, and what is in them.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from gan_core.data.hub_cache import Kind
from gan_core.data.pictures import DataError

WORDS = {  # what a kind of repository is called, and what its id may be mistaken for
    "dataset": {"what": "data set", "else": "a file or folder here"},
    "model": {"what": "model", "else": "a model that came with the app"},
}


class NoRevision(DataError):
    """The repository is there, and has no such commit, branch or tag."""


class Unreachable(DataError):
    """The hub does not answer; what is here already goes on working."""


def fault(
    name: str, kind: Kind, repository: str, revision: str = "", about: str = "", *, push: bool = False
) -> DataError:
    """The exception for a fault; `push` where we were sending and not fetching."""
    sentence = (PUSHING if push else {}).get(name) or FAULTS[name]
    what = {"offline": Unreachable, "silent": Unreachable, "status": Unreachable, "revision": NoRevision}
    host = urlsplit(os.environ.get("HF_ENDPOINT") or "https://huggingface.co").hostname
    filled = sentence.format(repository=repository, revision=revision, host=host, about=about, **WORDS[kind])
    return what.get(name, DataError)(filled)


def cancelled() -> DataError:
    return DataError("It was cancelled.")


FAULTS = {
    "offline": "{repository} cannot be fetched, because {host} cannot be reached; connect this machine to the internet"
    "{about}.",
    "silent": "{repository} cannot be fetched: {host} sent nothing for {about} s; try again later.",
    "repository": "{repository} is neither {else} nor a {what} on {host} that this machine may see; check the "
    "spelling, or set HF_TOKEN if it is private.",
    "gated": "{repository} is gated; accept its terms on its page on the hub, then set HF_TOKEN to a token of that "
    "account.",
    "token": "{host} refused our token for {repository} ({about}); set HF_TOKEN to one that may read it, or to none.",
    "revision": "{revision!r} is not a revision of {repository}; it must be a commit, branch or tag, or empty for the "
    "newest.",
    "file": "{repository} lists a file that it does not have; choose another revision than {revision}.",
    "length": "A file of {repository} arrived shorter than the hub lists it: the connection broke off; try again.",
    "status": "{host} could not serve {repository} (status {about}); try again later.",
    "disk": "{repository} cannot be stored ({about}); make room, or set HF_HOME to a folder that can be written to.",
    "odd": "{host} did not answer as a hub does ({about}); check HF_ENDPOINT and any proxy.",
    "ended": "The process that fetches from the hub ended by itself (status {about}); try again.",
    "header": "{about}",
    "tensors": "{repository} lacks {about}, so it is another network than expected; choose another revision.",
    "ranges": "{host} does not serve parts of files, and the whole file of {repository} would be too much; try again "
    "later, or from another network.",
}

REFUSED = (
    "{host} does not let this token write to {repository}; make a token with write access, of an account that the "
    "repository belongs to."
)
PUSHING = {
    "offline": "{repository} cannot be sent, because {host} cannot be reached; connect this machine to the internet.",
    "silent": "{repository} cannot be sent: {host} took nothing for {about} s; try again later.",
    "repository": REFUSED,
    "gated": REFUSED,
    "token": REFUSED,
    "length": "{repository} was not sent: the connection broke off; try again.",
    "status": "{host} could not take {repository} (status {about}); try again later.",
    "ended": "The process that sends to the hub ended by itself (status {about}); try again.",
}
