"""How things look in Slack: pure functions from incidents, diagnoses and hotfixes to Block Kit. No session."""
