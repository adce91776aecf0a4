"""The buttons under a report; pure. Each carries the run's id, and works as long as the run is kept."""

from bot.domain.run import Run
from bot.engine.recheck import is_worth_it
from bot.slack.blocks import Block, actions, button

AGAIN, RERUN = "check_again", "rerun"


def report_buttons(run: Run) -> list[Block]:
    """Return the rows of buttons, what helps next first."""
    again = button("Check again", AGAIN, run.id, spoken="Check again what was bad or could not be checked")
    first = [
        *([again] if is_worth_it(run) else []),
        button("Rerun", RERUN, run.id, spoken="Do all of these checks again"),
    ]
    return [actions(*first)]
