"""A drill of somebody's own installation: a copy of their last days is damaged, and their own settings watch it."""
