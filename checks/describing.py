"""What the checks say of themselves, as the page docs/checks.md: run `python -m checks.describing` to write it anew."""

from __future__ import annotations

from pathlib import Path

from checks.base import About
from checks.catalogue import EVERY_CHECK, EVERY_WATCH

PAGE = Path(__file__).parent.parent / "docs" / "checks.md"
OPENING = """# The checks

Each check has a code that never changes. It states what it measures (as SQL, in the words of `checks/sql.py`); the
runner measures each table and window once, stores the numbers, and lets every check judge them on the stored history.
A window is a day unless `recsysops.toml` says otherwise.

**When is a number abnormal?** When it is improbable *and* differs by enough to matter. The baseline knows the weekday,
the trend, the spread and the sample: a rate of 40 rows is not a rate of 40,000. How improbable it must be follows from
one budget: by default at most one false incident in 30 days, for all checks and slices together. A clear break is found
in its first window, a marginal one when it lasts (2 of 3 or 3 of 5 windows), and what comes slowly by the last week
against the oldest weeks; a finding says which. Counts may grow; gaps, ages and qualities may not. Windows found
abnormal are kept out of the baseline until the new level has lasted for two weeks. What somebody called not an issue is
expected at that size for a while, and a check that cries wolf is believed less.

**What a check can answer.** `quiet`, `finding`, `warming-up` (fewer than 14 windows of history: it cannot know yet),
`no-data` (nothing has arrived for this window), `not-applicable` (a table or column is not mapped: it says which) and
`failed` (it says why). Only `quiet` is green.

**Where?** When one slice carries it, that slice is named and not everyone; when all are alike, everyone.

What each of them says of a world that is really broken, with its picture: [gallery.md](gallery.md).
"""


def describe() -> str:
    """The whole page, in Markdown."""
    abouts = [check.about for check in EVERY_CHECK] + [check.about for check in EVERY_WATCH]
    return OPENING + "".join(map(_section, abouts))


def _section(about: About) -> str:
    needs = ", ".join(f"`{need}`" for need in about.needs) or "nothing but the bot's own records"
    return (
        f"\n## {about.code} {about.title}\n\n"
        f"**Notices.** {about.notices}\n\n**Misses.** {about.misses}\n\n"
        f"**Needs.** {needs}\n\n**Severity.** {about.severity}\n"
    )


if __name__ == "__main__":
    PAGE.write_text(describe(), encoding="utf-8")
