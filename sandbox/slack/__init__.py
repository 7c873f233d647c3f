"""A local Slack workspace: a plain Bolt app runs in it unchanged, with only SLACK_API_URL differing."""
