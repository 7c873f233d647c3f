"""How Alembic reaches the store; `Store.migrate` hands over its engine."""

from alembic import context
from sqlmodel import SQLModel, create_engine

from bot.store import tables  # noqa: F401  (registers the tables)

config = context.config


def run() -> None:
    engine = config.attributes.get("engine") or create_engine(config.get_main_option("sqlalchemy.url", ""))
    with engine.begin() as connection:
        context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()


run()
