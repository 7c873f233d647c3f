"""What is measured but is no SQL aggregate: one file a kind of measure, listed in catalogue.py."""
