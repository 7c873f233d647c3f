"""Recommenders that run, and what breaks in them."""
