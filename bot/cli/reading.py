"""check, status, incidents, known, item: look, and change nothing in the recommender."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.shell import AsOf, Config, Json, fail, memory, show, teammate


def check(
    codes: Annotated[list[str] | None, typer.Argument(help="Check codes, such as D01; all when left out.")] = None,
    config: Config = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Judge the latest complete window, now or as of a time. Twice for one window changes nothing.

    The exit status is 0 whether something was found or not, 1 when a check failed, 2 when there was nothing to run.
    """
    from bot.cards.detection import detection_said, detection_to_json
    from bot.detection.runner import UnknownCheck

    with teammate(config, as_of, as_json=as_json) as mate:
        try:
            called = {check.about.code.upper(): check.about.code for check in mate.checks}
            wanted = [called.get(code.upper(), code) for code in codes or ()]
            detection = mate.detector.run(mate.clock.now(), wanted)
        except UnknownCheck as unknown:
            fail(str(unknown), as_json=as_json)
        show(detection_to_json(detection), detection_said(detection), as_json=as_json)
        if any(outcome.state == "failed" for outcome in detection.outcomes):
            raise typer.Exit(1)


def status(
    config: Config = None,
    as_json: Json = False,
    alive: Annotated[bool, typer.Option("--alive", help="Exit 1 unless the bot's loops came round lately.")] = False,
) -> None:
    """Is the recommender healthy, is the bot."""
    from dataclasses import replace
    from datetime import timedelta

    from bot.cards.reading import status_said
    from bot.clock import SystemClock
    from bot.detection.lineup import everything_watched
    from bot.detection.policy import Policy
    from bot.detection.spending import read_spending
    from bot.health import health_of

    now = SystemClock().now()
    with memory(config, as_json=as_json) as (settings, store):
        checks = everything_watched(settings)
        budget, window = settings.budget.false_incidents_per_30_days, settings.recommender.window
        seen = health_of(store, checks, now, budget, window)
        seen = replace(seen, spending=read_spending(store, Policy.from_settings(settings), now))
    show(seen.to_json(), status_said(seen), as_json=as_json)
    if alive and (seen.last_tick is None or now - seen.last_tick > timedelta(minutes=5)):
        raise typer.Exit(1)


def checks(config: Config = None, as_json: Json = False) -> None:
    """Every check with what it said last, and the ML Test Score of this installation."""
    from bot.cards.reading import checks_said, checks_to_json
    from bot.cards.score import score_of
    from bot.detection.lineup import everything_watched
    from bot.health import checks_of

    with memory(config, as_json=as_json) as (settings, store):
        states = checks_of(store, everything_watched(settings))
    scored = score_of(settings, states)
    show(checks_to_json(states, scored), checks_said(states, scored), as_json=as_json)


def incidents(
    config: Config = None,
    as_json: Json = False,
    everything: Annotated[bool, typer.Option("--all", help="Resolved ones and false alarms too.")] = False,
) -> None:
    """What is open, or with --all what ever was."""
    from bot.cards.reading import incidents_said
    from bot.incidents.keeping import all_incidents, open_incidents

    with memory(config, as_json=as_json) as (_, store), store.session() as session:
        found = all_incidents(session) if everything else open_incidents(session)
        data = {"incidents": [incident.model_dump(mode="json", exclude={"findings"}) for incident in found]}
        show(data, incidents_said(found, everything=everything), as_json=as_json)


def known(config: Config = None, as_json: Json = False) -> None:
    """The known-issue catalogue: what burned before and what put it out."""
    from bot.cards.resolution import known_said
    from bot.catalog.matching import known_issues

    with memory(config, as_json=as_json) as (_, store), store.session() as session:
        issues = known_issues(session)
        data = {"known_issues": [issue.model_dump(mode="json") for issue in issues]}
        show(data, known_said(issues), as_json=as_json)


def item(
    words: Annotated[str, typer.Argument(help="An item id, or a title.")],
    config: Config = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Is a title shown, why not, what to do."""
    from bot.cards.item import choices_said, item_said, item_to_json
    from bot.diagnosis.item_health import Choices, item_health
    from bot.incidents.keeping import about_item, open_incidents

    if not words.strip():
        fail("Say which item: `recsysops item 123`, or a title, or a part of one.", as_json=as_json)
    with teammate(config, as_of, as_json=as_json) as mate:
        answer = item_health(mate.recommender, words, mate.clock.now(), mate.window)
        if isinstance(answer, Choices):
            show(item_to_json(answer), choices_said(answer), as_json=as_json)
            return
        with mate.store.session() as session:
            about = about_item(open_incidents(session), str(answer.item["item_id"]))
        show(item_to_json(answer, about), item_said(answer, about), as_json=as_json)
