"""A program, loaded once: forks for each call that client.py hands over.

Nine tenths of a short command are Python loading modules. The fork runs the program's own `main` with the caller's
arguments, environment, folder, input and output, and ends as a process of its own.

Run with `python -m tests.forked.server MODULE:MAIN SOCKET`; prints a line when it can be called, ends when its input
does.
"""

import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import NoReturn

from sqlalchemy.orm import configure_mappers

from activation import cli
from tests.forked.client import PID

Main = Callable[[list[str]], int]
STANDARD = (0, 1, 2)


def load(place: str) -> Main:
    """The program, all that its commands import, and what SQLAlchemy does once before its first query."""
    main: Main = cli.load(place)
    if main is cli.main:
        for command, _ in cli.COMMANDS.values():
            cli.load(command)
        cli.load(cli.FAILURES)
    configure_mappers()
    return main


def receive(caller: socket.socket) -> tuple[list[bytes], list[int]]:
    """A call's words (how many arguments, the folder, the arguments, the environment) and its three standard files."""
    head, files, _, _ = socket.recv_fds(caller, 16, len(STANDARD))
    length, _, call = head.partition(b"\0")
    while len(call) < int(length):
        call += caller.recv(65536)
    return call.split(b"\0"), files


def become(words: list[bytes], files: list[int]) -> list[str]:
    """Makes this process the one that was called; gives its arguments."""
    for file, standard in zip(files, STANDARD, strict=True):
        os.dup2(file, standard)
        os.close(file)
    arguments, environ = words[2 : 2 + int(words[0])], words[2 + int(words[0]) :]
    os.environb.clear()
    os.environb.update(dict(entry.split(b"=", 1) for entry in environ))
    os.chdir(words[1])
    return [os.fsdecode(word) for word in arguments]


def end_with(part: Callable[[], int]) -> NoReturn:
    """Ends at once when the program has: to take a whole interpreter down costs more than a command did."""
    code = 1
    try:
        code = part()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def attend(caller: socket.socket, main: Main) -> int:
    """Lets one call be done, and tells the caller how it ended. In a process of its own: others may call meanwhile."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    words, files = receive(caller)
    child = os.fork()
    if child == 0:
        caller.close()
        end_with(lambda: main(become(words, files)))
    for file in files:
        os.close(file)
    caller.sendall(PID % child)
    _, status = os.waitpid(child, 0)
    caller.sendall(b"%d" % os.waitstatus_to_exitcode(status))
    return 0


def serve(address: str, main: Main) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who attend
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("ready", flush=True)
        while sys.stdin not in (ready := select.select([listener, sys.stdin], [], [])[0]):
            assert ready
            caller, _ = listener.accept()
            with caller:
                if os.fork() == 0:
                    listener.close()
                    end_with(partial(attend, caller, main))


if __name__ == "__main__":
    serve(sys.argv[2], load(sys.argv[1]))
