"""recsysops.toml of a sandbox world: the map by which the bot reads its tables."""

from __future__ import annotations

from collections.abc import Sequence

_SLACK = """
[slack]
channel = "#recsys-alerts"

[roles]
approver = ["T0RECSYS:U0MLLEAD"]
operator = ["T0RECSYS:U0ONCALL", "T0RECSYS:U0MLLEAD"]
"""

_SERVING = """
[registry]
kind = "folder"
path = "registry"
model = "ranker"

[overrides]
kind = "folder"
path = "overrides"
"""


def write_config(
    name: str, tables: Sequence[str], features: Sequence[str], slices: Sequence[str], *, window: str, serving: bool
) -> str:
    """The file's text. Logical and physical column names are the same, so no column is mapped by hand."""
    sections = "".join(f'\n[tables.{table}]\npath = "{table}/*.parquet"\n' for table in tables)
    return f"""# Written by the sandbox: world "{name}".
[recommender]
name = "{name}"
window = "{window}"
timezone = "UTC"

[warehouse]
url = "duckdb://"
root = "tables"
features = {_list(features)}
slices = {_list(slices)}
{sections}{_SERVING if serving else ""}{_SLACK}"""


def _list(names: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"
