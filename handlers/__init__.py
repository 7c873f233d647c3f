"""What people do in Slack: parse, acknowledge, hand over to the bot. No logic, no SQL."""
