"""Recommenders that really run, day by day, and can be broken in known ways."""
