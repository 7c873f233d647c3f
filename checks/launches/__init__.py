"""Before it happens: titles whose launch is ahead."""
