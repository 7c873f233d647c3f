"""Where does a change sit? Attribute combinations that explain it, from leaves with an actual and an expected value."""
