"""Runs, their results and searches, the outbox, deliveries and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("format", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.Float, nullable=False),
        sa.Column("asked_by", sa.String(255), nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("place", sa.Text),
        sa.Column("plan", sa.Text),
        sa.Column("run", sa.Text),
        sa.Column("ended_at", sa.Float),
        sa.Column("workflow", sa.String(64)),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("severity", sa.String(16)),
        sa.Column("headline", sa.Text),
        sa.Column("duration_s", sa.Float),
    )
    op.create_index("runs_newest", "runs", ["asked_at", "id"])
    op.create_index("runs_by_state", "runs", ["state", "asked_at"])
    op.create_index("runs_by_user", "runs", ["asked_by"])
    op.create_table(
        "results",
        _run_id(),
        sa.Column("task_id", sa.String(64), primary_key=True),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("kept_at", sa.Float, nullable=False),
    )
    op.create_table(
        "searches",
        _run_id(),
        sa.Column("evidence_id", sa.String(16), primary_key=True),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("kept_at", sa.Float, nullable=False),
    )
    op.create_table(
        "sendings",
        _run_id(),
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("thread_ts", sa.String(32)),
        sa.Column("intended_at", sa.Float, nullable=False),
        sa.Column("ts", sa.String(32)),
    )
    op.create_table(
        "deliveries",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("run_id", sa.String(32)),
        sa.Column("taken_at", sa.Float, nullable=False, index=True),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Float, nullable=False, index=True),
        sa.Column("who", sa.String(255), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("run_id", sa.String(32)),
        sa.Column("detail", sa.Text),
    )


def _run_id() -> sa.Column[str]:
    return sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
