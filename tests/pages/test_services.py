"""What the app's process sets right for all visitors."""

import socket

from pages.parts.services import prompt_messages


def test_messages_do_not_wait_for_each_other() -> None:
    def prompt(connection: socket.socket) -> bool:
        return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0

    with socket.create_server(("127.0.0.1", 0)) as listener:  # like Streamlit's, it names no protocol
        address = listener.getsockname()
        with socket.create_connection(address), listener.accept()[0] as open_before:
            assert not prompt(open_before)
            prompt_messages.clear()
            prompt_messages()
            assert prompt(open_before)
        with socket.create_connection(address), listener.accept()[0] as opened_later:
            assert prompt(opened_later)
