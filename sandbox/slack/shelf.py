"""Uploaded files: a ticket first, then the bytes, then a place to be seen in."""

from __future__ import annotations

import mimetypes
import secrets
from dataclasses import dataclass, field
from urllib.parse import quote

from sandbox.slack.wire import Json, SlackError

_KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "text/plain": "Plain Text", "text/csv": "CSV"}


@dataclass
class File:
    """One file: announced by getUploadURLExternal, filled by the upload, shared by completeUploadExternal."""

    id: str
    name: str
    length: int
    user: str
    created: int
    title: str = ""
    alt_text: str = ""
    content: bytes | None = None
    complete: bool = False
    shares: dict[str, list[str]] = field(default_factory=dict)

    @property
    def mimetype(self) -> str:
        """Guessed from the name, as the upload itself does not say."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def shown(self, base: str) -> Json:
        """The file as a message or files.info carries it; `base` is the server's own address."""
        kind = self.mimetype
        url = f"{base}/files/{self.id}/{quote(self.name)}"
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": kind,
            "filetype": self.name.rpartition(".")[2].lower() or "binary",
            "pretty_type": _KINDS.get(kind, kind),
            "user": self.user,
            "created": self.created,
            "timestamp": self.created,
            "size": len(self.content or b""),
            "mode": "hosted",
            "is_external": False,
            "is_public": True,
            "file_access": "visible",
            "url_private": url,
            "url_private_download": url,
            "permalink": url,
            "channels": [c for c in self.shares if c.startswith("C")],
            "ims": [c for c in self.shares if c.startswith("D")],
            "shares": {"public": {c: [{"ts": ts} for ts in stamps] for c, stamps in self.shares.items()}},
            **({"alt_txt": self.alt_text} if self.alt_text else {}),
        }


class Shelf:
    """All files by id."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}

    def announce(self, name: str, length: int, user: str, created: int, alt_text: str = "") -> File:
        """A ticket for a file still to come."""
        file = File(f"F{secrets.token_hex(5).upper()}", name, length, user, created, alt_text=alt_text)
        self._files[file.id] = file
        return file

    def find(self, file_id: str) -> File:
        """The file; SlackError file_not_found."""
        if file_id not in self._files:
            raise SlackError("file_not_found")
        return self._files[file_id]

    def fill(self, file_id: str, content: bytes) -> File:
        """Stores the bytes; SlackError when they are not as long as announced."""
        file = self.find(file_id)
        if len(content) != file.length:
            raise SlackError("file_length_mismatch")
        file.content = content
        return file

    def usable(self, file_id: str) -> bool:
        """Whether an image block may show it: uploaded and completed."""
        file = self._files.get(file_id)
        return file is not None and file.complete
