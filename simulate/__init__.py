"""Simulate: a scenario simulation engine for policy analysis. Same luck, different policy.

>>> from simulate import load, run, trace
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from simulate.version import __version__

if TYPE_CHECKING:
    from simulate.results.opened import StoredResult, open_result
    from simulate.results.store import ResultFolder
    from simulate.results.verify import Verdict, verify
    from simulate.scenario.loading import Scenario, load, loads
    from simulate.studies.branch import Branching, branch
    from simulate.studies.compare import Comparison, compare
    from simulate.studies.discover import Discovery, discover
    from simulate.studies.explain import Explanation, explain
    from simulate.studies.necessity import Necessity, explain_worlds
    from simulate.studies.nested import Drawn, run_drawn
    from simulate.studies.robust import Robustness, robustness
    from simulate.studies.run import Result, run
    from simulate.studies.sensitivity import Sensitivity, sensitivity
    from simulate.studies.sweep import Sweep, sweep
    from simulate.studies.trace import Trace, trace

HOMES = {
    "Discovery": "simulate.studies.discover",
    "discover": "simulate.studies.discover",
    "Drawn": "simulate.studies.nested",
    "run_drawn": "simulate.studies.nested",
    "Robustness": "simulate.studies.robust",
    "robustness": "simulate.studies.robust",
    "Sensitivity": "simulate.studies.sensitivity",
    "sensitivity": "simulate.studies.sensitivity",
    "Sweep": "simulate.studies.sweep",
    "sweep": "simulate.studies.sweep",
    "Scenario": "simulate.scenario.loading",
    "load": "simulate.scenario.loading",
    "loads": "simulate.scenario.loading",
    "Branching": "simulate.studies.branch",
    "branch": "simulate.studies.branch",
    "Comparison": "simulate.studies.compare",
    "compare": "simulate.studies.compare",
    "Explanation": "simulate.studies.explain",
    "explain": "simulate.studies.explain",
    "Necessity": "simulate.studies.necessity",
    "explain_worlds": "simulate.studies.necessity",
    "Result": "simulate.studies.run",
    "ResultFolder": "simulate.results.store",
    "StoredResult": "simulate.results.opened",
    "open_result": "simulate.results.opened",
    "Verdict": "simulate.results.verify",
    "verify": "simulate.results.verify",
    "run": "simulate.studies.run",
    "Trace": "simulate.studies.trace",
    "trace": "simulate.studies.trace",
}
"""Where each public name lives; it is imported when it is first asked for, so that commands start fast."""

__all__ = [
    "Branching",
    "Comparison",
    "Discovery",
    "Drawn",
    "Explanation",
    "Necessity",
    "Result",
    "ResultFolder",
    "Robustness",
    "Scenario",
    "Sensitivity",
    "StoredResult",
    "Sweep",
    "Trace",
    "Verdict",
    "__version__",
    "branch",
    "compare",
    "discover",
    "explain",
    "explain_worlds",
    "load",
    "loads",
    "open_result",
    "robustness",
    "run",
    "run_drawn",
    "sensitivity",
    "sweep",
    "trace",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module 'simulate' has no attribute '{name}'")
    value = getattr(import_module(HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
