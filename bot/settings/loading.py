"""What the operator wrote: recsysops.toml and the environment, read once, with every mistake shown together."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from bot.settings.problems import describe_problems
from bot.settings.sections import (
    BudgetPart,
    ChecksPart,
    FeedPart,
    FolderPart,
    LaunchesPart,
    LimitsPart,
    MetricPart,
    MLTestScorePart,
    Part,
    RecommenderPart,
    RegistryPart,
    RolesPart,
    SlackPart,
    StorePart,
    TableName,
    TablePart,
    WarehousePart,
)

CODE = re.compile(r"[A-Z]\d\d")  # what a check is called


class ConfigWrong(Exception):
    """recsysops.toml or the environment cannot be used; `problems` holds every mistake, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Environment(BaseSettings):
    """What comes from the environment: secrets, and what differs from machine to machine."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field("https://slack.com/api/", validation_alias="SLACK_API_URL", pattern=r"^https?://")
    database_url: str | None = Field(None, validation_alias="RECSYSOPS_DATABASE_URL")
    http_port: int | None = Field(None, validation_alias="RECSYSOPS_HTTP_PORT", ge=1, le=65535)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` was given, so that tests and several bots in one process stay apart."""
        return (init_settings,)

    @field_validator("bot_token", "app_token")
    @classmethod
    def _not_swapped(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        right, wrong = ("xoxb-", "xapp-") if info.field_name == "bot_token" else ("xapp-", "xoxb-")
        if token is not None and token.get_secret_value().startswith(wrong):
            raise ValueError(f"begins with {wrong}; it ought to begin with {right} (are the two tokens swapped?)")
        return token

    @field_validator("slack_api_url")
    @classmethod
    def _slash(cls, url: str) -> str:
        return url.rstrip("/") + "/"


class Settings(Part):
    """Everything the operator decided. Relative paths are relative to the folder of `source`."""

    source: Path
    recommender: RecommenderPart = RecommenderPart()
    warehouse: WarehousePart = WarehousePart()
    feeds: dict[Annotated[str, Field(pattern=r"^\w+$")], FeedPart] = Field({})
    tables: dict[TableName, TablePart] = Field({}, validate_default=True)
    registry: RegistryPart | None = None
    overrides: FolderPart | None = None
    slack: SlackPart = SlackPart()
    roles: RolesPart = RolesPart()
    budget: BudgetPart = BudgetPart()
    store: StorePart = StorePart()
    checks: ChecksPart = ChecksPart()
    ml_test_score: MLTestScorePart = MLTestScorePart()
    launches: LaunchesPart = LaunchesPart()
    limits: LimitsPart = LimitsPart()
    metrics: dict[Annotated[str, Field(pattern=r"^[a-z]\w+$")], MetricPart] = Field({})
    environment: Environment

    @field_validator("tables")
    @classmethod
    def _impressions(cls, tables: dict[str, TablePart], info: ValidationInfo) -> dict[str, TablePart]:
        if "impressions" not in tables and (tables or not info.data.get("feeds")):
            raise ValueError("lack [tables.impressions], which nearly every check reads")
        return tables

    def resolve(self, path: str) -> Path:
        """A path of recsysops.toml as an absolute one."""
        return (self.source.parent / path).resolve()

    @property
    def database_url(self) -> str:
        """Where the bot keeps its state: RECSYSOPS_DATABASE_URL, else recsysops.db beside recsysops.toml."""
        return self.environment.database_url or f"sqlite:///{self.source.parent / 'recsysops.db'}"


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of `path`, else $RECSYSOPS_CONFIG, else ./recsysops.toml; ConfigWrong with all that is wrong."""
    source = Path(path or environ.get("RECSYSOPS_CONFIG") or "recsysops.toml").absolute()
    written = _arrange(_read(source))
    environment, problems = _read_environment(environ)
    try:
        settings = Settings.model_validate({**written, "source": source, "environment": environment or Environment()})
    except ValidationError as error:
        raise ConfigWrong(describe_problems(error, Settings, source.name) + problems) from error
    if problems:
        raise ConfigWrong(problems)
    return settings


def _read(source: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        advice = "write one with `recsysops init`, or name another with --config or RECSYSOPS_CONFIG"
        raise ConfigWrong([f"There is no {source} that can be read ({error.strerror}): {advice}."]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        example = 'texts stand in quotes, as in name = "movielens"'
        raise ConfigWrong([f"{source} is not valid TOML: {error}; {example}."]) from error


def _arrange(written: dict[str, Any]) -> dict[str, Any]:
    """[checks.D01] stands beside [checks] off in the file; here the codes get a place of their own."""
    checks = written.get("checks")
    if not isinstance(checks, dict):
        return written
    codes = {code: part for code, part in checks.items() if isinstance(part, dict) and CODE.fullmatch(code)}
    rest = {key: value for key, value in checks.items() if key not in codes}
    return {**written, "checks": {**rest, "by_code": codes}}


def _read_environment(environ: Mapping[str, str]) -> tuple[Environment | None, list[str]]:
    given = EnvSettingsSource(Environment)
    given.env_vars = {name.lower(): value for name, value in environ.items() if value}
    try:
        return Environment(**given()), []
    except ValidationError as error:
        return None, describe_problems(error, Environment, "environment")
