"""Laws: what holds for every check there is, whatever it is given."""
