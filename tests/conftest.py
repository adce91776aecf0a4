"""What every test process does at its end."""

from tests.postgresql import stop


def pytest_sessionfinish() -> None:
    """Stop our PostgreSQL: pytest-xdist ends its workers without Python's own clean-up."""
    stop()
