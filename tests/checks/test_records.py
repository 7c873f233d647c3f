import dataclasses
import json
import math
from datetime import UTC, datetime

import numpy as np
import pytest

from checks.base import Finding, Impact, Point, Severity, Slice, Window
from checks.records import finding_from_dict, finding_to_dict

START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def finding() -> Finding:
    return Finding(
        code="D03",
        title="genre_affinity is missing",
        words="31 % are missing, usually 2 %",
        subject="feature:genre_affinity",
        measure="feature.null_share:genre_affinity",
        slice=Slice((("region", "North"),)),
        window=Window(START, END),
        onset=START,
        value=0.31,
        expected=0.02,
        low=0.01,
        high=0.03,
        direction="up",
        n=1200,
        surprise=12.5,
        severity=Severity.high,
        impact=Impact(10, 1200, 0.3),
        points=(Point(START, 0.31, 0.02, None, 0.03),),
        data={"owner": "catalogue", "ranks": [1, 2]},
    )


def test_a_finding_survives_being_written_down(finding: Finding) -> None:
    assert finding_from_dict(json.loads(json.dumps(finding_to_dict(finding)))) == finding


def test_what_json_cannot_hold_becomes_null_rather_than_a_broken_record(finding: Finding) -> None:
    odd = dataclasses.replace(finding, expected=math.nan, data={"n": np.int64(3), "at": START, "x": np.inf})
    record = json.loads(json.dumps(finding_to_dict(odd), allow_nan=False))
    assert record["data"] == {"n": 3, "at": START.isoformat(), "x": None}
    assert math.isnan(finding_from_dict(record).expected)
