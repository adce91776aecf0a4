"""A way from a run to its deliveries, which go when it is forgotten."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("ix_deliveries_run_id", "deliveries", ["run_id"])
