"""The whole run as a Markdown file, for what a message has no room for; pure."""

from bot.domain.run import Run
from bot.export.markdown import as_markdown
from bot.export.redaction import redacted
from bot.slack.files import File

COMMENT = "The full report: every check, every search and its first rows."


def full_report(run: Run) -> File:
    """Write the run as `troubleshooter export` does: secrets masked once more, and without the person who asked."""
    name = f"troubleshooter-{run.id}.md"
    return File(name, f"Full report of run {run.id}", COMMENT, as_markdown(redacted(run)).encode())
