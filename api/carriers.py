"""Carriers: where a checked reply leaves the house. For now a folder that another system empties."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import UTC
from pathlib import Path
from urllib.parse import quote

from replies.ports import NotDelivered
from replies.records import OutboxMessage

_LONGEST_NAME = 200  # bytes; file systems take 255


class FolderCarrier:
    """Fulfils `replies.ports.Carrier`: one JSON file a message, whole or not there at all.

    The file is named by the message's id, so that the same message twice is one file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, message: OutboxMessage) -> str:
        """Write the message's file and return its name.

        Raises NotDelivered when the file surely is not there; OSError when it may be.
        """
        name = _file_name(message.id)
        target = self.folder / name
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if target.exists():
                return name
            written = self._write_aside(message)
        except OSError as error:
            raise NotDelivered(f"{self.folder} cannot be written: {error.strerror or error}") from error
        try:
            written.replace(target)
        except OSError as error:
            written.unlink(missing_ok=True)
            raise NotDelivered(f"{target} cannot be written: {error.strerror or error}") from error
        _sync(self.folder)
        return name

    def _write_aside(self, message: OutboxMessage) -> Path:
        """Write a file beside the target; its name begins with a dot, so that nobody takes it for whole."""
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=self.folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(_document(message), file, ensure_ascii=False, indent=2)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Path(name)


def _document(message: OutboxMessage) -> dict[str, str]:
    return {
        "id": message.id,
        "contact_id": message.contact_id,
        "channel": message.channel,
        "recipient": message.recipient,
        "text": message.text,
        "text_sha256": message.check.text_sha256,
        "rulebook": message.check.rulebook_version,
        "actor": message.actor,
        "created_at": message.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }


def _file_name(message_id: str) -> str:
    name = quote(message_id, safe="-_", errors="surrogatepass").replace(".", "%2E")
    if not name or len(name) > _LONGEST_NAME:
        raise NotDelivered(f"an id of {len(message_id)} characters cannot name a file")
    return f"{name}.json"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
