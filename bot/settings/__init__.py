"""What the operator decided: recsysops.toml and the environment."""

from bot.settings.loading import ConfigWrong, Settings, load

__all__ = ["ConfigWrong", "Settings", "load"]
