"""Scenarios whose truth is known, run for real and scored: how right the bot is, as numbers."""
