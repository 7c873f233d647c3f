"""Whether what members choose was in the list, or high in it."""

from __future__ import annotations

from sqlalchemy import func

from .base import Measure, Schema
from .sql import share_if

RECALL = "quality.recall"


def recall_measures(schema: Schema) -> list[Measure]:
    """The share of outcomes that came from a list; [] where outcomes do not say where they came from."""
    choices = schema.relations.get("choices", {})
    slices = tuple(name for name in schema.slices if name in choices)
    if "source" in choices:
        listed = choices["source"] == "list"
    elif "request_id" in choices:
        listed = choices["request_id"].is_not(None)
    else:
        return []
    return [Measure(RECALL, "choices", "rate", share_if(listed), func.count(), slices)]
