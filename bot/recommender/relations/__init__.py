"""Derived relations: what checks measure that is no table by itself. One file each, listed in catalogue.py."""
