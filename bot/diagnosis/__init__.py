"""Why: reproduce it, clear the inputs before blaming the model, compare, explain, and say how sure we are."""
