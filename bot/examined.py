"""One line of what doctor found out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "problem", "not applicable", "unknown"]


@dataclass(frozen=True)
class Line:
    """What was looked at, how it is, and what to do where it is not well."""

    subject: str  # "impressions.score", "registry", "D03"
    state: State
    words: str
    what_to_do: str = ""
