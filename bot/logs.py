"""How the bot logs: one line an event, to stderr, so that stdout stays for answers; tracebacks without local values."""

from __future__ import annotations

import sys

import structlog


def configure_logs() -> None:
    """Plain tracebacks: pretty ones draw every local variable, which takes seconds and may show a secret."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
