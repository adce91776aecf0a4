"""What a run asked of the model, so that one that is resumed still says what it cost."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "model_calls",
        sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("kept_at", sa.Float, nullable=False),
    )
