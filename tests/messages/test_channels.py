"""E-mail over a real SMTP server, and into a folder."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.config import Settings
from activation.messages.channels import smtp
from activation.messages.channels.letter import Letter, Refused, TryLater, Uncertain, Unreachable, send
from activation.messages.channels.mime import as_bytes
from activation.messages.channels.opening import open_channel
from activation.messages.html import html_of
from tests.messages.mail_server import mail_server

WRITTEN_AT = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def letter(to: str = "handledare@lager.example", **values: Any) -> Letter:
    return Letter(
        **{
            "identity": "attendance:1:2026-11-20",
            "to": to,
            "subject": "Närvaro att bekräfta",
            "text": "Hej!\n\n.ensam punkt\n\nhttps://kommun.example/e/abc?x=1&y=2\n",
            "language": "sv",
            "written_at": WRITTEN_AT,
            **values,
        }
    )


def smtp_settings(port: int, **values: Any) -> Settings:
    return Settings(
        **{
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_tls": "none",
            "mail_from": "aktivering@kommun.example",
            **values,
        }
    )


def test_a_letter_arrives_as_it_was_written() -> None:
    with mail_server() as server, open_channel(smtp_settings(server.port)) as mail:
        send(mail, letter())
        send(mail, letter("annan@lager.example", identity="other"))
    got, other = server.letters
    assert got["Subject"] == "Närvaro att bekräfta"
    assert got["To"] == "handledare@lager.example"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Date"].datetime == WRITTEN_AT
    assert got["Message-ID"].endswith("@kommun.example>")
    assert got["Message-ID"] != other["Message-ID"]
    plain, html = got.get_body(("plain",)), got.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == letter().text
    assert '<a href="https://kommun.example/e/abc?x=1&amp;y=2">' in html.get_content()


def test_the_message_id_is_the_same_each_time() -> None:
    with mail_server() as server, open_channel(smtp_settings(server.port)) as mail:
        send(mail, letter())
        send(mail, letter())
    assert len({got["Message-ID"] for got in server.letters}) == 1


@pytest.mark.parametrize(
    ("answer", "problem"),
    [("550 no such mailbox <handledare@lager.example>", Refused), ("451 greylisted", TryLater)],
)
def test_what_the_server_says_of_a_recipient_decides(answer: str, problem: type[Exception]) -> None:
    with mail_server(answers={"handledare@lager.example": answer}) as server:
        with open_channel(smtp_settings(server.port)) as mail:
            with pytest.raises(problem) as raised:
                send(mail, letter())
            # The connection serves the next letter of the batch.
            send(mail, letter("annan@lager.example"))
        assert len(server.letters) == 1
        assert "@" not in raised.value.detail  # type: ignore[attr-defined]


@pytest.mark.parametrize(("answer", "problem"), [("554 spam", Refused), ("452 disk full", TryLater)])
def test_what_the_server_says_of_the_content_decides(answer: str, problem: type[Exception]) -> None:
    with (
        mail_server(on_data=lambda _server, _letter: answer) as server,
        open_channel(smtp_settings(server.port)) as mail,
        pytest.raises(problem),
    ):
        send(mail, letter())


def test_no_server_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable), open_channel(smtp_settings(taken.getsockname()[1])):
            pytest.fail("it cannot open")


def test_a_server_without_encryption_is_not_given_a_password() -> None:
    with mail_server() as server:
        settings = smtp_settings(server.port, smtp_tls="starttls", smtp_user="u", smtp_password="p")
        with pytest.raises(Unreachable) as raised, open_channel(settings):
            pytest.fail("it cannot open")
    assert raised.value.reason == smtp.NO_SIGN_IN


APPOINTMENT = "BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nSUMMARY:Möte\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_appointment_comes_with_the_letter_as_mail_programs_want_it(method: str) -> None:
    text = APPOINTMENT.format(method=method)
    got = message_from_bytes(as_bytes(letter(calendar=text), "a@kommun.example"), policy=policy.default)
    (part,) = (part for part in got.walk() if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == method
    assert part.get_content().replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert got.get_content_type() == "multipart/alternative"


readable = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300)


@hypothesis.settings(deadline=None, max_examples=50)
@given(subject=readable, lines=st.lists(readable, min_size=1, max_size=8))
def test_whatever_is_written_reads_the_same(subject: str, lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    content = as_bytes(letter(subject=subject, text=text), "Kommunen Å <a@kommun.example>")
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    got = message_from_bytes(content, policy=policy.default)
    assert not got.defects
    assert got["Subject"].split() == subject.split()
    assert got["From"].addresses[0].display_name == "Kommunen Å"
    plain = got.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n").rstrip("\r\n") == text.rstrip("\n")


def conversation(*answers: tuple[bytes, bytes]) -> Any:
    """A server by rote that offers PIPELINING: what it answers to the first command that begins so."""

    @contextmanager
    def server() -> Iterator[tuple[int, list[bytes]]]:
        listener, heard = socket.create_server(("127.0.0.1", 0)), []
        left = list(answers)

        def talk() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with suppress(OSError), connection, connection.makefile("rb") as lines:
                    serve(connection, lines)

        def serve(connection: socket.socket, lines: Any) -> None:
            connection.sendall(b"220 hello\r\n")
            for line in lines:
                heard.append(line)
                answer = b"250 OK"
                if line.upper().startswith(b"EHLO"):
                    answer = b"250-here\r\n250 PIPELINING"
                elif line.upper().startswith(b"DATA"):
                    answer = b"354 go on"
                told = next((pair for pair in left if line.upper().startswith(pair[0])), None)
                if told is not None:
                    left.remove(told)
                    answer = told[1]
                if answer == b"":
                    return
                if answer == b"silence":
                    continue
                connection.sendall(answer + b"\r\n")
                if answer.startswith(b"354"):
                    content = iter(lines.readline, b".\r\n")
                    if all(part != b"" for part in content):
                        heard.append(b"LETTER")
                        connection.sendall(b"250 taken\r\n")

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1], heard
        finally:
            listener.close()

    return server()


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ([(b"RCPT", b"550 no such"), (b"DATA", b"503 no recipients")], Refused),
        ([(b"RCPT", b"550 no such")], Refused),  # and waits for a letter to nobody
        ([(b"RCPT", b"451 greylisted"), (b"DATA", b"503 no recipients")], TryLater),
        ([(b"MAIL", b"553 not you"), (b"RCPT", b"503"), (b"DATA", b"503")], TryLater),
        ([(b"DATA", b"451 not now")], TryLater),
        ([(b"MAIL", b"")], Unreachable),
        ([(b"MAIL", b"421 closing")], Unreachable),
        ([(b"RCPT", b"")], Unreachable),
    ],
)
def test_in_one_go_each_answer_means_the_same(
    answers: list[tuple[bytes, bytes]], problem: type[Exception]
) -> None:
    with conversation(*answers) as (port, heard), open_channel(smtp_settings(port)) as mail:
        with pytest.raises(problem) as raised:
            send(mail, letter())
        assert raised.type is problem
        assert b"LETTER" not in heard
        send(mail, letter("annan@lager.example"))
        assert heard.count(b"LETTER") == 1


def test_in_one_go_a_kept_connection_that_was_closed_is_opened_again() -> None:
    with conversation() as (port, heard), open_channel(smtp_settings(port)) as mail:
        send(mail, letter())
        assert isinstance(mail, smtp.SmtpMail)
        assert mail.smtp is not None
        assert mail.smtp.sock is not None
        mail.smtp.sock.shutdown(socket.SHUT_RDWR)
        send(mail, letter("annan@lager.example"))
        assert heard.count(b"LETTER") == 2


FIRST, SECOND = letter(), letter("annan@lager.example", identity="second")


@pytest.mark.parametrize(
    ("answers", "letters"),
    [
        ([], 2),
        ([(b"MAIL", b"250 yes"), (b"MAIL", b"421 so many and no more")], 2),
        ([(b"MAIL", b"250 yes"), (b"MAIL", b"")], 2),
        ([(b"RCPT TO:<ANNAN", b"silence")], 2),
        ([(b"RCPT TO:<ANNAN", b"550 no such")], 1),
        ([(b"RCPT TO:<ANNAN", b"550 no such"), (b"DATA", b"354 go on"), (b"DATA", b"503 to whom?")], 1),
    ],
)
def test_a_letter_announced_behind_another_arrives_as_if_it_came_alone(
    answers: list[tuple[bytes, bytes]], letters: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.5)
    with conversation(*answers) as (port, heard), open_channel(smtp_settings(port)) as mail:
        mail.begin(FIRST)
        mail.finish(SECOND)
        mail.begin(SECOND)
        if letters == 2:
            mail.finish()
        else:
            with pytest.raises(Refused):
                mail.finish()
        send(mail, letter("x@y.example", identity="third"))
        assert heard.count(b"LETTER") == letters + 1


def test_a_letter_that_was_announced_and_not_begun_does_not_leave() -> None:
    with conversation() as (port, heard):
        with open_channel(smtp_settings(port)) as mail:
            mail.begin(FIRST)
            mail.finish(SECOND)
        with open_channel(smtp_settings(port)) as mail:
            mail.begin(FIRST)
            mail.finish(SECOND)
            mail.begin(SECOND)
            mail.abandon()
        assert heard.count(b"LETTER") == 2
    assert not any(line.upper().startswith(b"QUIT") for line in heard)


class Breaking:
    """A socket that takes so many bytes, then breaks."""

    def __init__(self, real: socket.socket, takes: int) -> None:
        self.close = real.close
        self.takes = takes

    def send(self, data: memoryview) -> int:
        if not self.takes:
            raise BrokenPipeError
        taken = min(self.takes, len(data))
        self.takes -= taken
        return taken


@pytest.mark.parametrize(("short_of_the_end", "problem"), [(1, Unreachable), (0, Uncertain)])
def test_a_letter_counts_as_handed_over_as_soon_as_its_end_is_written(
    short_of_the_end: int, problem: type[Exception]
) -> None:
    with conversation() as (port, _heard), open_channel(smtp_settings(port)) as mail:
        assert isinstance(mail, smtp.SmtpMail)
        mail.begin(FIRST)
        connection = mail.smtp
        assert connection is not None
        replies = mail._answers()
        mail._answers = lambda: replies  # type: ignore[method-assign]
        sock = connection.sock
        assert sock is not None
        connection.sock = Breaking(sock, len(mail.content) - short_of_the_end)  # type: ignore[assignment]
        sock.shutdown(socket.SHUT_RDWR)
        with pytest.raises(problem) as raised:
            mail.finish(SECOND)
        assert raised.type is problem


def test_what_was_prepared_ahead_goes_to_its_own_recipient(tmp_path: Path) -> None:
    first, other, third = (
        letter(),
        letter("annan@lager.example", identity="2"),
        letter("x@y.example", identity="3"),
    )
    with mail_server() as server, open_channel(smtp_settings(server.port)) as mail:
        mail.begin(first)
        mail.finish(ahead=other)
        mail.begin(third)  # another came first
        mail.finish(ahead=letter("none at all"))
        mail.begin(other)
        mail.abandon()
        send(mail, other)
    assert [got["To"] for got in server.letters] == [first.to, third.to, other.to]


@contextmanager
def server_that(after_data: bytes) -> Iterator[int]:
    """Talks SMTP by rote; after the end of the data answers `after_data` and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 hello\r\n")
            for line in lines:
                if line.upper().startswith(b"DATA"):
                    connection.sendall(b"354 go on\r\n")
                    while lines.readline() != b".\r\n":
                        pass
                    connection.sendall(after_data)
                    return
                connection.sendall(b"250 OK\r\n")

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        thread.join(10)
        listener.close()


