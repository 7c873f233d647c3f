"""What goes out: the lists as they were shown."""
