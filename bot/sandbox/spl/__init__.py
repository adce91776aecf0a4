"""A small SPL engine: searches evaluated over the events and REST rows of a pretended deployment."""
