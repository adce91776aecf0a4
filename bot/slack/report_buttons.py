"""The buttons under a report; pure. Each carries the run's id, and works as long as the run is kept."""

from bot.domain.run import Run
from bot.engine.recheck import is_worth_it
from bot.slack.blocks import Block, actions, button, select

AGAIN, RERUN, EVIDENCE, SHARE, TAKE = "check_again", "rerun", "evidence", "share", "take_action"
HELPED, DID_NOT_HELP = "feedback:helped", "feedback:did_not_help"
ACTIONS_OFFERED = 8  # as many as the report shows


def report_buttons(run: Run) -> list[Block]:
    """Return the rows of buttons, what helps next first."""
    again = button("Check again", AGAIN, run.id, spoken="Check again what was bad or could not be checked")
    first = [
        *([again] if is_worth_it(run) else []),
        *([button("Evidence", EVIDENCE, run.id, spoken="Show the searches and their rows")] if run.evidence else []),
        button("Post summary to channel", SHARE, run.id),
        button("Rerun", RERUN, run.id, spoken="Do all of these checks again"),
    ]
    orders = [(f"{number}. {each.do}", f"{run.id}:{number}") for number, each in enumerate(run.report.actions, 1)]
    second = [
        *([select("I take action …", TAKE, orders[:ACTIONS_OFFERED])] if orders else []),
        button("👍", HELPED, run.id, spoken="This report helped"),
        button("👎", DID_NOT_HELP, run.id, spoken="This report did not help"),
    ]
    return [actions(*first), actions(*second)]
