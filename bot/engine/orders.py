"""Pure: texts that give the bot orders instead of saying what is wrong: "stop", "ignore your instructions and …".

Nothing that they say starts a workflow; whoever wrote them is asked. What a model may do is bounded elsewhere.
"""

import re

_ALONE = re.compile(r"\W*(?:stop|cancel|abort|quit|exit|undo|never ?mind)\W*(?:(?:it|this|that|now|pls|please)\W*)*")
_RULES = r"(?:instructions?|prompts?|rules|guidelines|guardrails|restrictions|directives|policies|orders|programming)"
_SECRETS = r"(?:tokens?|passwords?|secrets?|credentials?|api\W?keys?|keys?|system\W?prompts?|prompts?|instructions?)"
_OWN = r"(?:your|all|any|previous|prior|above|earlier|these|those|the|its|everything)"
_CHANGES = re.compile(  # to make to Splunk: the bot makes none
    r"\W*(?:please\W|pls\W|(?:can|could|would) (?:you|u)\W)*"
    r"(?:delete|remove|restart|reboot|kill|wipe|install|create|disable|enable)"
    r"\s(?:the|my|our|all|a|an|this|that|index|splunk|user|search|host|data|it)\b"
)
_ORDERS = tuple(
    re.compile(rf"\b{order}")
    for order in (
        rf"(?:ignore|disregard|forget|override|overrule|bypass|skip)\s(?:\w+\s){{0,3}}?{_OWN}\s(?:\w+\s){{0,3}}{_RULES}\b",
        r"(?:ignore|disregard|forget)\s(?:all|everything|anything)\s(?:\w+\s){0,3}(?:above|before|previous|said|told)\b",
        rf"(?:print|reveal|show|tell|give|send|leak|dump|echo|repeat|expose|output|list)\s(?:\w+\s){{0,3}}your\s(?:\w+\s){{0,2}}{_SECRETS}\b",
        r"(?:you are now|you're now|from now on you|roleplay)\b",
        r"(?:(?:you|must|now) act as|act as if|pretend (?:to be|you|that you))\b",
        r"(?:system prompt|jailbreak|developer mode|do anything now|new instructions:)",
    )
)


def gives_orders(text: str) -> bool:
    """Whether *text* tells the bot what to do, and not what is wrong."""
    plain = " ".join(text.lower().split())
    if _ALONE.fullmatch(plain) or _CHANGES.match(plain):
        return True
    return any(order.search(plain) for order in _ORDERS)
