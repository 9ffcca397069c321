"""What a test calls in the place of `activation`: hands the call to server.py and ends as the program ended.

Run with `python -I -S client.py SOCKET [argument ...]`, and with few imports: that it starts at once is what it is for.
"""

import os
import socket
import sys
from collections.abc import Mapping, Sequence

# How the server says which process it is, before it says how that ended.
PID = b"%10d"


def call(
    address: str, arguments: Sequence[str], folder: bytes, environ: Mapping[bytes, bytes]
) -> socket.socket:
    """Asks for a process with this one's input and output. Its number can be read, and when it has ended its code."""
    words = [os.fsencode(word) for word in arguments]
    entries = [name + b"=" + value for name, value in environ.items()]
    message = b"\0".join([b"%d" % len(words), folder, *words, *entries])
    server = socket.socket(socket.AF_UNIX)
    server.connect(address)
    socket.send_fds(server, [b"%d\0" % len(message)], [0, 1, 2])
    server.sendall(message)
    return server


def main() -> int:
    folder = os.getcwdb()  # noqa: PTH109 - pathlib would be a third of the start
    with call(sys.argv[1], sys.argv[2:], folder, os.environb) as server:
        server.recv(len(PID % 0), socket.MSG_WAITALL)
        return int(server.recv(16) or b"1")


if __name__ == "__main__":
    sys.exit(main())
