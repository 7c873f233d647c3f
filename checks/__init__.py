"""How we notice: one check is one file with a stable code. Pure: no clock, no Slack, no session."""
