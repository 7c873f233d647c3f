"""Feeds: what the data checks ask of something that is delivered whole, again and again."""
