"""The two ways in which a search goes wrong in Splunk: refused when it is sent, or failed while it runs."""


class SplError(Exception):
    """The search cannot be parsed: Splunk answers the POST with 400 and this FATAL text."""


class SearchFailed(Exception):
    """The search was dispatched and then failed: its job is FAILED and carries this FATAL text."""


def command_error(command: str, what: str) -> SplError:
    return SplError(f"Error in '{command}' command: {what}")
