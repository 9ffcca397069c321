"""SMS over HTTP to a provider on loopback: what it is told, and what its answer means."""

import base64
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from activation.config import Settings, SettingsError, settings_from
from activation.messages.channels import sms as channel
from activation.messages.channels.letter import (
    NotSent,
    Refused,
    Sms,
    TryLater,
    Uncertain,
    Unreachable,
    is_configured,
    send,
)
from activation.messages.channels.opening import open_channel
from activation.messages.channels.sms import fits
from models.enums import Channel
from tests.messages.sms_server import Answer, Request, SmsServer, created, sms_server

RECEIPT = "https://kommun.example/hooks/sms/token"
TOP = Path(__file__).parents[2]


def sms(text: str = "Påminnelse om ditt möte i morgon 10:00", **values: Any) -> Sms:
    return Sms(**{"identity": "b k", "to": "+46701740605", "text": text, "language": "sv", **values})


def settings(server: SmsServer, provider: str = "46elks") -> Settings:
    return Settings(
        sms_provider=provider, sms_url=server.url, sms_user="u1", sms_password="p", sms_from="Kommunen"
    )


def sent(message: Sms, of: Settings) -> str:
    with open_channel(of, Channel.SMS) as opened:
        return send(opened, message)


def problem(answer: Answer, provider: str = "46elks") -> NotSent:
    with sms_server(lambda _request: answer) as server, pytest.raises(NotSent) as raised:
        sent(sms(), settings(server, provider))
    return raised.value


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(channel.time, "sleep", waits.append)
    return waits


def test_46elks_is_told_what_it_documents_and_its_id_is_kept() -> None:
    with sms_server() as server:
        assert sent(sms(receipt_url=RECEIPT), settings(server)) == "s70df59406a1b4643b96f3f91e0bfb7b0"
    (request,) = server.requests
    assert request.form == {
        "from": "Kommunen",
        "to": "+46701740605",
        "message": "Påminnelse om ditt möte i morgon 10:00",
        "whendelivered": RECEIPT,
    }
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.headers["Authorization"] == "Basic " + base64.b64encode(b"u1:p").decode()


def test_another_provider_is_told_in_json_and_need_not_answer_with_an_id() -> None:
    with sms_server(lambda _request: (202, "", {})) as server:
        assert sent(sms(receipt_url=RECEIPT), settings(server, "plain")) == ""
        server.answer = lambda _request: (200, '{"id": 17}', {})
        assert sent(sms(receipt_url=RECEIPT), settings(server, "plain")) == "17"
    first, again = (request.json for request in server.requests)
    assert first["from"] == "Kommunen"
    assert first["to"] == "+46701740605"
    assert first["text"] == "Påminnelse om ditt möte i morgon 10:00"
    assert first["receipt_url"] == RECEIPT
    assert first["reference"] == again["reference"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((400, "Missing key to", {}), Refused),
        ((401, "API access requires Basic HTTP authentication", {}), Unreachable),
        ((402, "", {}), Unreachable),
        ((403, "Not enough credits", {}), TryLater),
        ((404, "", {}), Refused),
        ((429, "", {}), Unreachable),
        ((500, "", {}), TryLater),
        ((503, "", {}), TryLater),
        ((502, "", {}), Uncertain),
        ((504, "", {}), Uncertain),
        ((301, "", {"Location": "http://127.0.0.1:1/"}), Unreachable),
        ((200, "<html>a page of something in between</html>", {}), Uncertain),
        ((200, "[]", {}), Uncertain),
        ((200, '{"id": "s1", "status": "failed"}', {}), Refused),
        (None, Uncertain),
    ],
)
def test_what_an_answer_means(answer: Answer, expected: type[NotSent]) -> None:
    found = problem(answer)
    assert type(found) is expected
    assert "+46" not in found.detail


def test_no_answer_at_all_leaves_it_uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "TIMEOUT", httpx.Timeout(0.2))
    over = threading.Event()

    def hang(_request: Request) -> Answer:
        over.wait(5)
        return None

    with sms_server(hang) as server:
        with pytest.raises(Uncertain):
            sent(sms(), settings(server))
        over.set()


def test_half_an_answer_leaves_it_uncertain() -> None:
    # A length that never comes.
    assert type(problem((200, "{}", {"Content-Length": "5000"}))) is Uncertain


def test_no_provider_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = SmsServer(created, url=f"http://127.0.0.1:{taken.getsockname()[1]}/")
        with pytest.raises(Unreachable):
            sent(sms(), settings(nobody))


def test_told_to_slow_down_it_waits_as_long_as_asked_and_tries_again(no_waiting: list[float]) -> None:
    answers: list[Answer] = [
        (429, "", {"Retry-After": "3"}),
        (429, "", {"Retry-After": "3600"}),
        (429, "", {}),
    ]
    with sms_server(lambda request: answers.pop(0) if answers else created(request)) as server:
        assert sent(sms(), settings(server))
    assert no_waiting == [3.0, 5.0, 4.0]


def test_one_connection_serves_a_batch() -> None:
    with sms_server() as server, open_channel(settings(server), Channel.SMS) as opened:
        for number in range(3):
            send(opened, sms(identity=f"b{number}"))
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("text", "whether"),
    [
        ("a" * 459, True),
        ("a" * 460, False),
        ("[" * 229, True),
        ("[" * 230, False),
        ("Å" * 459, True),
        ("ş" * 201, True),
        ("ş" * 202, False),
        ("😀" * 100, True),
        ("😀" * 101, False),
    ],
)
def test_a_text_of_more_than_three_sms_does_not_leave(text: str, whether: bool) -> None:
    assert fits(text) is whether
    with sms_server() as server:
        if whether:
            assert sent(sms(text), settings(server))
        else:
            with pytest.raises(Refused):
                sent(sms(text), settings(server))
    assert len(server.requests) == whether


def test_in_the_demonstration_an_sms_is_a_text_file(tmp_path: Path) -> None:
    of = Settings(mail_folder=str(tmp_path))
    assert is_configured(of, Channel.SMS)
    sent(sms(), of)
    (file,) = tmp_path.iterdir()
    assert file.suffix == ".txt"
    assert file.read_text() == "+46701740605\n\nPåminnelse om ditt möte i morgon 10:00\n"


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"SMS_PROVIDER": "pigeon"}, "SMS_PROVIDER"),
        ({"SMS_PROVIDER": "plain", "SMS_FROM": "Kommunen"}, "SMS_URL"),
        ({"SMS_PROVIDER": "46elks"}, "SMS_FROM"),
        ({"SMS_PROVIDER": "46elks", "SMS_FROM": "Kommunen i Dalen"}, "SMS_FROM"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(environ: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        settings_from(environ)


def test_the_web_does_not_carry_what_only_the_sender_needs() -> None:
    program = "import sys, activation.app; print(sorted({'httpx', 'aiosmtpd', 'fpdf'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=TOP, capture_output=True, text=True, check=True
    )
    assert "httpx" not in done.stdout
