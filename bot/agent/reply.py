"""Reads a pydantic value out of a model's reply, whether or not the endpoint knows structured output."""

import json
from collections.abc import Iterator
from copy import copy
from functools import cache
from typing import Any, Generic, TypeVar

from agents import AgentOutputSchema, ModelBehaviorError
from pydantic import BaseModel, ValidationError

from bot.safety.masking import mask
from bot.safety.privacy import Privacy

T = TypeVar("T", bound=BaseModel)
_LONGEST_REPLY = 200_000  # characters; longer is nonsense
_MOST_OBJECTS = 50  # places in a reply at which an object may begin before we stop looking


class ReplySchema(AgentOutputSchema, Generic[T]):
    """An agent's output type that forgives what weak endpoints do: fences, prose around the JSON, "1" for 1.

    `reply_schema` makes one per question. It remembers why a reply could not be read, which the SDK's error does not
    say. With `offered` false the endpoint is not sent the schema, and the SDK hands the reply on as text.
    """

    def __init__(self, output_type: type[T]) -> None:
        super().__init__(output_type, strict_json_schema=False)
        self._type = output_type
        self.offered = True
        self.reply = ""
        self.fault: str | None = None

    def is_plain_text(self) -> bool:
        """Say whether the SDK should take the reply as text."""
        return not self.offered

    def json_schema(self) -> dict[str, Any]:
        """Return the schema; also where the endpoint is not sent it, since the instructions show it."""
        return self._output_schema

    def validate_json(self, json_str: str) -> T:
        """Return the value in *json_str*. Raises ModelBehaviorError, and then `fault` says why."""
        self.reply = json_str
        try:
            return read_reply(json_str, self._type)
        except ValueError as error:
            self.fault = str(error)
            raise ModelBehaviorError("The reply does not fit its schema.") from error


@cache
def _made(output_type: type[BaseModel]) -> ReplySchema[Any]:
    return ReplySchema(output_type)  # a few milliseconds each


def reply_schema(output_type: type[T], *, offered: bool) -> ReplySchema[T]:
    """Return a schema for one question."""
    schema: ReplySchema[T] = copy(_made(output_type))
    schema.offered = offered
    return schema


def read_reply(text: str, output_type: type[T]) -> T:
    """Return the last object in *text* that is an *output_type*. Raises ValueError that says what is wrong."""
    if not text.strip():
        raise ValueError("the reply is empty")
    if len(text) > _LONGEST_REPLY:
        raise ValueError("the reply is far too long")
    value, fault = None, "there is no JSON object in the reply"
    for found in _objects(text):
        try:
            value = output_type.model_validate(found)
        except ValidationError as error:
            fault = "; ".join(
                f"{'.'.join(map(str, line['loc']))}: {line['msg']}" for line in error.errors(include_url=False)[:5]
            )
    if value is None:
        raise ValueError(fault)
    return value


def masked(answer: T, privacy: Privacy) -> T:
    """Return *answer* without the secrets, and the people, that its texts hold, as all that comes in is masked."""

    def each(value: Any) -> Any:
        if isinstance(value, str):
            return mask(value, privacy)
        if isinstance(value, dict):
            return {name: each(one) for name, one in value.items()}
        return [each(one) for one in value] if isinstance(value, (list, tuple)) else value

    return type(answer).model_validate(each(answer.model_dump()))


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects that stand in *text*, outermost only."""
    decoder, at = json.JSONDecoder(), 0
    for _ in range(_MOST_OBJECTS):
        at = text.find("{", at)
        if at < 0:
            return
        try:
            found, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
        else:
            yield found
