"""Writes docs/gallery.md and its pictures anew: `python -m sandbox.gallery` (some minutes)."""

from __future__ import annotations

from sandbox.gallery.making import make_entries
from sandbox.gallery.page import write_page

if __name__ == "__main__":
    write_page(make_entries())
