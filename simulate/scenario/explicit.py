"""A scenario written out: files merged, short forms in full, every default there. It loads again."""

from __future__ import annotations

from typing import Any

import yaml

from simulate.scenario.loading import Scenario


def explicit(scenario: Scenario) -> str:
    """The explicit scenario as YAML; loading it gives the same model."""
    content = scenario.model.model_dump(by_alias=True, exclude_none=True)
    content["parameters"] = {name: full(value) for name, value in content["parameters"].items()}
    for variables in all_state(content):
        for variable in variables.values():
            if "half_life" in variable:
                variable.setdefault("rest", 0.0)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def full(parameter: Any) -> Any:
    """A parameter's short form in full."""
    return parameter if isinstance(parameter, dict) else {"value": parameter, "about": "", "source": ""}


def all_state(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Every mapping of state variables."""
    owners = [*content["actors"].values(), *content["mechanisms"].values()]
    return [content["state"], *(owner["state"] for owner in owners)]
