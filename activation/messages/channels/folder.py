"""Into a folder instead of away: for demonstrations."""

import re
from hashlib import sha256
from pathlib import Path

from activation.messages.channels.letter import Letter, Sms, Unreachable
from activation.messages.channels.mime import as_bytes
from models.texts import N_

NO_FOLDER = N_("The mail folder could not be written to")


class MailFolder:
    """Writes each letter as a file that a mail program can open, each SMS as a text file."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder = folder
        self.sender = sender
        self.begun: tuple[str, bytes] = ("", b"")

    def begin(self, message: Letter | Sms) -> None:
        number = sha256(message.identity.encode()).hexdigest()[:8]
        name = re.sub(r"[^A-Za-z0-9]+", "-", message.to).strip("-") + "-" + number
        if isinstance(message, Letter):
            at = f"{message.written_at:%Y-%m-%dT%H%M}"
            self.begun = (f"{at}-{name}.eml", as_bytes(message, self.sender))
        else:
            self.begun = (f"sms-{name}.txt", f"{message.to}\n\n{message.text}\n".encode())

    def finish(self, ahead: Letter | Sms | None = None) -> str:
        name, content = self.begun
        path = self.folder / name
        unfinished = path.with_name(f"{name}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(content)
            unfinished.replace(path)
        except OSError as error:
            raise Unreachable(NO_FOLDER, type(error).__name__) from error
        return ""

    def abandon(self) -> None:
        self.begun = ("", b"")
