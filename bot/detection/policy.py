"""How detection is run on this installation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from checks.base import About, Finding
from checks.rhythm import DAY, HOURS_NEED, windows_in

if TYPE_CHECKING:
    from bot.settings import Settings


@dataclass(frozen=True)
class Policy:
    """What the operator decided about checks; see [recommender], [budget] and [checks] in recsysops.toml."""

    window: timedelta = timedelta(days=1)
    timezone: str = "UTC"
    warm_up_windows: int = 14
    false_incidents_per_30_days: float = 1.0
    off: tuple[str, ...] = ()  # codes of checks not to run
    lateness: timedelta = timedelta(0)  # how long after a window's end its rows may still arrive
    owners: Mapping[str, str] = field(default_factory=dict)  # by code, where it is not the check's own

    @property
    def windows_to_learn(self) -> int:
        """How many windows of history a judgement needs: the warm-up, and days enough to know the hours of a day."""
        return windows_in(HOURS_NEED, self.window, self.warm_up_windows) if self.window < DAY else self.warm_up_windows

    def own(self, about: About, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings of a check, each with whom it concerns: whoever recsysops.toml names, else the check's own."""
        owner = self.owners.get(about.code, about.owner)
        return tuple(replace(found, data={"owner": owner, **found.data}) for found in findings)

    @classmethod
    def from_settings(cls, settings: Settings) -> Policy:
        """The policy that recsysops.toml describes; the latest table decides how long a window is waited for."""
        owners = {code: part.owner for code, part in settings.checks.by_code.items() if part.owner}
        return cls(
            window=settings.recommender.window,
            timezone=settings.recommender.timezone,
            warm_up_windows=settings.budget.warm_up_windows,
            false_incidents_per_30_days=settings.budget.false_incidents_per_30_days,
            off=settings.checks.off,
            lateness=max((table.lateness for table in settings.tables.values()), default=timedelta(0)),
            owners=owners,
        )
