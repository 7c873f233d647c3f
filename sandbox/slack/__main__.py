"""`python -m sandbox.slack`: the workspace alone, for a bot that you start yourself."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path

from sandbox.slack.server import SandboxSlack


def main(arguments: list[str] | None = None) -> None:
    """Serves until interrupted and prints what the bot needs in its environment."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="where to listen on 127.0.0.1 (default 8765)")
    parser.add_argument("--manifest", type=Path, help="the app's manifest.yml; without one everything is allowed")
    parser.add_argument("--http", metavar="URL", help="reach the bot with signed HTTP requests instead of Socket Mode")
    parser.add_argument("--no-rate-limits", action="store_true", help="let the bot talk as fast as it likes")
    given = parser.parse_args(arguments)
    slack = SandboxSlack(given.manifest, rate_limits=not given.no_rate_limits, port=given.port)
    if given.http:
        slack.use_http(given.http)
    with slack.running():
        print(environment(slack), flush=True)
        _wait_for_the_end()


def environment(slack: SandboxSlack) -> str:
    """The lines to give the bot, and where the page is."""
    named = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
    }
    lines = [f"export {name}={value}" for name, value in named.items()]
    return "\n".join([f"# The workspace is at {slack.url} (stop it with Ctrl-C)", *lines])


def _wait_for_the_end() -> None:
    ended = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: ended.set())
    while not ended.wait(3600):
        pass


if __name__ == "__main__":
    main()
