"""The engine and the run store: one of each in the app's process, shared by all visitors."""

import gc
import socket
import sqlite3
from contextlib import suppress

import streamlit as st

from gan_core.engine import Engine
from gan_core.runs import RunStore
from gan_core.settings import Settings
from gan_core.specs import SpecError


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """What the environment configures. Raises SpecError for a value that cannot be used."""
    return Settings.from_environment()


@st.cache_resource(show_spinner=False)
def store() -> RunStore:
    """The runs of all visitors."""
    home = settings().home
    try:
        return RunStore(home, settings().store_megabytes * 1_000_000)
    except (OSError, sqlite3.Error) as error:
        raise SpecError(f"Data folder (GAN_CLASSROOM_HOME) is {str(home)!r}; it cannot be used ({error}).") from None


@st.cache_resource(show_spinner=False, on_release=lambda engine: engine.close())
def engine() -> Engine:
    """The engine. Returns at once; its workers start in the background (see `engine().state`)."""
    return Engine(settings(), store())


@st.cache_resource(show_spinner=False)
def light_collections() -> None:
    """Put everything that is imported by now out of the garbage collector's sight, once.

    Streamlit collects after every run of a script or fragment, and walks through all modules to find nothing: that was
    six sevenths of the server's time beside a live run. What sessions make later is collected as before.
    """
    gc.collect()
    gc.freeze()


@st.cache_resource(show_spinner=False)
def prompt_messages() -> None:
    """Have the server send every message at once. To be called before `light_collections`.

    Streamlit's listening socket names no protocol, whereupon asyncio leaves Nagle's algorithm on (as in uvicorn's issue
    3149): what follows another message waits until the browser has confirmed that one, 40 ms on Linux, in each run of a
    script or fragment. Connections inherit the option from the socket that listens; those that are open get it too.
    """
    for found in gc.get_objects():
        if type(found) is socket.socket and found.family in (socket.AF_INET, socket.AF_INET6):
            with suppress(OSError):  # it is closed, or no stream
                found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
