"""By what and from what a result was made, for its manifest."""

from __future__ import annotations

import datetime
import os
import platform
from dataclasses import replace
from importlib.metadata import version

from simulate.compiled import Compiled
from simulate.engines.cache import digest_of_rules
from simulate.results.manifest import Manifest, Series
from simulate.scenario.loading import Scenario
from simulate.version import __version__

LIBRARIES = ("numpy", "numba", "llvmlite", "scipy", "simpy", "pyarrow")


def now() -> str:
    """The time, with its zone."""
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def new_manifest(
    kind: str,
    scenario: Scenario,
    sha256: str,
    seed: int,
    worlds: int,
    max_events: int,
    keeps_events: bool,
    command: str,
) -> Manifest:
    """The manifest of a study that begins, without its series."""
    return Manifest(
        kind=kind,
        scenario=scenario.model.scenario,
        file=scenario.name,
        scenario_sha256=sha256,
        seed=seed,
        asked=worlds,
        worlds=None,
        max_events=max_events,
        keeps_events=keeps_events,
        version=__version__,
        rules=digest_of_rules(),
        libraries={"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        machine={
            "system": platform.platform(),
            "processor": platform.machine(),
            "cores": os.cpu_count() or 1,
            "name": platform.node(),
        },
        command=command,
        started=now(),
        finished=None,
        series={},
    )


def series_of(scenario: Scenario, compiled: Compiled) -> Series:
    """What the manifest says of one series."""
    return Series(
        policies=list(scenario.policies),
        set=dict(scenario.overrides),
        told=dict(scenario.settings),
        without=list(scenario.removed),
        inject=list(scenario.injected),
        initial={
            name: value if isinstance(value, str) else float(str(value)) for name, value in scenario.starts.items()
        },
        model_hash=compiled.hash,
        parameters=dict(compiled.labels.parameters),
    )


def scenario_of(series: Series, written: Scenario) -> Scenario:
    """The scenario of a series, from the one that the folder holds."""
    return replace(
        written.with_policy(*series.policies),
        overrides=dict(series.set),
        settings=dict(series.told),
        removed=tuple(series.without),
        injected=tuple(series.inject),
        starts=dict(series.initial),
    )
