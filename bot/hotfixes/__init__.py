"""Fixes that are a couple of clicks away, each with its price: previewed, approved, applied, verified, undone."""
