"""Did it help? Judged on whole windows after a hotfix, by the very findings it was meant to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from checks.base import Finding, Window

PATIENCE = 2  # whole windows: days where a window is a day, and a hotfix lasts for three


@dataclass(frozen=True)
class Verdict:
    """Whether a hotfix has mended what it was for, with the numbers before and after."""

    mended: bool
    words: str
    measure: str
    before: float
    expected: float
    after: float | None  # None: within the expected range, so that there is no finding to read it from
    windows: int  # how many whole windows were looked at

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def judge_verification(
    applied_at: datetime,
    windows_seen: Sequence[tuple[Window, Sequence[Finding]]],
    findings: Sequence[Finding],
    needed: int = 1,
    patience: int = PATIENCE,
) -> Verdict | None:
    """Mended when the newest `needed` whole windows after `applied_at` show none of the leading findings.

    `findings` are the incident's, the leading one first; every finding of its check and subject counts. Not mended when
    they are still there after `patience` whole windows, and at least one more than `needed`. None while it is too early
    to say. Windows without data must not be among `windows_seen`: nothing seen is not nothing wrong.
    """
    whole = sorted(
        ((window, found) for window, found in windows_seen if window.start >= applied_at), key=lambda seen: seen[0]
    )
    if not findings or len(whole) < needed:
        return None
    lead = findings[0]
    still = [[each for each in found if _same(each, lead)] for _, found in whole]
    if not any(still[-needed:]):
        return _verdict(True, lead, None, len(whole), "is as expected again")
    if len(whole) < max(patience, needed + 1):
        return None
    value = still[-1][0].value if still[-1] else None
    return _verdict(False, lead, value, len(whole), "is still out of its range")


def _same(finding: Finding, lead: Finding) -> bool:
    return finding.code == lead.code and finding.subject == lead.subject


def _verdict(mended: bool, lead: Finding, after: float | None, windows: int, words: str) -> Verdict:
    span = "1 whole window" if windows == 1 else f"{windows} whole windows"
    said = f"{lead.title}: {words} after {span} (was {lead.value:.3g}, expected about {lead.expected:.3g})."
    return Verdict(mended, said, lead.measure, lead.value, lead.expected, after, windows)
