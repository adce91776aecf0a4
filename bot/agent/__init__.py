"""The LLM door: openai-agents stops here."""
