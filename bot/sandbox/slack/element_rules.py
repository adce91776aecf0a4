"""What interactive elements and images in blocks may look like; sizes from docs.slack.dev and slack_sdk's models."""

from bot.sandbox.slack.rules import (
    Rule,
    anything,
    array,
    boolean,
    by_type,
    integer,
    number,
    one_of,
    plain,
    shape,
    string,
    text,
)

ACTION_ID = string(255)
URL = string(3000)

CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
STYLE = one_of("primary", "danger")


def option(label: Rule) -> Rule:
    return shape({"text": label, "value": string(150)}, {"description": text(75), "url": URL})


OPTION = option(plain(75))
MARKED_OPTION = option(text(75))  # checkboxes and radio buttons take mrkdwn too
OPTION_GROUP = shape({"label": plain(75), "options": array(OPTION, 100)})

INTERACTIVE = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": boolean}
PLACED = {**INTERACTIVE, "placeholder": plain(150)}

BUTTON = shape(
    {"text": plain(75)},
    {
        "action_id": ACTION_ID,
        "url": URL,
        "value": string(2000, least=0),
        "style": STYLE,
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
        "visible_to_user_ids": array(string(255), 100),
    },
)
IMAGE = shape({"alt_text": string(2000)}, {"image_url": URL, "slack_file": anything})


def static_select(**more: Rule) -> Rule:
    choices = {"options": array(OPTION, 100), "option_groups": array(OPTION_GROUP, 100)}
    return shape({}, {**PLACED, **choices, **more})


def listed_select(initial: str, **more: Rule) -> Rule:
    """Describe a select that Slack fills itself: users, conversations or channels."""
    return shape({}, {**PLACED, initial: anything, "response_url_enabled": boolean, "filter": anything, **more})


MANY = {"max_selected_items": integer(1, 100)}
FEEDBACK_BUTTON = shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})

SELECTS: dict[str, Rule] = {
    "static_select": static_select(initial_option=OPTION),
    "multi_static_select": static_select(initial_options=array(OPTION, 100), **MANY),
    "external_select": shape({}, {**PLACED, "initial_option": OPTION, "min_query_length": integer(0, 100)}),
    "users_select": listed_select("initial_user"),
    "multi_users_select": listed_select("initial_users", **MANY),
    "conversations_select": listed_select("initial_conversation", default_to_current_conversation=boolean),
    "multi_conversations_select": listed_select("initial_conversations", **MANY),
    "channels_select": listed_select("initial_channel"),
    "multi_channels_select": listed_select("initial_channels", **MANY),
}
PICKERS: dict[str, Rule] = {
    "datepicker": shape({}, {**PLACED, "initial_date": string(10)}),
    "timepicker": shape({}, {**PLACED, "initial_time": string(5), "timezone": string(100)}),
    "datetimepicker": shape({}, {**INTERACTIVE, "initial_date_time": number}),
    "checkboxes": shape(
        {"options": array(MARKED_OPTION, 10)}, {**INTERACTIVE, "initial_options": array(MARKED_OPTION, 10)}
    ),
    "radio_buttons": shape({"options": array(MARKED_OPTION, 10)}, {**INTERACTIVE, "initial_option": MARKED_OPTION}),
}
INPUT_SIZES = {"min_length": integer(0, 3000), "max_length": integer(1, 3000)}
TYPED = {**PLACED, "dispatch_action_config": anything, "initial_value": string(3000, least=0)}
TYPED_INPUTS: dict[str, Rule] = {
    "plain_text_input": shape({}, {**TYPED, **INPUT_SIZES, "multiline": boolean}),
    "rich_text_input": shape({}, {**TYPED, "initial_value": anything}),
    "email_text_input": shape({}, TYPED),
    "url_text_input": shape({}, TYPED),
    "number_input": shape({"is_decimal_allowed": boolean}, {**TYPED, "min_value": anything, "max_value": anything}),
    "file_input": shape({}, {"action_id": ACTION_ID, "filetypes": array(string(20), 100), "max_files": integer(1, 10)}),
}
BUTTONS: dict[str, Rule] = {
    "button": BUTTON,
    "overflow": shape({"options": array(OPTION, 5)}, INTERACTIVE),
    "workflow_button": shape({"text": plain(75), "workflow": anything}, {"action_id": ACTION_ID, "style": STYLE}),
}

ACTIONS = by_type({**BUTTONS, **SELECTS, **PICKERS})
INPUTS = by_type({**SELECTS, **PICKERS, **TYPED_INPUTS})
ACCESSORY = by_type({**BUTTONS, **SELECTS, **PICKERS, "image": IMAGE})
CONTEXT_ACTIONS = by_type(
    {
        "feedback_buttons": shape(
            {"positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON}, {"action_id": ACTION_ID}
        ),
        "icon_button": shape(
            {"icon": one_of("trash"), "text": plain(75)},
            {
                "action_id": ACTION_ID,
                "value": string(2000),
                "confirm": CONFIRM,
                "accessibility_label": string(75),
                "visible_to_user_ids": array(string(255), 100),
            },
        ),
    }
)
