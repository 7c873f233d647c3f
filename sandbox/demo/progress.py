"""What the person who started the demo sees while it prepares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, float | None], None]


@contextmanager
def watched(title: str) -> Iterator[Progress]:
    """A progress bar on stderr, so that stdout stays clean for JSON; calls with None only change the words."""
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda words, share: bar.update(task, description=words, completed=share)
