"""Who is who (auth.*, users.*, team.*, bots.*), reactions, files and views."""

from typing import Any

from bot.sandbox.slack.block_rules import view_problems
from bot.sandbox.slack.calls import Call, joined_channel, known_message
from bot.sandbox.slack.errors import SlackRefusal, invalid_arguments
from bot.sandbox.slack.workspace import File, Unknown, User, Workspace

Answer = dict[str, Any]
NESTED_VIEWS_AT_MOST = 3  # Source: docs.slack.dev/surfaces/modals, "up to three views"


def auth_test(workspace: Workspace, _call: Call) -> Answer:
    return {
        "ok": True,
        "url": f"https://{workspace.team_domain}.slack.com/",
        "team": workspace.team_name,
        "user": workspace.bot.name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def api_test(_workspace: Workspace, call: Call) -> Answer:
    if call.text("error"):
        raise SlackRefusal(call.text("error"), args=call.args)
    return {"ok": True, "args": call.args}


def user_json(workspace: Workspace, user: User) -> Answer:
    shown = {
        "id": user.id,
        "team_id": user.team_id or workspace.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "tz": user.tz,
        "is_bot": user.is_bot,
        "is_restricted": user.is_guest,
        "is_ultra_restricted": False,
        "is_stranger": user.team_id is not None,
    }
    return shown | {"profile": {"real_name": user.real_name, "display_name": user.name}}


def users_info(workspace: Workspace, call: Call) -> Answer:
    user = workspace.users.get(call.required("user"))
    if user is None:
        raise SlackRefusal("user_not_found")
    return {"ok": True, "user": user_json(workspace, user)}


def users_list(workspace: Workspace, _call: Call) -> Answer:
    return {"ok": True, "members": [user_json(workspace, user) for user in workspace.users.values()]}


def team_info(workspace: Workspace, _call: Call) -> Answer:
    return {"ok": True, "team": {"id": workspace.team_id, "name": workspace.team_name, "domain": workspace.team_domain}}


def bots_info(workspace: Workspace, call: Call) -> Answer:
    if call.text("bot", workspace.bot_id) != workspace.bot_id:
        raise SlackRefusal("bot_not_found")
    bot = {"id": workspace.bot_id, "app_id": workspace.app_id, "user_id": workspace.bot.id, "name": workspace.bot.name}
    return {"ok": True, "bot": {**bot, "deleted": False}}


def usergroups_list(workspace: Workspace, _call: Call) -> Answer:
    return {"ok": True, "usergroups": workspace.usergroups}


def usergroups_users_list(workspace: Workspace, call: Call) -> Answer:
    wanted = call.required("usergroup")
    for group in workspace.usergroups:
        if group["id"] == wanted:
            return {"ok": True, "users": group["users"]}
    raise SlackRefusal("no_such_subteam")


def reactions_add(workspace: Workspace, call: Call) -> Answer:
    channel = joined_channel(workspace, call.required("channel"))
    message = known_message(workspace, channel.id, call.required("timestamp"))
    people = message.reactions.setdefault(call.required("name").strip(":"), [])
    if workspace.bot.id in people:
        raise SlackRefusal("already_reacted")
    people.append(workspace.bot.id)
    return {"ok": True}


def set_status(workspace: Workspace, call: Call) -> Answer:
    """assistant.threads.setStatus: "… is checking the license" under a thread; an empty text clears it."""
    channel = joined_channel(workspace, call.required("channel_id"))
    key = (channel.id, call.required("thread_ts"))
    workspace.thread_status[key] = call.text("status")
    return {"ok": True}


def get_upload_url(workspace: Workspace, call: Call) -> Answer:
    size = call.number("length", 0)
    if size <= 0:
        raise invalid_arguments("length must be a positive number")
    file = File(workspace.new_id("F"), call.required("filename"), size)
    workspace.files[file.id] = file
    return {"ok": True, "upload_url": f"{call.url}/upload/{file.id}", "file_id": file.id}


def complete_upload(workspace: Workspace, call: Call) -> Answer:
    """Share what was uploaded: one message with the files, in a channel the bot is in."""
    named = call.args.get("files") or []
    found = [workspace.files.get(str(item.get("id"))) for item in named]
    files = [file for file in found if file is not None and file.content is not None]
    if not named or len(files) != len(named):
        raise SlackRefusal("file_not_found")
    for file, item in zip(files, named, strict=True):
        file.title = str(item.get("title") or file.name)
    name = call.text("channel_id") or call.text("channels")
    if name:
        channel = joined_channel(workspace, name)
        workspace.post(
            channel.id,
            workspace.bot.id,
            call.text("initial_comment"),
            bot_id=workspace.bot_id,
            thread_ts=call.text("thread_ts") or None,
            files=files,
        )
    return {"ok": True, "files": [{"id": file.id, "title": file.title} for file in files]}


def checked_view(call: Call) -> Answer:
    view = call.args.get("view")
    if not isinstance(view, dict):
        raise invalid_arguments("view must be an object")
    if found := view_problems(view):
        raise SlackRefusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] {each}" for each in found]})
    return view


def views_open(workspace: Workspace, call: Call) -> Answer:
    """Show a modal; the trigger lives three seconds and opens one view."""
    view = checked_view(call)
    workspace.use_trigger(call.required("trigger_id"))
    if call.method == "views.push" and len(workspace.views) >= NESTED_VIEWS_AT_MOST:
        raise SlackRefusal("push_limit_reached")
    shown = {**view, "id": workspace.new_id("V"), "team_id": workspace.team_id, "state": {"values": {}}}
    shown |= {"hash": workspace.new_ts(), "app_id": workspace.app_id, "bot_id": workspace.bot_id}
    workspace.views.append(shown)
    return {"ok": True, "view": shown}


def views_update(workspace: Workspace, call: Call) -> Answer:
    view = checked_view(call)
    wanted = call.text("view_id"), call.text("external_id")
    for shown in workspace.views:
        if shown["id"] == wanted[0] or (wanted[1] and shown.get("external_id") == wanted[1]):
            if call.text("hash") not in ("", shown["hash"]):
                raise SlackRefusal("hash_conflict")
            shown |= {**view, "hash": workspace.new_ts()}
            return {"ok": True, "view": shown}
    raise SlackRefusal("not_found")


def views_publish(workspace: Workspace, call: Call) -> Answer:
    view = checked_view(call)
    try:
        person = workspace.user(call.required("user_id"))
    except Unknown as error:
        raise SlackRefusal("user_not_found") from error
    workspace.home[person.id] = {**view, "id": workspace.new_id("V"), "hash": workspace.new_ts()}
    return {"ok": True, "view": workspace.home[person.id]}
