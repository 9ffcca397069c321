"""The guard of tests/conftest.py: nothing leaves this machine."""

import socket

import pytest


def test_reaching_outside_fails() -> None:
    with socket.socket() as outside, pytest.raises(AssertionError, match="reached for"):
        outside.connect(("192.0.2.1", 80))


def test_loopback_is_allowed() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
