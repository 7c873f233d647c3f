"""measurements in blocks: one row a measure and window instead of one a slice; what was measured is carried over"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

UTC = sqlmodel.sql.sqltypes.UTCDateTime
TEXT = sqlmodel.sql.sqltypes.AutoString
AT_ONCE = 200  # blocks written in one go

# Until now a kind could be told by the measure's name; a later roll-up adds up counts and averages the rest.
COUNTS = ("rows:", "item.exposure", "items.shown", "lists.served", "versions.served")
OLD = sa.table(
    "measurement",
    *(sa.column(name, kind) for name, kind in (("measure", sa.String), ("slice", sa.String), ("n", sa.Integer))),
    *(sa.column(name, UTC()) for name in ("window_start", "window_end")),
    sa.column("value", sa.Float),
    sa.column("counts", sa.JSON),
)


def upgrade() -> None:
    op.create_table(
        "slicename",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slicename")),
        sa.UniqueConstraint("key", name=op.f("uq_slicename_key")),
    )
    _create_blocks("measurements", "measure", "window_start", "window_end")
    _create_blocks("weeklymeasurements", "measure", "window_start")
    _carry_over(op.get_bind())
    op.drop_table("measurement")


def downgrade() -> None:
    raise NotImplementedError("blocks are not taken apart again: put back the copy of the database made before")


def _create_blocks(table: str, *key: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measure", TEXT(), nullable=False),
        sa.Column("window_start", UTC(), nullable=False),
        sa.Column("window_end", UTC(), nullable=False),
        sa.Column("kind", TEXT(), nullable=False),
        sa.Column("slices", sa.Integer(), nullable=False),
        sa.Column("everyone", sa.Boolean(), nullable=False),
        sa.Column("valued", sa.Boolean(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("bins", sa.Integer(), nullable=False),
        sa.Column("ids", sa.LargeBinary(), nullable=False),
        sa.Column("n", sa.LargeBinary(), nullable=False),
        sa.Column("values", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(*key, name=op.f(f"uq_{table}_measure")),
    )


def _carry_over(connection: sa.Connection) -> None:
    names = sa.table("slicename", sa.column("id", sa.Integer), sa.column("key", sa.String))
    known = sa.select(OLD.c.slice).distinct().order_by(OLD.c.slice)
    connection.execute(names.insert().from_select(["key"], known))
    numbers = {key: number for number, key in connection.execute(sa.select(names.c.id, names.c.key))}
    columns = ("measure", "window_start", "window_end", "kind", "slices", "everyone", "valued", "rows", "bins")
    blocks = sa.table(
        "measurements",
        *(sa.column(name, UTC() if name.startswith("window") else None) for name in columns),
        *(sa.column(name, sa.LargeBinary) for name in ("ids", "n", "values")),
    )
    waiting: list[dict[str, Any]] = []
    for block in _blocks(connection, numbers):
        waiting.append(block)
        if len(waiting) == AT_ONCE:
            connection.execute(blocks.insert(), waiting)
            waiting = []
    if waiting:
        connection.execute(blocks.insert(), waiting)


def _blocks(connection: sa.Connection, numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    rows = connection.execute(sa.select(OLD).order_by(OLD.c.measure, OLD.c.window_start, OLD.c.window_end, OLD.c.slice))
    for (measure, start, end), group in groupby(rows, lambda row: (row.measure, row.window_start, row.window_end)):
        cells = list(group)
        bins = max((len(cell.counts) for cell in cells if cell.counts), default=0)
        everyone = next((cell for cell in cells if cell.slice == ""), None)
        yield {
            "measure": measure,
            "window_start": start,
            "window_end": end,
            "kind": _kind(measure, bins),
            "slices": len(cells) - (everyone is not None),
            "everyone": everyone is not None,
            "valued": everyone is not None and (everyone.value is not None or bool(everyone.counts)),
            "rows": everyone.n if everyone is not None else 0,
            "bins": bins,
            "ids": _pack([numbers[cell.slice] for cell in cells]),
            "n": _pack([cell.n for cell in cells]),
            "values": _pack([_value(cell, bins) for cell in cells]),
        }


def _kind(measure: str, bins: int) -> str:
    if bins:
        return "histogram"
    if measure.startswith(COUNTS):
        return "count"
    return "age" if measure.startswith(("newest:", "features.age")) else "mean"


def _value(cell: Any, bins: int) -> Any:
    none = float("nan")
    if bins:
        return cell.counts if cell.counts and len(cell.counts) == bins else [none] * bins
    return none if cell.value is None else cell.value


def _pack(numbers: Any) -> bytes:
    """As bot.detection.packing reads it, in the type that holds everything."""
    return b"<f8".ljust(8) + np.asarray(numbers, dtype="<f8").tobytes()
