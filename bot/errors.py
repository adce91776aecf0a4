"""The one exception tree. Only a BotError's text is ever shown to a person; anything else reads "internal error".

BotError                     a sentence that says what is wrong and what to do next
├── UsageError               the person asked for something that does not exist or cannot be read
│   ├── UnknownWorkflow
│   ├── UnknownDeployment
│   ├── NotAllowed           the person may not do that; says whom to ask
│   ├── BadTime
│   └── SettingsError
├── WorkflowError            workflow files with problems; carries every one of them
├── SearchRefused            a search that we will not send
│   ├── UnsafeSearch         could write, send or run something, or is not understood
│   └── SearchOutOfBounds    reads more than its policy allows
├── SplunkError              Splunk did not answer a search
│   ├── SplunkUnreachable    no connection, TLS, a proxy's page
│   ├── SplunkUnauthorized   the token or password is not taken
│   ├── SplunkForbidden      a capability is missing
│   ├── SplunkBusy           quota or concurrency limit; may work later
│   └── SearchFailed         the search ran and failed, or took too long
├── ModelError               the language model gave nothing usable
│   └── ModelAway            nor will it soon: no connection, no right, no such model, too slow
├── McpError                 an MCP server cannot be reached, or did not answer
├── StoreError               runs cannot be kept
│   ├── RunTaken             another process goes on with the run
│   └── RunUnreadable        what is kept of a run is damaged
└── SlackError               Slack did not take a call
"""


class BotError(Exception):
    """A sentence for a person: what is wrong, and what to do next. Never holds a secret."""


class UsageError(BotError):
    """The person asked for something that does not exist or cannot be read."""


class UnknownWorkflow(UsageError):
    """No workflow has that id."""


class UnknownDeployment(UsageError):
    """No Splunk deployment has that name."""


class NotAllowed(UsageError):
    """The person may not do that here; the sentence says whom to ask."""


class BadTime(UsageError):
    """A time that we cannot read; Splunk would drop it in silence and search all time."""


class SettingsError(UsageError):
    """Settings are missing or cannot be read; its text has one problem per line."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class WorkflowError(BotError):
    """Workflow files with problems; its text has one problem per line."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class SearchRefused(BotError):
    """A search that we will not send."""


class UnsafeSearch(SearchRefused):
    """Could write, send or run something, or is not understood."""


class SearchOutOfBounds(SearchRefused):
    """Reads more than its policy allows."""


class SplunkError(BotError):
    """Splunk did not answer a search."""


class SplunkUnreachable(SplunkError):
    """No connection: network, TLS, or something that is not Splunk answered."""


class SplunkUnauthorized(SplunkError):
    """The token or password is not taken."""


class SplunkForbidden(SplunkError):
    """A capability is missing."""


class SplunkBusy(SplunkError):
    """A quota or concurrency limit is reached; the same search may work later."""


class SearchFailed(SplunkError):
    """The search ran and failed, or took too long."""


class ModelError(BotError):
    """The language model gave nothing usable."""


class McpError(BotError):
    """An MCP server cannot be reached, or did not answer. What its tools answer is data, their failures too."""


class ModelAway(ModelError):
    """The language model cannot be had, and asking it again at once would not help."""


class StoreError(BotError):
    """Runs cannot be kept: the database cannot be opened, read or written."""


class RunTaken(StoreError):
    """Another process goes on with the run: this one writes and says nothing more of it."""


class RunUnreadable(StoreError):
    """What is kept of a run is damaged, and nobody can go on with it."""


class SlackError(BotError):
    """Slack did not take a call."""
