"""What the bot answers when somebody asks or clicks: one inbox row in, the flow called, a card out."""
