"""Where runs are kept: SQLAlchemy on SQLite, or on PostgreSQL for many machines. SQLAlchemy stops here."""
