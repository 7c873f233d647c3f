"""what waits is found at once: indexes for the polls of outbox and inbox, which must not grow with what is sent"""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("outboxmessage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outboxmessage_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_outboxmessage_target_key"), ["target_key"], unique=False)
    with op.batch_alter_table("inboxmessage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inboxmessage_state"), ["state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("inboxmessage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inboxmessage_state"))
    with op.batch_alter_table("outboxmessage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outboxmessage_target_key"))
        batch_op.drop_index(batch_op.f("ix_outboxmessage_state"))
