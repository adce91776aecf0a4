"""What things are: frozen pydantic, no I/O, no vendor."""
