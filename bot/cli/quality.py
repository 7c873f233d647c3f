"""quality: the usual metrics of the ranking, in one table."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.shell import AsOf, Config, Json, teammate

if TYPE_CHECKING:
    from bot.recommender.ranking import RankingMetrics

MEANINGS = {
    "ndcg": ("NDCG", "how near the top what was chosen stands, 1 is best"),
    "recall": ("recall", "of what was chosen in a list, the share in the first places"),
    "hit_rate": ("hit rate", "of all lists, the share with a choice in the first places"),
    "mrr": ("MRR", "one over the place of the first choice, on average"),
    "coverage": ("coverage", "of the catalogue, the share that was shown at all"),
    "gini": ("Gini", "how unequally items are shown, 0 is equally"),
    "effective_items": ("effective items", "as many items, shown equally often, spread as much"),
}


def quality(
    depth: Annotated[int | None, typer.Option("--at", min=1, help="Look at the first so many places only.")] = None,
    days: Annotated[int, typer.Option(min=1, help="Of the last so many days.")] = 1,
    config: Config = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """How good the ranking is: NDCG, recall, hit rate, MRR, coverage, Gini and effective catalogue size."""
    from bot.detection.policy import Policy
    from bot.detection.windows import latest_window
    from checks.base import Window

    with teammate(config, as_of, as_json=as_json) as mate:
        end = latest_window(mate.clock.now(), Policy.from_settings(mate.settings)).end
        window = Window(end - timedelta(days=days), end)
        metrics = mate.recommender.warehouse.ranking(window, depth)
    if as_json:
        told = {"from": window.start.isoformat(), "to": window.end.isoformat(), "depth": depth, **asdict(metrics)}
        typer.echo(json.dumps(told, indent=2))
        return
    typer.echo(f"{window.start:%Y-%m-%d %H:%M} to {window.end:%Y-%m-%d %H:%M} UTC, {_counts(metrics, depth)}:")
    for name, (title, meaning) in MEANINGS.items():
        value = getattr(metrics, name)
        typer.echo(f"{title:16}{'not known' if value is None else f'{value:,.4g}':>10}   {meaning}")


def _counts(metrics: RankingMetrics, depth: int | None) -> str:
    places = f" (the first {depth} places)" if depth is not None else ""
    return (
        f"{metrics.lists:,} lists{places}, {metrics.lists_with_outcome:,} with a choice, {metrics.items:,} items shown"
    )
