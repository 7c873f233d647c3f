"""What becomes of a launch, foretold from the launches before it."""
