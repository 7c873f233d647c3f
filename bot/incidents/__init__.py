"""One cause, one incident, one thread: grouping findings, keeping incidents, what people may do to them."""
