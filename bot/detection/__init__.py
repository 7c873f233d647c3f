"""Measure what is new, judge it on what is stored, write down what came of it: each check once a window."""
