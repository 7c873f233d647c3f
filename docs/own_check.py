"""X01: members who see hardly anything they have not seen before. An example of a check of your own."""

from sqlalchemy import case, func

from checks.base import About, Measure
from checks.evidence import Claim, judge_all, make_finding, narrow
from checks.wording import percent, where

OLD = "shown.old_items"


class OldItems:
    """Too much of what is shown is old."""

    about = About(
        code="X01",  # a letter and two digits that no other check has
        title="Old items",
        notices="The share of impressions of items older than a year has risen, for everyone or in one slice.",
        misses="Items without a release date.",
        needs=("impressions.item_age_days",),
    )

    def measures(self, schema):
        """What to measure: SQL aggregates, by slice. `column` says what to map where it is missing."""
        age = schema.column("impressions", "item_age_days")
        share = func.avg(case((age > 365, 1.0), else_=0.0))
        slices = tuple(name for name in schema.slices if name in schema.relations["impressions"])
        return [Measure(OLD, "impressions", "rate", share, func.count(age), slices)]

    def findings(self, schema, history, judge):
        """What is wrong: the judge knows history, season and budget; 0.1 is the rise in points that matters."""
        judged = judge_all(history.series(OLD), judge, "rate", ("up",), 0.1, relative=False)
        return [self._tell(history, one) for one in narrow(judged)]

    def _tell(self, history, one):
        place = where(one.series.slice)
        words = f"{percent(one.judgement.value)} of impressions{place} are of items older than a year, "
        words += f"usually {percent(one.judgement.expected)}."
        return make_finding(self.about, history, one, Claim("Old items are shown", words, "items", touched=one.gap))


check = OldItems()
