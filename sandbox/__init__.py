"""A world to try the bot in and to test it against: a Slack workspace and recommenders that really run."""
