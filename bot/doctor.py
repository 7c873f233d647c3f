"""`recsysops doctor`: every line of recsysops.toml proved, and every check that cannot run named with its reason."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.examined import Line as Line
from bot.recommender.contract import RecommenderFailed
from bot.recommender.examination import Examination, examine_tables
from bot.recommender.registry import FolderRegistry
from bot.settings import ConfigWrong, Settings, load
from checks.base import NotApplicable, Schema
from checks.catalogue import EVERY_WATCH
from checks.judging import Check

SlackProbe = Callable[[], list[Line]]


def examine(
    settings: Settings | Path, checks: Sequence[Check] = (), slack_probe: SlackProbe | None = None
) -> list[Line]:
    """What works and what does not: config, tables and columns, registry, overrides, roles, Slack, checks.

    Never raises for what it finds; nothing is changed. `slack_probe` asks Slack (None: it is not asked).
    """
    if isinstance(settings, Path):
        try:
            settings = load(settings)
        except ConfigWrong as wrong:
            return [Line("config", "problem", words, "correct it, and run doctor again") for words in wrong.problems]
    tables = examine_tables(settings)
    return [
        Line("config", "ok", f"{settings.source} can be read"),
        *tables.lines,
        *_examine_registry(settings, tables),
        *_examine_overrides(settings),
        *_examine_roles(settings),
        *_examine_slack(settings, slack_probe),
        *_examine_checks(settings, checks, tables.schema),
    ]


def _examine_registry(settings: Settings, tables: Examination) -> list[Line]:
    if settings.registry is None:
        words = "there is no [registry]: no model can be explained, replayed or rolled back"
        return [Line("registry", "not applicable", words, "add [registry] when there is a folder of models")]
    registry = FolderRegistry(settings.resolve(settings.registry.path), settings.registry.model)
    try:
        versions, champion = registry.versions(), registry.champion()
        features = registry.load(champion.version).features
    except RecommenderFailed as wrong:
        return [Line("registry", "problem", str(wrong), "the sentence says which file")]
    words = f"{len(versions)} versions of {registry.model}; the champion, {champion.version}, loads"
    return [Line("registry", "ok", words), _examine_features(features, tables)]


def _examine_features(features: Sequence[str], tables: Examination) -> Line:
    """Whether replay has what the champion reads: the feature values as served."""
    if tables.schema is None:
        return Line("registry.features", "unknown", "the tables could not be read, so the champion's features neither")
    have = tables.schema.relations["impressions"]
    missing = [name for name in features if name not in have]
    if missing:
        words = f"the champion reads {', '.join(missing)}, which impressions lacks"
        return Line("registry.features", "problem", words, "log the feature values as served, and map them")
    if not features:
        words = "version.json names no features, and the model does not know its own"
        return Line("registry.features", "problem", words, 'write "features": [...] into version.json')
    return Line("registry.features", "ok", f"impressions has all {len(features)} features the champion reads")


def _examine_overrides(settings: Settings) -> list[Line]:
    if settings.overrides is None:
        words = "there is no [overrides]: hotfixes can be shown but not applied"
        return [Line("overrides", "not applicable", words, "add [overrides] when serving can obey them")]
    folder = settings.resolve(settings.overrides.path)
    if not folder.is_dir():
        return [Line("overrides", "problem", f"there is no folder {folder}", "create it where the serving side reads")]
    if not os.access(folder, os.W_OK | os.X_OK):
        advice = "give the bot's user the right to write there"
        return [Line("overrides", "problem", f"{folder} cannot be written to", advice)]
    return [Line("overrides", "ok", f"{folder} can be written to")]


def _examine_roles(settings: Settings) -> list[Line]:
    lines = []
    for role, may in (("approver", "approve a hotfix"), ("operator", "ask for one or close an incident")):
        people = getattr(settings.roles, role)
        if people:
            lines.append(Line(f"roles.{role}", "ok", f"{len(people)} may {may}"))
        else:
            advice = f'write {role} = ["TEAM_ID:USER_ID"] under [roles]; /recsys whoami shows yours'
            lines.append(Line(f"roles.{role}", "problem", f"nobody may {may}", advice))
    return lines


def _examine_slack(settings: Settings, probe: SlackProbe | None) -> list[Line]:
    channel = settings.slack.channel
    told = Line("slack.channel", "ok", f"incidents are told in {channel}")
    if channel is None:
        advice = 'write channel = "#recsys-alerts" under [slack]'
        told = Line("slack.channel", "problem", "no channel is named: incidents are told nowhere", advice)
    if probe is None:
        return [told, Line("slack", "unknown", "Slack was not asked")]
    return [told, *probe()]


def _examine_checks(settings: Settings, checks: Sequence[Check], schema: Schema | None) -> list[Line]:
    codes = [check.about.code for check in checks] + [check.about.code for check in EVERY_WATCH]
    named = dict.fromkeys([*settings.checks.off, *settings.checks.by_code])
    strangers = [_tell_stranger(code, codes) for code in named if checks and code not in codes]
    return strangers + [_examine_check(settings, check, schema) for check in checks]


def _tell_stranger(code: str, codes: Sequence[str]) -> Line:
    nearest = difflib.get_close_matches(code, codes, n=1, cutoff=0.3)
    words = f"[checks] names {code}, which is no check" + (f"; did you mean {nearest[0]}?" if nearest else "")
    return Line("checks", "problem", words, f"the checks are {', '.join(codes)}")


def _examine_check(settings: Settings, check: Check, schema: Schema | None) -> Line:
    code, title = check.about.code, check.about.title
    if code in settings.checks.off:
        return Line(code, "not applicable", f"{title}: switched off", f"take {code} out of [checks] off to run it")
    if schema is None:
        return Line(code, "unknown", f"{title}: not all tables can be read yet", "correct the tables first")
    try:
        count = len(check.measures(schema))
    except NotApplicable as why:
        return Line(code, "not applicable", f"{title}: {why}", f"it needs {', '.join(check.about.needs)}")
    except Exception as wrong:  # one broken check must not hide what the others say
        return Line(
            code, "problem", f"{title}: {type(wrong).__name__}: {wrong}", "report it: this is a bug in the check"
        )
    return Line(code, "ok", f"{title}: {count} measure{'' if count == 1 else 's'}")
