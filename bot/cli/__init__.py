"""The same verbs in a shell: for scripts, and for the day Slack is down."""
