"""An SMS provider on loopback that behaves as 46elks documents, keeps what it gets, and answers as told."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

# A status, a body, headers. None: hangs up without an answer.
Answer = tuple[int, str, dict[str, str]] | None


@dataclass
class SmsServer:
    """`answer`: what the next requests are told; called with each."""

    answer: Callable[["Request"], Answer]
    requests: list["Request"] = field(default_factory=list)
    url: str = ""


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: str

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body, keep_blank_values=True).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def created(request: Request) -> Answer:
    """46elks' own answer to an SMS that it takes."""
    form = request.form
    said = {
        "status": "created",
        "direction": "outgoing",
        "from": form.get("from", ""),
        "created": "2026-11-20T08:00:00.123456",
        "parts": 1,
        "to": form.get("to", ""),
        "cost": 3500,
        "message": form.get("message", ""),
        "id": "s70df59406a1b4643b96f3f91e0bfb7b0",
    }
    return 200, json.dumps(said), {"Content-Type": "application/json"}


@contextmanager
def sms_server(answer: Callable[[Request], Answer] = created) -> Iterator[SmsServer]:
    server = SmsServer(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            request = Request(self.path, dict(self.headers), body)
            server.requests.append(request)
            answer = server.answer(request)
            if answer is None:
                self.close_connection = True
                return
            status, text, headers = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_port}/a1/sms"
    try:
        yield server
    finally:
        http.shutdown()
        thread.join(10)
        http.server_close()
