"""recsysops.toml and the environment: what they mean, and every mistake told at once with an example of right."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.settings import ConfigWrong, Settings, load

WHOLE = """
[recommender]
name = "movielens"
window = "6h"
timezone = "Europe/Berlin"
[warehouse]
url = "duckdb://"
root = "tables"
features = ["genre_affinity"]
slices = ["region", "surface"]
[tables.impressions]
path = "impressions/*.parquet"
lateness = "2h"
[tables.impressions.columns]
ts = "event_time"
[tables.outcomes]
table = "logs.plays"
[registry]
kind = "folder"
path = "registry"
model = "ranker"
[overrides]
kind = "folder"
path = "overrides"
[slack]
channel = "#recsys-alerts"
[roles]
approver = ["T0:U1"]
operator = ["T0:U2", "T0:W3"]
[budget]
false_incidents_per_30_days = 0.5
warm_up_windows = 20
[checks]
off = ["M06"]
[checks.D01]
owner = "data platform"
"""
LEAST = '[tables.impressions]\npath = "impressions/*.parquet"\n'


def read(folder: Path, text: str, **environ: str) -> Settings:
    (folder / "recsysops.toml").write_text(text)
    return load(folder / "recsysops.toml", environ)


def problems(folder: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigWrong) as caught:
        read(folder, text, **environ)
    return caught.value.problems


def test_everything_that_may_be_written_is_understood(tmp_path: Path) -> None:
    settings = read(tmp_path, WHOLE)
    assert settings.recommender.window == timedelta(hours=6)
    assert settings.recommender.timezone == "Europe/Berlin"
    assert settings.warehouse.slices == ("region", "surface")
    assert settings.tables["impressions"].lateness == timedelta(hours=2)
    assert settings.tables["impressions"].columns == {"ts": "event_time"}
    assert settings.tables["outcomes"].table == "logs.plays"
    assert settings.registry is not None
    assert settings.registry.model == "ranker"
    assert settings.overrides is not None
    assert settings.slack.channel == "#recsys-alerts"
    assert settings.roles.operator == ("T0:U2", "T0:W3")
    assert settings.budget.warm_up_windows == 20
    assert settings.checks.off == ("M06",)
    assert settings.checks.by_code["D01"].owner == "data platform"


def test_only_impressions_must_be_there(tmp_path: Path) -> None:
    settings = read(tmp_path, LEAST)
    assert settings.recommender.window == timedelta(days=1)
    assert settings.tables["impressions"].lateness == timedelta(0)
    assert (settings.registry, settings.overrides, settings.slack.channel) == (None, None, None)
    assert settings.environment.slack_api_url == "https://slack.com/api/"
    assert settings.resolve("tables") == (tmp_path / "tables").resolve()


def test_the_file_is_found_by_argument_then_environment_then_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "recsysops.toml").write_text(LEAST)
    (tmp_path / "other.toml").write_text(LEAST + '[recommender]\nname = "other"\n')
    monkeypatch.chdir(tmp_path)
    assert load(environ={}).recommender.name == "recommender"
    assert load(environ={"RECSYSOPS_CONFIG": "other.toml"}).recommender.name == "other"
    assert load(tmp_path / "recsysops.toml", {"RECSYSOPS_CONFIG": "other.toml"}).recommender.name == "recommender"


def test_secrets_come_from_the_environment_and_are_not_shown(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        LEAST,
        SLACK_BOT_TOKEN="xoxb-secret",
        SLACK_APP_TOKEN="xapp-secret",
        SLACK_SIGNING_SECRET="secret",
        SLACK_API_URL="http://localhost:9000/api",
        RECSYSOPS_HTTP_PORT="3000",
    )
    assert settings.environment.bot_token is not None
    assert settings.environment.bot_token.get_secret_value() == "xoxb-secret"
    assert settings.environment.slack_api_url == "http://localhost:9000/api/"
    assert settings.environment.http_port == 3000
    assert "secret'" not in repr(settings).replace("signing_secret=", "")


def test_the_state_lies_beside_the_file_unless_a_database_is_named(tmp_path: Path) -> None:
    assert read(tmp_path, LEAST).database_url == f"sqlite:///{tmp_path}/recsysops.db"
    assert read(tmp_path, LEAST, RECSYSOPS_DATABASE_URL="sqlite://").database_url == "sqlite://"


def test_an_empty_variable_is_no_variable(tmp_path: Path) -> None:
    assert read(tmp_path, LEAST, RECSYSOPS_HTTP_PORT="", SLACK_BOT_TOKEN="").environment.bot_token is None


MISTAKES = [
    (
        '[recommender]\nwindow = "2d"',
        '[recommender] window must be "1d", "6h", "1h" or "5m", not \'2d\'. For example: window',
    ),
    ('[recommender]\ntimezone = "Mars"', "[recommender] timezone is not a time zone: 'Mars'. For example: timezone"),
    ('[recommender]\nnam = "x"', "[recommender] nam is not a key that is known; did you mean name?"),
    ("[warehous]", "warehous is not a key that is known; did you mean warehouse?"),
    ('[warehouse]\nurl = "spark://"', "[warehouse] url must begin with duckdb://"),
    ('[warehouse]\nmemory = "plenty"', '[warehouse] memory must be a number and KB, MB, GB or TB, such as "2GB"'),
    ("[warehouse]\nfeatures = 3", "[warehouse] features is 3"),
    ('[tables.impresions]\npath = "x"', "[tables] impresions is not a key that is known; did you mean impressions?"),
    ('[tables.items]\nlateness = "2h"', "[tables] items needs either path (Parquet files) or table (in a database)."),
    ('[tables.items]\npath = "x"\ntable = "y"', "[tables] items needs either path"),
    ('[tables.items]\npath = "x"\nlateness = "soon"', "lateness must be a whole number and d, h or m, not 'soon'."),
    (
        '[tables.items]\npath = "x"\ncolumns = {ts = 3}',
        "[tables.items.columns] ts is 3: input should be a valid string",
    ),
    ('[tables.items]\npth = "x"', "[tables.items] pth is not a key that is known; did you mean path?"),
    ('[registry]\npath = "r"', '[registry] model is missing. For example: model = "ranker"'),
    ('[registry]\nkind = "s3"\npath = "r"\nmodel = "m"', "[registry] kind is 's3': input should be 'folder'"),
    ('[roles]\napprover = ["U1"]', "[roles] approver is not of the right form: 'U1'. For example: approver = ["),
    ("[budget]\nwarm_up_windows = 0", "[budget] warm_up_windows is 0: input should be greater"),
    ("[budget]\nfalse_incidents_per_30_days = 0", "[budget] false_incidents_per_30_days is 0"),
    ("[checks]\nof = []", "[checks] of is not a key that is known; did you mean off?"),
    ('[checks.D01]\nownr = "x"', "[checks.D01] ownr is not a key that is known; did you mean owner?"),
    ("[checks.d01]\nowner = 3", "[checks] d01 is not a key that is known"),
]


@pytest.mark.parametrize(("written", "told"), MISTAKES)
def test_a_mistake_is_told_with_file_key_and_what_is_right(tmp_path: Path, written: str, told: str) -> None:
    (problem,) = problems(tmp_path, LEAST + written + "\n")
    assert problem.startswith("recsysops.toml: ")
    assert told in problem


def test_all_mistakes_are_told_together_those_of_the_environment_too(tmp_path: Path) -> None:
    told = problems(tmp_path, "\n".join([LEAST, MISTAKES[0][0], MISTAKES[4][0]]), RECSYSOPS_HTTP_PORT="http")
    assert len(told) == 3
    assert told[-1].startswith("environment: RECSYSOPS_HTTP_PORT is 'http'")
    assert told[-1].endswith("For example: RECSYSOPS_HTTP_PORT=3000.")


def test_swapped_tokens_are_noticed_and_not_repeated(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, LEAST, SLACK_BOT_TOKEN="xapp-secret")
    assert "SLACK_BOT_TOKEN begins with xapp-; it ought to begin with xoxb- (are the two tokens swapped?)" in told
    assert "secret" not in told


def test_a_file_without_impressions_says_why_they_matter(tmp_path: Path) -> None:
    assert problems(tmp_path, "") == [
        "recsysops.toml: tables lack [tables.impressions], which nearly every check reads. "
        'For example: [tables.impressions] with path = "impressions/*.parquet".'
    ]
    (told,) = problems(tmp_path, '[tables.items]\npath = "x"\n')
    assert "tables lack [tables.impressions]" in told


def test_no_file_and_no_toml_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigWrong, match=r"There is no .*nowhere.toml that can be read .*recsysops init"):
        load(tmp_path / "nowhere.toml", {})
    (told,) = problems(tmp_path, "name = movielens")
    assert "is not valid TOML" in told
    assert "line 1" in told
