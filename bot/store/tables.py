"""The tables. A change here needs a migration in `migrations/versions`, which a test compares with this.

A process of the version before may still be writing: a migration only adds, with columns that may be null.
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("format", Integer, nullable=False),  # domain.kept.FORMAT of whoever wrote it
    Column("state", String(16), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("asked_at", Float, nullable=False),  # all times are epoch seconds
    Column("asked_by", String(255), nullable=False),
    Column("request", Text, nullable=False),  # JSON, as all of Text is
    Column("place", Text),
    Column("plan", Text),
    Column("run", Text),
    Column("ended_at", Float),
    Column("workflow", String(64)),
    Column("problem", Text, nullable=False),
    Column("severity", String(16)),
    Column("headline", Text),
    Column("duration_s", Float),
    Column("stop", String(255)),  # who wants it stopped; whoever conducts it looks each second
    Index("runs_newest", "asked_at", "id"),
    Index("runs_by_state", "state", "asked_at"),
    Index("runs_by_user", "asked_by"),
)

results = Table(
    "results",
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("task_id", String(64), primary_key=True),
    Column("result", Text, nullable=False),
    Column("kept_at", Float, nullable=False),
)

searches = Table(
    "searches",
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("evidence_id", String(16), primary_key=True),
    Column("search", Text, nullable=False),
    Column("kept_at", Float, nullable=False),
)

model_calls = Table(
    "model_calls",  # numbered from 0, over all processes that had the run
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("call", Text, nullable=False),
    Column("kept_at", Float, nullable=False),
)

sendings = Table(
    "sendings",  # the outbox: what was about to be sent, and what became of it
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("channel", String(64), nullable=False),
    Column("thread_ts", String(32)),
    Column("intended_at", Float, nullable=False),
    Column("ts", String(32)),
    Index("sendings_by_thread", "channel", "thread_ts"),
)

days = Table(
    "days",  # what models took on each, over all processes
    metadata,
    Column("day", String(10), primary_key=True),  # ISO, in UTC
    Column("tokens", BigInteger, nullable=False),
    Column("model_calls", BigInteger, nullable=False),
    Column("searches", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
)

deliveries = Table(
    "deliveries",  # Slack delivers some things twice
    metadata,
    Column("key", String(255), primary_key=True),
    Column("run_id", String(32), index=True),
    Column("taken_at", Float, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False, index=True),
    Column("who", String(255), nullable=False),
    Column("what", String(64), nullable=False),
    Column("run_id", String(32)),
    Column("detail", Text),
)

feedback = Table(
    "feedback",  # one opinion of each person on each run, the last one
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("who", String(255), primary_key=True),
    Column("helped", Boolean, nullable=False),
    Column("reason", Text),
    Column("at", Float, nullable=False),
)
