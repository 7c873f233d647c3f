"""The documented limits of Block Kit, written down as rules (docs.slack.dev/reference/block-kit)."""
