"""What every test shares: logs as the bot writes them, since pretty tracebacks take seconds each."""

from bot.logs import configure_logs

configure_logs()
