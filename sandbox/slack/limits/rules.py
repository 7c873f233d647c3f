"""How a limit is written down: small rules that look at one value and complain with a JSON pointer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Rule = Callable[[Any, str], Iterator[str]]


def complaint(said: str, pointer: str) -> str:
    """One line in the form Slack uses in `response_metadata.messages`."""
    return f"{said} [json-pointer:{pointer}]"


def string(most: int, least: int = 0) -> Rule:
    """A string of `least` to `most` characters."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield complaint("must be a string", at)
        elif len(value) > most:
            yield complaint(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            yield complaint(f"must be more than {least - 1} characters", at)

    return check


def choice(*allowed: str) -> Rule:
    """One of a few words."""

    def check(value: Any, at: str) -> Iterator[str]:
        if value not in allowed:
            yield complaint(f"value {value!r} is not one of {', '.join(allowed)}", at)

    return check


def boolean(value: Any, at: str) -> Iterator[str]:
    """True or false, really."""
    if not isinstance(value, bool):
        yield complaint("must be a boolean", at)


def number(least: float | None = None, most: float | None = None, *, whole: bool = True) -> Rule:
    """A number within bounds; `whole` refuses fractions."""
    low = float("-inf") if least is None else least
    high = float("inf") if most is None else most

    def check(value: Any, at: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int | float) or (whole and not isinstance(value, int)):
            yield complaint("must be a number", at)
        elif not low <= value <= high:
            yield complaint(f"must be between {low:g} and {high:g}", at)

    return check


def anything(value: Any, at: str) -> Iterator[str]:
    """No limit is documented."""
    yield from ()


def many(rule: Rule, most: int, least: int = 1) -> Rule:
    """A list of `least` to `most` items that each follow `rule`."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield complaint("must be an array", at)
            return
        if len(value) > most:
            yield complaint(f"no more than {most} items allowed", at)
        if len(value) < least:
            yield complaint(f"no less than {least} items allowed", at)
        for index, item in enumerate(value):
            yield from rule(item, f"{at}/{index}")

    return check


def record(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """An object with these keys and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield complaint("must be an object", at)
            return
        for key in required:
            if value.get(key) is None:
                yield complaint(f"missing required field: {key}", at)
        for key, item in value.items():
            if key not in known:
                yield complaint(f"invalid additional property: {key}", at)
            elif item is not None:
                yield from known[key](item, f"{at}/{key}")

    return check


def by_type(table: Mapping[str, Rule], *allowed: str) -> Rule:
    """An object whose `type` picks its rule from `table`, read when used; `allowed` narrows the choice."""

    def check(value: Any, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in (allowed or table):
            yield complaint(f"unsupported type: {kind}", f"{at}/type")
        else:
            yield from table[kind](value, at)

    return check


def also(rule: Rule, *more: Rule) -> Rule:
    """Several rules on one value."""

    def check(value: Any, at: str) -> Iterator[str]:
        for each in (rule, *more):
            yield from each(value, at)

    return check


def needs_one_of(*keys: str, only: bool = False) -> Rule:
    """At least one of the keys, or with `only` exactly one."""

    def check(value: Any, at: str) -> Iterator[str]:
        present = [k for k in keys if isinstance(value, dict) and value.get(k)]
        if not present:
            yield complaint(f"must have one of {', '.join(keys)}", at)
        elif only and len(present) > 1:
            yield complaint(f"must have only one of {', '.join(keys)}", at)

    return check
