"""What breaks, measured in the tables."""
