"""Where a world's members, titles and tastes come from."""
