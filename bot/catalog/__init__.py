"""The known-issue catalogue: what burned before, what put it out, and how often that worked."""
