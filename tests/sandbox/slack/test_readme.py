"""What is written about the sandbox is what is there."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from starlette.routing import Route

import sandbox.slack
from sandbox.slack.__main__ import environment, main
from sandbox.slack.faults import Faults
from sandbox.slack.server import SandboxSlack

WRITTEN = (Path(sandbox.slack.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_every_address_of_the_driver_is_documented_and_no_other() -> None:
    documented = re.findall(r"^\| `(/sandbox/\w+)` \|", WRITTEN, re.MULTILINE)
    served = [route.path for route in SandboxSlack()._driver.routes() if isinstance(route, Route)]
    assert sorted(documented) == sorted(served)


def test_every_fault_is_documented_and_no_other() -> None:
    table = WRITTEN.partition("## Trouble on request")[2].partition("##")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == {f.name for f in fields(Faults)}


def test_the_environment_it_prints_is_all_a_bot_needs(standing: SandboxSlack) -> None:
    said = environment(standing)
    assert f"export SLACK_API_URL={standing.api_url}" in said
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        assert f"export {name}=" in said


def test_it_says_how_it_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--manifest" in capsys.readouterr().out
