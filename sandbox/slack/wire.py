"""The words of the wire: what a JSON object is here, and the two ways in which Slack says no."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """A refusal that travels as HTTP 200 with `ok: false`; `detail` is merged into the answer."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail

    def answer(self) -> Json:
        """The body Slack would send."""
        return {"ok": False, "error": self.code, **self.detail}


class RateLimited(Exception):
    """Too much, too fast: HTTP 429 with Retry-After, the one refusal that is not HTTP 200."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after
