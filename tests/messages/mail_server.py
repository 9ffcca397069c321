"""A real SMTP server on loopback that keeps what it gets and answers as told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class MailServer:
    """`answers` by address: what RCPT TO says. `on_data`: called with each letter, its result is the answer."""

    answers: dict[str, str] = field(default_factory=dict)
    letters: list[EmailMessage] = field(default_factory=list)
    on_data: Any = None
    port: int = 0

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        answer = "250 taken" if self.on_data is None else self.on_data(server, letter)
        if answer.startswith("250"):
            self.letters.append(letter)
        return str(answer)


@contextmanager
def mail_server(**values: Any) -> Iterator[MailServer]:
    server = MailServer(**values)
    # Port 0: any that is free; the controller would connect to 0 itself, so its own wait is told where.
    controller = _Controller(server, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        server.port = controller.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        yield server
    finally:
        controller.stop()


class _Controller(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]
