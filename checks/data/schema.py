"""D04: columns that came, went or changed their type; values outside what a column may hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Impact, Measure, Schema, Severity
from checks.emptied import emptied_measures, find_emptied
from checks.feeds.shape import find_no_table, find_reshaped, shape_measures
from checks.judging import Judge
from checks.reshaping import Reshaped, find_change
from checks.values import find_replaced, find_strays, stray_measures, value_measures
from checks.wording import listed, plural

TABLES = ("impressions", "outcomes", "requests", "items", "features_offline", "calls", "members")
# What checks read under these names, beside the features and slices.
NEEDED = {
    "ts", "request_id", "member_id", "item_id", "position", "score", "model_version", "features_at",
    "index_version", "explored", "propensity", "chosen", "arm", "source", "rank", "title", "launch_date",
    "has_artwork", "excluded_reason", "sampling_weight", "latency_ms", "error", "fallback", "returned", "joined_at",
    "audience", "genre",
}  # fmt: skip
FEW = 3  # columns that are named; the rest are counted


class SchemaChange:
    """A table is no longer made as it was."""

    about = About(
        code="D04",
        title="Schema",
        notices="The newest rows of a table have lost or gained columns, or have one in another type; a numeric "
        "feature lies far outside the range it had; the values of a slice column were replaced by others; a column is "
        "still there and holds nothing any more. Columns are looked at by themselves, so that it is said which one is "
        "gone when the table can no longer be read.",
        misses="A column that keeps its name and type and means something else (see D06); changes in a part of the "
        "files of a window; what an announced schema change did to columns that no check uses.",
        needs=("impressions.ts",),
        severity="High when a column that checks or features use is gone or no longer a number; low for columns that "
        "are new or unused; values by the share of rows.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The columns of each table; values far out, and rows by slice; the shape of each feed."""
        if not schema.feeds:
            schema.column("impressions", "ts")
        tables = [_columns(table) for table in TABLES if table in schema.relations]
        values = [*emptied_measures(schema), *stray_measures(schema), *value_measures(schema)]
        return [*tables, *values, *shape_measures(schema.feeds)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a table, with emptied columns, feature out of range, slice column with other values, and feed."""
        used = NEEDED | set(schema.features) | set(schema.slices)
        changes = ((table, find_change(history.series(_name(table)), used)) for table in TABLES)
        announced = any(change.kind == "schema" for change in history.happenings())
        found = [
            self._tell(history, table, change)
            for table, change in changes
            if change is not None and (change.is_harmful or not announced)
        ]
        found += find_emptied(self.about, history, judge)
        found += find_strays(self.about, schema, history, judge) + find_replaced(self.about, schema, history)
        for feed in schema.feeds:
            found += find_no_table(self.about.code, history, feed) + find_reshaped(self.about.code, history, feed)
        return found

    def _tell(self, history: History, table: str, change: Reshaped) -> Finding:
        parts = [f"without {_list(change.gone)}"] if change.gone else []
        parts += [f"with {_list(change.new)} new"] if change.new else []
        parts += [f"with {name} as {now} instead of {was}" for name, (was, now) in list(change.retyped.items())[:FEW]]
        parts += (
            [f"with {plural(len(change.retyped) - FEW, 'other column')} of another type"]
            if len(change.retyped) > FEW
            else []
        )
        lost = [*change.missed, *change.unreadable]
        needed = f"; checks and features need {_list({name: change.named(name) for name in lost})}" if lost else ""
        return Finding(
            code=self.about.code,
            title=f"The {table} table has other columns",
            words=f"The newest rows of {table} came {' and '.join(parts)}{needed}.",
            subject=f"table:{table}",
            measure=_name(table),
            slice=EVERYONE,
            window=history.window,
            onset=history.windows[change.since].start,
            value=float(change.many),
            expected=float(change.usual),
            low=float(change.usual),
            high=float(change.usual),
            direction="up" if change.many >= change.usual else "down",
            n=change.many,
            surprise=10.0,
            severity=Severity.high if lost else Severity.medium if change.is_harmful else Severity.low,
            impact=Impact(share=1.0 if lost and table == "impressions" else 0.0),  # the rows cannot be counted now
            data={
                "gone": sorted(change.gone),
                "new": sorted(change.new),
                "retyped": {name: list(kinds) for name, kinds in change.retyped.items()},
            },
        )


def _list(names: Mapping[str, str]) -> str:
    """Columns by name, with what recsysops.toml calls them where that is another name."""
    told = [name if logical == name else f"{name} ({logical})" for name, logical in sorted(names.items())]
    return listed(told, FEW)


def _columns(table: str) -> Measure:
    return Measure(_name(table), f"the columns of {table}", "columns", func.count(), func.count())


def _name(table: str) -> str:
    return f"columns:{table}"
