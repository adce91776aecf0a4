"""Who wants a run stopped, what people think of reports, and a way from a thread to its runs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("runs", sa.Column("stop", sa.String(255)))
    op.create_index("sendings_by_thread", "sendings", ["channel", "thread_ts"])
    op.create_table(
        "feedback",
        sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("who", sa.String(255), primary_key=True),
        sa.Column("helped", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("at", sa.Float, nullable=False),
    )
