"""The model of a scenario file: which keys it has, and which form each value takes."""

from simulate.scenario.schema.file import ScenarioFile

__all__ = ["ScenarioFile"]
