"""Known ways of going wrong, and changes that only look like it. Each with its true cause."""
