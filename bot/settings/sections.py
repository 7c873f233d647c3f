"""The sections of recsysops.toml, one class each, with what they mean and what they are when left out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt, field_validator, model_validator

TableName = Literal["impressions", "outcomes", "items", "requests", "features_offline", "calls", "members", "changes"]


def parse_duration(text: object) -> timedelta:
    """A length of time written as a whole number and d, h or m, such as "6h"; ValueError for anything else."""
    match = re.fullmatch(r"(\d+)\s*([dhm])", text) if isinstance(text, str) else None
    if isinstance(text, timedelta):
        return text
    if match is None:
        raise ValueError(f"must be a whole number and d, h or m, not {text!r}")
    return int(match[1]) * {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}[match[2]]


def _parse_window(text: object) -> timedelta:
    if text not in ("1d", "6h", "1h", "5m") and not isinstance(text, timedelta):
        raise ValueError(f'must be "1d", "6h", "1h" or "5m", not {text!r}')
    return parse_duration(text)


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
DetectionWindow = Annotated[timedelta, BeforeValidator(_parse_window)]
RubricTest = Annotated[str, Field(pattern=r"^(data|model|infrastructure|monitoring)-[1-7]$")]
Person = Annotated[str, Field(pattern=r"^([TE]\w+:[UW]\w+|cli:\S+)$")]  # in Slack, or in a shell


class Part(BaseModel):
    """A section of recsysops.toml: unknown keys are mistakes, values do not change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RecommenderPart(Part):
    """[recommender]: what is watched, in windows of what length."""

    name: str = "recommender"
    window: DetectionWindow = timedelta(days=1)
    timezone: str = "UTC"

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"is not a time zone: {name!r}") from error
        return name


class WarehousePart(Part):
    """[warehouse]: where the tables lie, and which of their columns are features and slices."""

    url: str = "duckdb://"
    root: str = "."
    features: tuple[str, ...] = ()
    slices: tuple[str, ...] = ()
    memory: str | None = None  # what DuckDB may hold: four fifths of the machine's when left out
    threads: PositiveInt | None = None  # of DuckDB: as many as there are processors when left out

    @field_validator("url")
    @classmethod
    def _duckdb(cls, url: str) -> str:
        if not url.startswith("duckdb://"):
            raise ValueError(f"must begin with duckdb:// (the warehouse read today is DuckDB), not {url!r}")
        return url

    @field_validator("memory")
    @classmethod
    def _size(cls, memory: str | None) -> str | None:
        if memory is not None and not re.fullmatch(r"\d+(\.\d+)?\s*[KMGT]i?B", memory):
            raise ValueError(f'must be a number and KB, MB, GB or TB, such as "2GB", not {memory!r}')
        return memory


class TablePart(Part):
    """[tables.NAME]: one logical table, and what its columns are really called."""

    path: str | None = None
    table: str | None = None
    lateness: Duration = timedelta(0)
    columns: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.path is None) == (self.table is None):
            raise ValueError("needs either path (Parquet files) or table (in a database)")
        return self


class FeedPart(Part):
    """[feeds.NAME]: a file that is delivered whole, again and again, such as a catalogue or a ranking."""

    path: str  # CSV, TSV or Parquet; one file that is replaced, or a pattern with one file a delivery
    key: tuple[str, ...] = ()
    period: str | None = None  # the column that says what time a row is about
    delivered: Literal["mtime", "name"] = "mtime"  # when it came: the file's time, or a time in its name
    every: Duration | None = None  # learned from the deliveries when left out
    lateness: Duration = timedelta(0)  # how long after its time a period may still change
    owner: str | None = None


class FolderPart(Part):
    """[overrides]: the folder that the serving side reads its instructions from."""

    kind: Literal["folder"] = "folder"
    path: str


class RegistryPart(FolderPart):
    """[registry]: the folder that models come from, and which model ranks."""

    model: str


class SlackPart(Part):
    """[slack]: where incidents are told."""

    channel: str | None = None
    fallback: str | None = None  # where it goes when that channel is archived or gone


class RolesPart(Part):
    """[roles]: who may approve and apply, as team_id:user_id."""

    approver: tuple[Person, ...] = ()
    operator: tuple[Person, ...] = ()


class MetricPart(Part):
    """[metrics.NAME]: a number of your own, watched like any other."""

    relation: str = "impressions"  # a table of the contract, or lists, labelled, choices, ...
    value: str  # SQL aggregate over its columns, in the contract's names
    n: str = "count(*)"
    kind: Literal["count", "rate", "share", "mean", "quantity", "age"] = "mean"
    title: str | None = None
    slices: tuple[str, ...] | None = None  # every slice column the relation has
    directions: tuple[Literal["up", "down"], ...] = Field(("up", "down"), min_length=1)
    floor: float | None = Field(None, gt=0)  # the smallest change that matters: a share, or points of a rate
    owner: str | None = None


class LaunchesPart(Part):
    """[launches]: what a title must have on its launch day, and how long before it that is told."""

    required: tuple[str, ...] | None = None  # columns of items that must be filled in; left out: what nine in ten have
    not_before: tuple[str, ...] = ()  # columns with a date from which on it may be shown
    not_after: tuple[str, ...] = ()  # columns with a date until which it may
    listed: dict[str, str] = {}  # column that names where it may be shown -> the slice column of those names
    only: dict[str, str] = {}  # column that must be filled in somewhere only -> where, such as "surface=hero"
    horizon: Duration = timedelta(days=28)
    warn: Duration = timedelta(days=10)
    top: Annotated[int, Field(ge=1)] = 20
    ready: Duration = timedelta(days=2)

    @field_validator("only")
    @classmethod
    def _placed(cls, only: dict[str, str]) -> dict[str, str]:
        for place in only.values():
            column, equals, value = place.partition("=")
            if not (column and equals and value):
                raise ValueError(f'must name a slice and its value, such as "surface=hero", not {place!r}')
        return only

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        if not self.ready <= self.warn <= self.horizon:
            raise ValueError("must have ready <= warn <= horizon: nobody can be warned of what is not looked at yet")
        return self


class LimitsPart(Part):
    """[limits]: lines that are not to be crossed; L04 says when they will be."""

    fallback: Annotated[float, Field(gt=0, lt=1)] | None = 0.05  # share of calls
    feature_age: Duration | None = None
    rows: Annotated[float, Field(gt=0)] | None = None  # impressions a window


class MLTestScorePart(Part):
    """[ml_test_score]: which tests of the rubric are done elsewhere, such as "data-2"."""

    manual: tuple[RubricTest, ...] = ()
    automated: tuple[RubricTest, ...] = ()


class BudgetPart(Part):
    """[budget]: how many false incidents are bearable, and how long to watch before speaking."""

    false_incidents_per_30_days: float = Field(1.0, gt=0)
    warm_up_windows: int = Field(14, ge=3)


class StorePart(Part):
    """[store]: how long measurements are kept, window by window and then week by week."""

    keep_days: int = Field(120, ge=90)  # more than any check looks back
    keep_weeks: int = Field(104, ge=26)


class CheckPart(Part):
    """[checks.CODE]: what is different for one check here."""

    owner: str | None = None


class ChecksPart(Part):
    """[checks]: which checks not to run, what is different for some, and files with checks of your own."""

    off: tuple[str, ...] = ()
    own: tuple[str, ...] = ()  # Python files, relative to recsysops.toml
    by_code: dict[str, CheckPart] = {}
