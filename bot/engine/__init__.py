"""What the bot does: asyncio and the floors below, no vendor."""
