"""Who is visiting: a name for one browser, so that it finds its own runs after a reload. No cookie of our own.

Streamlit gives every browser a random token against forged requests and keeps it while the browser is open. The name is
a hash of that token: the store could not tell the token from it. Where that protection is off (inside a Space's iframe)
the name lasts as long as the session.
"""

import hashlib
import uuid

import streamlit as st


def visitor() -> str:
    """This browser's name: 16 hexadecimal digits."""
    if "visitor" not in st.session_state:
        token = _token(st.context.cookies.get("_streamlit_xsrf", "")) or uuid.uuid4().bytes
        st.session_state["visitor"] = hashlib.sha256(b"gan-classroom" + token).hexdigest()[:16]
    return st.session_state["visitor"]


def _token(cookie: str) -> bytes | None:
    """The token in a cookie “2|mask|masked token|time” (Tornado's second format). The mask is new with every answer."""
    try:
        _, mask, masked, _ = cookie.strip('"').split("|")
        key = bytes.fromhex(mask)
        return bytes(byte ^ key[i % len(key)] for i, byte in enumerate(bytes.fromhex(masked)))
    except (ValueError, ZeroDivisionError):
        return None
