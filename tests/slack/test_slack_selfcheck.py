"""`check --online` for Slack: what is missing, and how to mend it."""

from pydantic import SecretStr

from bot.slack.selfcheck import check_slack
from tests.slack.bench import access, granting, no_pause


async def test_a_good_setup_has_neither_problems_nor_warnings() -> None:
    async with granting() as slack:
        found = await check_slack(access(slack), no_pause)
        assert (found.problems, found.warnings) == ((), ())
        assert found.user_name == "troubleshooter"
        assert "The bot is troubleshooter in the workspace Sandbox." in found.facts
        assert len(slack.calls_of("blocks.validate")) == 3
        assert not slack.calls_of("chat.postMessage")


async def test_a_missing_scope_is_a_problem_and_a_useful_one_a_warning() -> None:
    async with granting() as slack:
        slack.scopes.difference_update({"commands", "users:read"})
        found = await check_slack(access(slack), no_pause)
        [problem] = found.problems
        assert problem.startswith("The scope commands is missing, for the slash command. Add the scope")
        [warning] = found.warnings
        assert warning.startswith("Without the scope users:read")


async def test_a_wrong_token_is_the_problem_and_nothing_else_is_tried() -> None:
    async with granting() as slack:
        found = await check_slack(access(slack, bot_token=SecretStr("xoxb-wrong")), no_pause)
        assert ["SLACK_BOT_TOKEN" in problem for problem in found.problems] == [True]
        assert [call.method for call in slack.calls] == ["auth.test"]


async def test_a_wrong_app_token_is_a_problem() -> None:
    async with granting() as slack:
        found = await check_slack(access(slack, app_token=SecretStr("xapp-wrong")), no_pause)
        assert ["SLACK_APP_TOKEN" in problem for problem in found.problems] == [True]


async def test_http_needs_a_signing_secret() -> None:
    async with granting() as slack:
        found = await check_slack(access(slack, http=True, signing_secret=None), no_pause)
        assert ["SLACK_SIGNING_SECRET" in problem for problem in found.problems] == [True]


async def test_a_slack_without_validation_costs_a_warning() -> None:
    async with granting() as slack:
        slack.faults.fail("blocks.validate", "unknown_method", times=3)
        found = await check_slack(access(slack), no_pause)
        assert not found.problems
        assert all("blocks.validate is not to be had here" in warning for warning in found.warnings)