def test_a_connection_that_breaks_before_the_answer_leaves_it_uncertain() -> None:
    with (
        server_that(after_data=b"") as port,
        open_channel(smtp_settings(port)) as mail,
        pytest.raises(Uncertain),
    ):
        send(mail, letter())


def test_a_connection_that_the_server_closed_between_letters_is_opened_again() -> None:
    with mail_server() as server, open_channel(smtp_settings(server.port)) as mail:
        send(mail, letter())
        assert isinstance(mail, smtp.SmtpMail)
        assert mail.smtp is not None
        assert mail.smtp.sock is not None
        mail.smtp.sock.shutdown(socket.SHUT_RDWR)
        send(mail, letter("annan@lager.example"))
        assert len(server.letters) == 2


@pytest.mark.parametrize("address", ["", "a b@c", "no\nnewline@lager.example", "x@", "åäö@lager.example"])
def test_a_strange_address_is_refused_or_sent_and_never_breaks_the_batch(address: str) -> None:
    with mail_server() as server, open_channel(smtp_settings(server.port)) as mail:
        with suppress(Refused, TryLater):
            send(mail, letter(address))
        send(mail, letter())
    assert server.letters[-1]["To"] == "handledare@lager.example"


def test_in_the_folder_a_letter_is_one_file(tmp_path: Path) -> None:
    settings = Settings(mail_folder=str(tmp_path / "mail"))
    with open_channel(settings) as mail:
        send(mail, letter())
        send(mail, letter())
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name.startswith("2026-11-20T")
    got = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert got["Subject"] == "Närvaro att bekräfta"


def test_a_folder_that_cannot_be_written_to_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with open_channel(Settings(mail_folder=str(tmp_path / "file"))) as mail, pytest.raises(Unreachable):
        send(mail, letter())


def test_html_says_what_the_text_says_and_nothing_runs_in_it() -> None:
    html = html_of('<b>Hej</b>\nrad två\n\n- ett\n- två\n\nhttps://x.example/?a="1', "sv")
    assert "&lt;b&gt;Hej&lt;/b&gt;<br>" in html
    assert "<ul><li>ett</li><li>två</li></ul>" in html
    assert 'href="https://x.example/?a="' in html
    assert '<html lang="sv">' in html
