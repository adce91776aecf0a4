"""What a model answers about one task."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Found(BaseModel):
    """One thing that the model found."""

    model_config = ConfigDict(frozen=True, extra="ignore")  # weak models add fields

    text: str = Field(min_length=1, description="One sentence, with names and numbers as the rows write them.")
    evidence: list[str] = Field(default=[], description="Ids of the searches whose rows show it, such as E3.")
    severity: Literal["critical", "warning", "info"] = "info"


class Reading(BaseModel):
    """What a model answers about one task."""

    model_config = ConfigDict(frozen=True, extra="ignore")  # weak models add fields

    interpretation: str = Field(min_length=1, description="Two to five sentences.")
    evidence: list[str] = Field(default=[], description="Ids of the searches that support it, such as E3.")
    confidence: Literal["high", "medium", "low"] = "low"
    findings: list[Found] = Field(default=[], description="Each single thing that the rows show, the worst first.")
