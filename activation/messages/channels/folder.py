"""Into a folder instead of away: for demonstrations."""

import re
from email.policy import SMTPUTF8
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

    def send(self, message: Letter | Sms) -> str:
        number = sha256(message.identity.encode()).hexdigest()[:8]
        to = re.sub(r"[^A-Za-z0-9]+", "-", message.to).strip("-")
        if isinstance(message, Letter):
            content = as_bytes(message, self.sender, SMTPUTF8)
            path = self.folder / f"{message.written_at:%Y-%m-%dT%H%M}-{to}-{number}.eml"
        else:
            content = f"{message.to}\n\n{message.text}\n".encode()
            path = self.folder / f"sms-{to}-{number}.txt"
        unfinished = path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(content)
            unfinished.replace(path)
        except OSError as error:
            raise Unreachable(NO_FOLDER, type(error).__name__) from error
        return ""
