"""The gateway to Slack: what is said goes through a durable outbox, what is heard through a durable inbox."""
