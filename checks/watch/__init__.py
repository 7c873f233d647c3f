"""The watcher watched: the bot's own runs, messages, budget and hotfixes."""
