"""The `recsysops` command: every verb, one line each."""

from __future__ import annotations

import typer

from bot.cli import acting, backtest, demo, drill, launches, localize, quality, reading, setup, trends

app = typer.Typer(
    name="recsysops",
    help="An on-call teammate for a recommender system: detect, predict, diagnose, resolve.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for verb in (
    demo.demo,
    drill.drill,
    setup.init,
    setup.doctor,
    reading.check,
    reading.status,
    reading.checks,
    reading.incidents,
    reading.known,
    reading.item,
    trends.trend,
    quality.quality,
    localize.localize,
    backtest.backtest,
    acting.diagnose,
    acting.hotfix,
):
    app.command()(verb)
app.add_typer(launches.launches, name="launches")
app.command()(launches.launch)
