"""The faults that a person can switch on the page: which there are, how they stand, and how they are set."""

from pydantic import BaseModel, ConfigDict, Field

from bot.sandbox.web.stage import Stage

AS_LONG_AS_WANTED = 1_000_000  # refusals; the switch takes back what is left of them
CALLS_REFUSED, WAIT_S = 5, 3


class FaultSwitches(BaseModel):
    """How the switches stand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    latency_s: float = Field(ge=0, le=60)
    busy: bool
    down: bool
    unauthorized: bool
    slack_limits: bool


def faults_now(stage: Stage) -> dict[str, float | bool]:
    splunk = stage.splunk.faults
    return FaultSwitches(
        latency_s=splunk.latency_s,
        busy=splunk.busy_times > 0,
        down=splunk.down,
        unauthorized=splunk.unauthorized,
        slack_limits=stage.slack.enforce_rate_limits,
    ).model_dump()


def set_faults(stage: Stage, switches: FaultSwitches) -> None:
    """Set Splunk's and Slack's faults as the switches stand."""
    splunk = stage.splunk.faults
    splunk.latency_s, splunk.down, splunk.unauthorized = switches.latency_s, switches.down, switches.unauthorized
    if switches.busy != (splunk.busy_times > 0):
        splunk.busy_times = AS_LONG_AS_WANTED if switches.busy else 0
    stage.slack.enforce_rate_limits = switches.slack_limits


def refuse_calls(stage: Stage) -> str:
    """Let Slack refuse the bot's next calls, whichever they are."""
    stage.slack.faults.rate_limit("*", retry_after_s=WAIT_S, times=CALLS_REFUSED)
    return f"The bot's next {CALLS_REFUSED} calls get 429: wait {WAIT_S} s."
