"""`recsysops localize`: a file in, causes as JSON out, one sentence when the file is none."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app

LEAVES = "region,code,actual,expected\n" + "".join(
    f"{region},{code:03},{40 if region == 'South' else 100 + code % 3},{100}\n"
    for region in ("North", "South", "East")
    for code in range(40)
)


def test_a_file_plain_or_packed_is_answered_with_the_place_and_its_score(tmp_path: Path) -> None:
    plain, packed = tmp_path / "leaves.csv", tmp_path / "leaves.csv.gz"
    plain.write_text(LEAVES)
    packed.write_bytes(gzip.compress(LEAVES.encode()))
    for path in (plain, packed):
        result = CliRunner().invoke(app, ["localize", str(path)])
        assert result.exit_code == 0
        [cause] = json.loads(result.stdout)["causes"]
        assert cause["where"] == {"region": "South"}
        assert cause["score"] > 0


def test_an_attribute_is_text_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "leaves.csv"
    lines = [line.replace(",40,", ",100,") for line in LEAVES.splitlines()]
    path.write_text("\n".join(line.replace(",100,100", ",9,100") if ",007," in line else line for line in lines))
    [cause] = json.loads(CliRunner().invoke(app, ["localize", str(path)]).stdout)["causes"]
    assert cause["where"]["code"] == "007"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (None, "There is no file"),
        (b"", "is empty: the first line names the columns"),
        (b"a,b\n1,2\n", "actual, expected are needed"),
        (b"a,actual,expected\nx,1,2\ny,1,2,3\n", "cannot be read as CSV"),
        (b"a,actual,expected\nx,many,2\n", "Row 1 has 'many' as actual"),
        (b"\xff\xfe\x00", "cannot be read as CSV"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(tmp_path: Path, written: bytes | None, said: str) -> None:
    path = tmp_path / "leaves.csv"
    if written is not None:
        path.write_bytes(written)
    result = CliRunner().invoke(app, ["localize", str(path)])
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
