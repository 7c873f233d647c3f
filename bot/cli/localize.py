"""localize: in which combinations of attributes a change of numbers sits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.shell import fail

if TYPE_CHECKING:
    import pandas as pd


def localize(
    file: Annotated[Path, typer.Argument(help="CSV or CSV.gz: attribute columns, and what was and was expected.")],
) -> None:
    """Where a change sits: the attribute values that explain it, as JSON, the surest first.

    Beside the attributes the file has the columns actual and expected, or, for a ratio, actual_num, actual_den,
    expected_num and expected_den. Nothing wrong gives an empty list.
    """
    from bot.diagnosis.localising.leaves import NotLocalisable, read_leaves
    from bot.diagnosis.localising.search import localise

    try:
        causes = localise(read_leaves(_read(file)))
    except NotLocalisable as wrong:
        fail(f"{file}: {wrong}")
    told = [{"where": dict(cause.where), "score": round(cause.score, 3)} for cause in causes]
    typer.echo(json.dumps({"causes": told}, ensure_ascii=False))


def _read(file: Path) -> pd.DataFrame:
    """The file with its values as they are written: an attribute such as 007 is no number."""
    import pandas as pd

    try:
        return pd.read_csv(file, dtype=str)
    except FileNotFoundError:
        fail(f"There is no file {file}.")
    except pd.errors.EmptyDataError:
        fail(f"{file} is empty: the first line names the columns.")
    except (OSError, EOFError, UnicodeDecodeError, pd.errors.ParserError) as unreadable:
        fail(f"{file} cannot be read as CSV: {str(unreadable).strip().splitlines()[0]}.")
