"""launches foretold: what was expected of each launch, and what came of it"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TEXT, MOMENT = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "launchprediction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", TEXT(), nullable=False),
        sa.Column("launches_at", MOMENT(), nullable=False),
        sa.Column("as_of", MOMENT(), nullable=False),
        sa.Column("made_at", MOMENT(), nullable=False),
        sa.Column("version", TEXT(), nullable=False),
        sa.Column("looked_back", sa.Boolean(), nullable=False),
        sa.Column("top", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("value", "low", "high", "usual")),
        sa.Column("launches", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("rank", "lost", "score")),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("kept_out", "missing", "facts")),
        sa.Column("voided_at", MOMENT(), nullable=True),
        sa.Column("void_reason", TEXT(), nullable=False),
        sa.Column("outcome", sa.Float(), nullable=True),
        sa.Column("scored_at", MOMENT(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_launchprediction")),
        sa.UniqueConstraint("item_id", "as_of", "version", name=op.f("uq_launchprediction_item_id")),
    )
    op.create_index(op.f("ix_launchprediction_item_id"), "launchprediction", ["item_id"])


def downgrade() -> None:
    op.drop_table("launchprediction")
