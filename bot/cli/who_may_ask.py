"""Who may ask, as the settings have it, in one line; pure."""

from bot.cli.plan import counted
from bot.domain.permission import Permission, Permissions


def who_may_ask(access: Permissions) -> str:
    """Say who may start what, and where."""
    if access == Permissions(ask=access.ask):
        return "everyone in the workspace may ask; guests and people of other workspaces may not"
    if not access.allow:
        return "nobody may ask: access.allow names no one"
    return f"who may ask: {'; '.join(map(_line, access.allow))}"


def _line(permission: Permission) -> str:
    limits = (
        f" in {counted(len(permission.channels), 'channel')}" if permission.channels is not None else "",
        f" on {_any_of([f'@{name}' for name in permission.splunk])}" if permission.splunk is not None else "",
        f" for {_any_of(permission.workflows)}" if permission.workflows is not None else "",
    )
    return _who(permission) + "".join(limits)


def _who(permission: Permission) -> str:
    if permission.users is not None or permission.groups is not None:
        named = (
            counted(len(permission.users), "named person").replace("persons", "people") if permission.users else "",
            f"members of {counted(len(permission.groups), 'group')}" if permission.groups else "",
        )
        return " and ".join(filter(None, named)) or "nobody"
    let_in = (
        "everyone in the workspace",
        "guests" if permission.guests else "",
        "people of other workspaces" if permission.other_workspaces else "",
    )
    return " and ".join(filter(None, let_in))


def _any_of(names: tuple[str, ...] | list[str]) -> str:
    return " or ".join(names) or "nothing"
