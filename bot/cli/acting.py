"""diagnose and hotfix in a shell: the same verbs, the same rules about who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.shell import AsOf, Config, Json, fail, show, teammate, whoever

if TYPE_CHECKING:
    from bot.diagnosis.verdict import Diagnosis
    from bot.teammate import Teammate
    from bot.verbs import Ask

Words = Annotated[list[str] | None, typer.Argument(help="As in Slack: item 123 | model | incident 7.")]
HotfixWords = Annotated[
    list[str] | None, typer.Argument(help="As in Slack: rollback model [to VERSION], or undo 3; nothing lists them.")
]


def diagnose(words: Words = None, config: Config = None, as_of: AsOf = None, as_json: Json = False) -> None:
    """Why: inputs or model, where, which feature, what changed."""
    from bot.cards.diagnosis import diagnosis_said, to_json
    from bot.verbs import Ask, understand

    asked = understand(" ".join(["diagnose", *(words or [])]))
    if not isinstance(asked, Ask) or not asked.verb.name.startswith("diagnose"):
        fail("Say what to diagnose: `recsysops diagnose model`, `… item 123` or `… incident 7`.", as_json=as_json)
    if asked.verb.takes and not asked.argument:
        which = asked.verb.name.removeprefix("diagnose ")
        advice = "`recsysops incidents` lists them" if which == "incident" else "by its id, or a title"
        fail(f"Say which {which} to diagnose, as in `recsysops {asked.verb.example[1:]}`: {advice}.", as_json=as_json)
    with teammate(config, as_of, as_json=as_json) as mate:
        diagnosis = _diagnosis(mate, asked, as_json)
        show(to_json(diagnosis), diagnosis_said(diagnosis), as_json=as_json)


def hotfix(
    words: HotfixWords = None,
    config: Config = None,
    as_of: AsOf = None,
    as_json: Json = False,
    request: Annotated[bool, typer.Option("--request", help="Ask for approval, after the preview.")] = False,
    approve: Annotated[
        int | None, typer.Option("--approve", help="Approve somebody else's request, by number.")
    ] = None,
    undo: Annotated[int | None, typer.Option("--undo", help="Take a hotfix back, by number.")] = None,
    incident: Annotated[int | None, typer.Option("--incident", help="The incident it is for.")] = None,
) -> None:
    """Preview a hotfix; ask for it, approve it or take it back."""
    if words and words[0].lower() in ("undo", "approve"):
        number = hotfix_number(words, as_json)
        undo, approve = (number, approve) if words[0].lower() == "undo" else (undo, number)
    with teammate(config, as_of, as_json=as_json) as mate:
        if approve is not None or undo is not None:
            _decide(mate, approve, undo, as_json)
        elif words:
            _preview(mate, " ".join(words), incident, request, as_json)
        else:
            _menu(as_json)


def hotfix_number(words: list[str], as_json: bool) -> int:
    """3 of `undo 3` or `approve #3`; anything else is refused in a sentence."""
    number = words[1].lstrip("#") if len(words) == 2 else ""
    if not number.isdecimal():
        verb = words[0].lower()
        fail(f"Say which hotfix, by its number: `recsysops hotfix {verb} 3`.", as_json=as_json)
    return int(number)


def _diagnosis(mate: Teammate, asked: Ask, as_json: bool) -> Diagnosis:
    from bot import flow
    from bot.answers.diagnosing import incident_number
    from bot.diagnosis.diagnosing import diagnose_item, diagnose_model

    def progress(step: str) -> None:
        if not as_json:
            typer.secho(f"  {step}", dim=True, err=True)

    if asked.verb.name == "diagnose item":
        return diagnose_item(mate.recommender, asked.argument, mate.clock.now(), mate.window, progress)
    if asked.verb.name == "diagnose model":
        return diagnose_model(mate.recommender, mate.clock.now(), mate.window, progress)
    return flow.diagnose(mate, incident_number(asked.argument), progress)[1]


def _menu(as_json: bool) -> None:
    from bot.cards.hotfix import menu
    from bot.hotfixes.catalogue import EVERY_HOTFIX

    data = {"hotfixes": [{"name": kind.name, "title": kind.title} for kind in EVERY_HOTFIX]}
    show(data, menu(EVERY_HOTFIX), as_json=as_json)


def _decide(mate: Teammate, approve: int | None, undo: int | None, as_json: bool) -> None:
    from bot import flow
    from bot.cards.hotfix import state_said

    by = whoever()
    done = flow.undo(mate, undo, by, None) if undo is not None else flow.approve(mate, approve or 0, by, None)
    show(done.model_dump(mode="json"), state_said(done), as_json=as_json)


def _preview(mate: Teammate, words: str, incident: int | None, request: bool, as_json: bool) -> None:
    from bot import flow
    from bot.cards.hotfix import preview_said, preview_to_json
    from bot.hotfixes.catalogue import find

    kind, _ = find(words)
    shown = flow.preview(mate, words, lambda step: None)
    asked = flow.ask_for(mate, words, shown, whoever(), incident, mate.channel) if request else None
    data = {"preview": preview_to_json(shown), "hotfix": asked.id if asked else None}
    show(data, preview_said(shown, kind, words, incident), as_json=as_json)
