"""What the relations that checks of the data are measured on look like, in an installation that maps everything."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, DateTime, Double, Integer, String
from sqlalchemy.types import TypeEngine

_TIME, _TEXT, _WHOLE = DateTime(), String(), Integer()
_KEYS: dict[str, TypeEngine[Any]] = {"ts": _TIME, "key": BigInteger()}
_ACTIVITY: dict[str, TypeEngine[Any]] = dict.fromkeys(("requests", "impressions", "outcomes", "place"), _WHOLE)

DATA_RELATIONS: dict[str, dict[str, TypeEngine[Any]]] = {
    "impressions_keys": _KEYS,
    "outcomes_keys": _KEYS,
    "requests_keys": _KEYS,
    "items_keys": _KEYS,
    "joins": {"ts": _TIME, "source": _TEXT, "joined": _WHOLE},
    "activity": {"ts": _TIME, "member_id": _TEXT, **_ACTIVITY, "usual": Double[float]()},
    "catalogued": {"ts": _TIME, "item_id": _TEXT, "region": _TEXT, "known": _WHOLE},
    "profiles": {"ts": _TIME, "member_id": _TEXT, "region": _TEXT, "region__before": _TEXT},
    "labels": {"ts": _TIME, "member_id": _TEXT, "region": _TEXT, "region__before": _TEXT},
}
