"""trend: how a number went, week by week, for as long as it has been measured."""

from __future__ import annotations

import json
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.shell import Config, Json, fail, memory


def trend(
    measure: Annotated[str, typer.Argument(help="A measure, such as quality.ndcg or rows:impressions.")],
    where: Annotated[str, typer.Option("--slice", help='A part of the traffic, such as "region=North".')] = "",
    config: Config = None,
    as_json: Json = False,
) -> None:
    """How a number went, week by week, up to two years back."""
    from bot.detection.trends import UnknownMeasure, read_trend
    from checks.base import Slice

    with memory(config, as_json=as_json) as (settings, store):
        try:
            summed, weeks = read_trend(store, measure, Slice.parse(where), settings.recommender.timezone)
        except UnknownMeasure as unknown:
            fail(str(unknown), as_json=as_json)
    zone = ZoneInfo(settings.recommender.timezone)
    if as_json:
        told = [{"start": each.start.isoformat(), "value": each.value, "n": each.n} for each in weeks]
        typer.echo(json.dumps({"measure": measure, "slice": where, "sums": summed, "weeks": told}, indent=2))
        return
    typer.echo(f"{measure} in {Slice.parse(where)}, {'the sum' if summed else 'the mean'} of each week:")
    for each in weeks:
        value = "no data" if each.value is None else f"{each.value:,.0f}" if summed else f"{each.value:.4g}"
        whole = f"  (of {each.windows} windows)" if 0 < each.windows < 7 else ""
        typer.echo(f"{each.start.astimezone(zone):%Y-%m-%d}  {value:>14}{whole}")
