"""The model itself: its age, its scores, its ranking."""
