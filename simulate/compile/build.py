"""A resolved scenario compiled into a model, and the words by which people know its parts."""

from __future__ import annotations

import hashlib

from simulate.compile.dates import time_of, value
from simulate.compile.happenings import Happenings
from simulate.compile.measures import build_calendar, build_outcomes, build_topics
from simulate.compile.programs import Names, Programs
from simulate.compile.stages import Stages
from simulate.compiled import Compiled, Labels, OutcomeLabel
from simulate.errors import ScenarioError
from simulate.model.arithmetic import INFINITY
from simulate.model.layout import Grid, Lifecycles, Model, Variables
from simulate.naming import name_hash
from simulate.scenario.nodes import dotted
from simulate.scenario.resolved import Outcome, Resolved

MOST_POINTS = 1_000_000


def compile_scenario(resolved: Resolved) -> Compiled:
    """Compile a scenario under its policies and parameter values.

    Raises
    ------
    ScenarioError
        If it is too large: expressions, dates or grid points without end.
    """
    names = number_names(resolved)
    programs = Programs(names, resolved.problem)
    variables = build_variables(resolved, programs)
    happenings = Happenings(resolved, names, programs)
    stages = Stages(resolved, names, programs, happenings)
    happenings.place_everything(stages)
    outcomes = build_outcomes(resolved, names, programs)
    sources = happenings.sources()
    calendar = build_calendar(resolved, names)
    topics = build_topics(names, programs, variables, sources, outcomes)
    if resolved.horizon / resolved.step > MOST_POINTS:
        message = f"sample_every {resolved.step:g} d makes more than {MOST_POINTS:,} grid points up to the horizon"
        raise ScenarioError([resolved.problem(("sample_every",), message)])
    model = Model(
        code=programs.code(),
        variables=variables,
        lifecycles=build_lifecycles(resolved, names),
        transitions=stages.transitions,
        events=happenings.events(),
        effects=happenings.effects(),
        marks=happenings.mark_table(),
        distributions=happenings.distributions(),
        reactions=happenings.reactions(),
        options=happenings.options(),
        sources=sources,
        calendar=calendar,
        topics=topics,
        outcomes=outcomes,
        grid=Grid(resolved.step, grid_points(resolved.step, resolved.horizon), resolved.horizon),
    )
    labels = build_labels(resolved, names, programs, happenings)
    names_and_start = labels.events, labels.variables, labels.stages, labels.lifecycles, labels.start
    measured = [(outcome.name, outcome.kind) for outcome in labels.outcomes]
    digest = hashlib.sha256(repr((model, names_and_start, measured)).encode()).hexdigest()
    return Compiled(model, labels, digest[:16])


def grid_points(step: float, horizon: float) -> int:
    """How many times `k * step`, from 0 on, lie before the horizon, rounding included."""
    points = int(horizon / step) + 1
    while (points - 1) * step >= horizon:
        points -= 1
    return points


def number_names(resolved: Resolved) -> Names:
    """Give everything its index, in the order written."""
    marks: dict[str, int] = {}
    for event in resolved.events.values():
        for mark, _ in event.marks:
            marks.setdefault(mark, len(marks))
    return Names(
        variables={name: index for index, name in enumerate(resolved.variables)},
        moving=frozenset(index for index, each in enumerate(resolved.variables.values()) if each.half_life),
        lifecycles={name: index for index, name in enumerate(resolved.lifecycles)},
        stages={name: lifecycle.stages for name, lifecycle in resolved.lifecycles.items()},
        events={name: index for index, name in enumerate(resolved.events)},
        calendar={name: index for index, name in enumerate(resolved.calendar)},
        marks=marks,
        values=resolved.values,
        indicators=resolved.indicators,
    )


def build_variables(resolved: Resolved, programs: Programs) -> Variables:
    """State variables with their start values inside their bounds."""
    starts, lows, highs, rests, half_lives = [], [], [], [], []
    for variable in resolved.variables.values():
        low = -INFINITY if variable.low is None else value(variable.low, resolved.values)
        high = INFINITY if variable.high is None else value(variable.high, resolved.values)
        start = value(variable.start, resolved.values)
        if not low <= start <= high:
            message = f"starts at {start:g}, outside its bounds {low:g} to {high:g}"
            raise ScenarioError([resolved.problem(variable.start.path, message)])
        starts.append(start)
        lows.append(low)
        highs.append(high)
        rests.append(programs.add(variable.rest))
        half_lives.append(programs.add(variable.half_life))
    return Variables(starts, lows, highs, rests, half_lives)


def build_lifecycles(resolved: Resolved, names: Names) -> Lifecycles:
    """Start stages, and since when they last."""
    table = list(resolved.lifecycles.values())
    return Lifecycles(
        start=[lifecycle.stages.index(lifecycle.start) for lifecycle in table],
        since=[0.0 if each.since is None else time_of(each.since, names.values) for each in table],
        identity=[name_hash("start", lifecycle.name) for lifecycle in table],
        stage_count=[len(lifecycle.stages) for lifecycle in table],
    )


def build_labels(resolved: Resolved, names: Names, programs: Programs, happenings: Happenings) -> Labels:
    """The words for everything."""
    events = resolved.events.values()
    return Labels(
        title=resolved.title,
        question=resolved.question,
        policy=resolved.policy,
        start=resolved.start,
        variables=tuple(names.variables),
        lifecycles=tuple(names.lifecycles),
        stages=tuple(names.stages.values()),
        mechanisms=resolved.mechanisms,
        owners=resolved.owners,
        events=tuple(names.events),
        kinds=tuple(event.kind for event in events),
        marks=tuple(tuple(mark for mark, _ in event.marks) for event in events),
        outcomes=tuple(outcome_label(resolved, outcome) for outcome in resolved.outcomes.values()),
        programs=tuple((dotted(source.path), source.text) for source in programs.sources),
        placements=tuple(happenings.placements),
        rules=tuple(happenings.rules),
        parameters=dict(names.values),
    )


def outcome_label(resolved: Resolved, outcome: Outcome) -> OutcomeLabel:
    """An outcome in words."""
    text = outcome.event if outcome.expression is None else outcome.expression.text
    if outcome.at_least is not None:
        text = f"{text} at least {outcome.at_least.text.removesuffix('.0')} times"
    if outcome.after and outcome.kind == "recovery":
        text = f"{text} after {' or '.join(outcome.after)}"
    parts = []
    if outcome.opens is not None:
        parts.append(f"from {outcome.opens.text}")
    if outcome.closes is not None:
        parts.append(f"by {outcome.closes.text}")
    if outcome.after and outcome.kind != "recovery":
        parts.append(f"after {' or '.join(outcome.after)}")
    if outcome.within is not None:
        parts.append(f"within {outcome.within.text}")
    given = "" if outcome.given is None else outcome.given.text
    binary = outcome.kind in ("ever", "never", "at_end") or outcome.at_least is not None
    return OutcomeLabel(outcome.name, outcome.kind, text or "", outcome.about, ", ".join(parts), given, binary)
