"""How Slack reaches the app: over Socket Mode, or with signed HTTP requests."""
