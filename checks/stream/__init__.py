"""Judging a fine-grained series one row at a time: every row against all that came before it, and nothing after."""
