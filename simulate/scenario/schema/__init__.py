"""The model of a scenario file: which keys it has, and which form each value takes."""

from typing import Any

from simulate.scenario.schema.file import ScenarioFile

__all__ = ["ScenarioFile", "json_schema"]


def json_schema() -> dict[str, Any]:
    """JSON Schema of scenario files, in the dialect that editors' YAML servers read."""
    schema = ScenarioFile.model_json_schema(by_alias=True)
    return {"$schema": "http://json-schema.org/draft-07/schema#", **schema}
