"""The gallery of broken worlds."""
