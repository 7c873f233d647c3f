"""What every test shares: logs as the bot writes them (pretty tracebacks take seconds each); and who tells what."""

import pytest

from bot.logs import configure_logs

configure_logs()


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share what their file sets up are told by one worker, in their order: some go on where one ended."""
    for item in items:
        if isinstance(item, pytest.Function) and _shares(item):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::")[0]))


def _shares(item: pytest.Function) -> bool:
    known = item._fixtureinfo.name2fixturedefs.values()
    return any(one.scope in ("module", "class") for definitions in known for one in definitions)
