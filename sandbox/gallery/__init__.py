"""One broken world for every check, and what the bot says of it: `python -m sandbox.gallery` writes docs/gallery.md."""
