"""What the bot does about it: detect, diagnose, fix, resolve, remember."""
