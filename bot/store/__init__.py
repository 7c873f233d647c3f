"""What the bot remembers: SQLModel tables, sessions, migrations. SQLite by default, PostgreSQL by URL."""
