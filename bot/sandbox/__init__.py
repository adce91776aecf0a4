"""The outside world, pretended, over real sockets; it imports nothing of the rest of bot."""
