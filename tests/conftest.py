"""What every test process does at its beginning and end."""

from hypothesis import settings

from tests.postgresql import stop

settings.register_profile("no clock", deadline=None)  # a busy machine is no failure
settings.load_profile("no clock")


def pytest_sessionfinish() -> None:
    """Stop our PostgreSQL: pytest-xdist ends its workers without Python's own clean-up."""
    stop()
