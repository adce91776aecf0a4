"""The JSON Schema of a workflow file, for editors: the model's own, and the forms that take parts from common.yml."""

import json
from typing import Any

from bot.domain.workflow import WorkflowDefinition
from bot.engine.common_parts import TAKEN

SCHEMA_FILE = "workflow.schema.json"  # beside the workflows; `python -m bot.engine.schema` prints it anew


def schema() -> dict[str, Any]:
    """Return the schema of workflows/*.yml."""
    made = WorkflowDefinition.model_json_schema()
    rule_id = made["$defs"]["Rule"]["properties"]["id"]
    task = made["$defs"]["TaskDefinition"]["properties"]
    taken_probe = {"const": TAKEN, "description": "The probe of this name in common.yml."}
    taken_rule = {
        "type": "object",
        "properties": {TAKEN: {**rule_id, "description": "The id of a rule in common.yml."}},
        "required": [TAKEN],
        "additionalProperties": False,
    }
    probes = task["probes"]["patternProperties"]
    task["probes"]["patternProperties"] = {name: {"anyOf": [probe, taken_probe]} for name, probe in probes.items()}
    task["rules"]["items"] = {"anyOf": [task["rules"]["items"], taken_rule]}
    for keyed in (task["probes"], made["$defs"]["Probe"]["properties"]["columns"]):
        keyed["additionalProperties"] = False
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def dump() -> str:
    """Return the schema as the file holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(dump(), end="")  # noqa: T201 - printing it is what this is for
