"""The model of a scenario file: which keys it has, and which form each value takes."""

from typing import Any

from simulate.scenario.schema.file import ScenarioFile

__all__ = ["ScenarioFile", "json_schema"]


def json_schema() -> dict[str, Any]:
    """JSON Schema of scenario files, in the dialect that editors' YAML servers read."""
    schema = ScenarioFile.model_json_schema(by_alias=True)
    for model in [schema, *schema["$defs"].values()]:
        for part in model.get("properties", {}).values():
            refuse_other_keys(part)
    return {"$schema": "http://json-schema.org/draft-07/schema#", **schema}


def refuse_other_keys(part: dict[str, Any]) -> None:
    """Where keys have a pattern, allow no keys besides."""
    if "patternProperties" in part:
        part["additionalProperties"] = False
    for choice in part.get("anyOf", []):
        refuse_other_keys(choice)
