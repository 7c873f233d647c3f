"""What can be wrong with the world around the bot: each is one clear sentence, and nothing is half done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import rounds
from bot.cli.app import app
from sandbox.demo.stage import CHANNEL, Stage
from tests.conversations.talks import ask, hotfixes, incidents, mention, overrides, words_of


@contextmanager
def damaged(file: Path, content: bytes) -> Iterator[None]:
    """A file that is not whole for a while."""
    whole = file.read_bytes()
    file.write_bytes(content)
    try:
        yield
    finally:
        file.write_bytes(whole)


def shell(stage: Stage, *words: str, config: Path | None = None) -> tuple[int, str]:
    """`recsysops ...` on the same world: its exit status and what it said."""
    options = ["--config", str(config or stage.world.config_path)]
    done = CliRunner().invoke(app, [*words, *options])
    return done.exit_code, " ".join(done.output.split())


def model_file(stage: Stage, back: int) -> Path:
    """The file of the champion (0), or of the version so many before it."""
    registry = stage.bot.mate.recommender.registry
    assert registry is not None
    versions = [version.version for version in registry.versions()]
    version = versions[versions.index(registry.champion().version) - back]
    return stage.world.folder / "registry" / "ranker" / version / "model.joblib"


def test_a_truncated_file_is_never_green_and_recovers_when_it_is_whole(stage: Stage) -> None:
    stage.world.serve_day()
    newest = max((stage.world.folder / "tables" / "impressions").glob("*.parquet"))
    with damaged(newest, newest.read_bytes()[:2000]):
        stage.clock.move_to(stage.world.clock.now())
        rounds.tick(stage.bot.mate)
        words = ask(stage, "oncall", "/recsys status", "checks could not tell")
        assert "Healthy" not in words
        assert f"{newest.name} (of the impressions table) is not a whole Parquet file" in ask(
            stage, "oncall", "/recsys checks", "not a whole Parquet file"
        )
        assert "is not a whole Parquet file" in ask(stage, "oncall", "/diagnose model", "I could not finish")
        code, said = shell(stage, "check", "--as-of", stage.clock.now().isoformat())
        assert (code, "is not a whole Parquet file" in said) == (1, True)
        assert incidents(stage) == []

    stage.clock.move_to(stage.clock.now() + timedelta(minutes=11))
    rounds.tick(stage.bot.mate)

    assert ask(stage, "oncall", "/recsys status", "Healthy: no open incident")
    assert incidents(stage) == []


def test_a_corrupt_champion_is_named_by_whoever_needs_it(stage: Stage) -> None:
    file = model_file(stage, 0)
    with damaged(file, b"not a model"):
        words = ask(stage, "oncall", "/diagnose model", "Ruled out")
        assert "A version that served cannot be loaded from the registry" in words
        assert f"{file} is not a model that can be loaded" in words
        code, said = shell(stage, "diagnose", "model", "--as-of", stage.clock.now().isoformat())
        assert (code, f"{file} is not a model that can be loaded" in said) == (0, True)


def test_a_corrupt_rollback_target_is_named_and_nothing_is_asked_for(stage: Stage) -> None:
    file = model_file(stage, 1)
    with damaged(file, file.read_bytes()[:100]):
        words = ask(stage, "oncall", "/hotfix rollback model", "is not a model")
        assert str(file) in words
        words = mention(stage, "oncall", "hotfix rollback model", "I cannot preview")
        assert str(file) in words
        code, said = shell(stage, "hotfix", "rollback", "model", "--request", "--as-of", stage.clock.now().isoformat())
        assert (code, "is not a model that can be loaded" in said) == (2, True)
    assert hotfixes(stage) == []
    assert overrides(stage) == []


def test_an_index_that_names_no_champion_is_one_sentence_too(stage: Stage) -> None:
    aliases = stage.world.folder / "registry" / "ranker" / "aliases.json"
    with damaged(aliases, b"{}"):
        assert ask(stage, "oncall", "/hotfix rollback model", "names no champion")


def test_a_missing_table_is_said_by_whoever_needs_it(stage: Stage) -> None:
    config = stage.world.folder / "elsewhere.toml"
    config.write_text(stage.world.config_path.read_text().replace('"items/*.parquet"', '"goods/*.parquet"'))
    code, said = shell(stage, "check", config=config)
    assert code == 1
    assert "There are no files for the items table" in said
    assert "correct [tables.items] path in recsysops.toml" in said


@pytest.mark.parametrize("words", [("item", "i0001"), ("diagnose", "item", "i0001"), ("diagnose", "incident", "9")])
def test_in_a_shell_the_unknown_is_one_sentence_and_exit_status_two(stage: Stage, words: tuple[str, ...]) -> None:
    code, said = shell(stage, *words, *([] if words[1] == "incident" else ["--as-of", stage.clock.now().isoformat()]))
    assert code == 2
    assert said.startswith("There is no ")


def test_nothing_of_this_was_an_error_of_the_bot(stage: Stage) -> None:
    said = " ".join(words_of(message) for message in stage.driver.channel(CHANNEL))
    assert "Something went wrong in me" not in said
