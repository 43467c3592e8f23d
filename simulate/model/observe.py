"""What is measured: how each outcome reads a world, from the opening of its window to its close.

A value at a time includes what happens at that time; the end of a window means just before it.
Conditions are read just after each event that changes something they read, where that is a moving
variable also on the grid; between readings they stand.
"""

from simulate.model.arithmetic import INFINITY, NAN
from simulate.model.evaluate import finite, holds
from simulate.model.layout import Measures, Model, World

# Kinds of outcomes.
EVER = 0
NEVER = 1
AT_END = 2
SHARE_OF_TIME = 3
FIRST = 4
COUNT = 5
VALUE = 6
MEAN = 7
MINIMUM = 8
MAXIMUM = 9
TRAJECTORY = 10
RECOVERY = 11
CHANGE = 12

# States of a window.
WAITING = 0
OPEN = 1
CLOSED = 2
LEFT_OUT = 3

# What a recovery has seen.
NOT_FALLEN = 0
FALLEN = 1
RECOVERED = 2


def just_before(time: float) -> float:
    """A time so little earlier that only `recent` can tell."""
    return time * (1.0 - 2.0**-52)


def begin(measures: Measures) -> None:
    """Forget everything measured, before a world starts."""
    for outcome in range(len(measures.state)):
        measures.state[outcome] = WAITING
        measures.total[outcome] = 0.0
        measures.readings[outcome] = 0
        measures.reached[outcome] = 0
        measures.value[outcome] = NAN
        measures.closes_at[outcome] = INFINITY
    for row in range(len(measures.path)):
        measures.path[row] = NAN
    for row in range(len(measures.stages)):
        measures.stages[row] = 0


def open_window(model: Model, world: World, measures: Measures, outcome: int, opens: float, closes: float) -> None:
    """Open a window, before anything happens at that instant."""
    kind = model.outcomes.kind[outcome]
    measures.state[outcome] = OPEN
    measures.opened_at[outcome] = opens
    measures.closes_at[outcome] = closes
    measures.read_at[outcome] = opens
    measures.truth[outcome] = 0.0
    if kind == COUNT:
        measures.baseline[outcome] = float(world.fired[model.outcomes.event[outcome]])
    elif kind in (CHANGE, RECOVERY):
        measures.baseline[outcome] = finite(model, world, model.outcomes.program[outcome], opens)


def open_after(model: Model, world: World, measures: Measures, outcome: int, time: float) -> bool:
    """Open the window of an outcome that runs from an event, just before that event is applied.

    A window that the horizon would cut is left out instead. Returns whether a window was opened.
    """
    outcomes = model.outcomes
    if measures.state[outcome] != WAITING or not outcomes.opens[outcome] <= time < outcomes.closes[outcome]:
        return False
    closes = outcomes.closes[outcome]
    if outcomes.within[outcome] > 0.0:
        closes = time + outcomes.within[outcome]
        if closes > model.grid.horizon:
            measures.state[outcome] = LEFT_OUT
            return False
    open_window(model, world, measures, outcome, time, closes)
    return True


def read(model: Model, world: World, measures: Measures, outcome: int, time: float) -> None:
    """Read an outcome's condition now, while its window is open."""
    if measures.state[outcome] != OPEN:
        return
    kind = model.outcomes.kind[outcome]
    program = model.outcomes.program[outcome]
    if kind == RECOVERY:
        read_recovery(model, world, measures, outcome, time)
    elif kind <= FIRST and kind != AT_END:
        truth = holds(model, world, program, time)
        measures.total[outcome] += measures.truth[outcome] * (time - measures.read_at[outcome])
        measures.truth[outcome] = 1.0 if truth else 0.0
        measures.read_at[outcome] = time
        if truth and measures.reached[outcome] == 0:
            measures.reached[outcome] = 1
            measures.value[outcome] = time - measures.opened_at[outcome]


def read_recovery(model: Model, world: World, measures: Measures, outcome: int, time: float) -> None:
    """See whether a recovering value has fallen below its target, or come back to it."""
    value = finite(model, world, model.outcomes.program[outcome], time)
    recovered = value >= model.outcomes.target[outcome] * measures.baseline[outcome]
    if measures.reached[outcome] == NOT_FALLEN and not recovered:
        measures.reached[outcome] = FALLEN
    elif measures.reached[outcome] == FALLEN and recovered:
        measures.reached[outcome] = RECOVERED
        measures.value[outcome] = time - measures.opened_at[outcome]


def read_grid(model: Model, world: World, measures: Measures, point: int, time: float) -> None:
    """Read everything that is read on the grid, after all that happens at that instant."""
    count = model.grid.size
    for lifecycle in range(len(world.stage)):
        measures.stages[lifecycle * count + point] = world.stage[lifecycle]
    outcomes = model.outcomes
    for outcome in range(len(outcomes.kind)):
        if outcomes.on_grid[outcome] == 0 or measures.state[outcome] != OPEN:
            continue
        kind = outcomes.kind[outcome]
        if not MEAN <= kind <= TRAJECTORY:
            read(model, world, measures, outcome, time)
            continue
        value = finite(model, world, outcomes.program[outcome], time)
        if kind == TRAJECTORY:
            measures.path[outcomes.path[outcome] * count + point] = value
        elif kind == MEAN:
            measures.total[outcome] += value
        elif measures.readings[outcome] == 0:
            measures.total[outcome] = value
        elif kind == MINIMUM:
            measures.total[outcome] = min(measures.total[outcome], value)
        else:
            measures.total[outcome] = max(measures.total[outcome], value)
        measures.readings[outcome] += 1


def close_window(model: Model, world: World, measures: Measures, outcome: int) -> None:
    """Close a window just before its end and settle the outcome's value."""
    if measures.state[outcome] != OPEN:
        return
    time = just_before(measures.closes_at[outcome])
    measures.state[outcome] = CLOSED
    given = model.outcomes.given[outcome]
    if given >= 0 and not holds(model, world, given, time):
        measures.state[outcome] = LEFT_OUT
        measures.value[outcome] = NAN
        path = model.outcomes.path[outcome] * model.grid.size
        for point in range(model.grid.size if path >= 0 else 0):
            measures.path[path + point] = NAN
        return
    measures.value[outcome] = final_value(model, world, measures, outcome, time)


def final_value(model: Model, world: World, measures: Measures, outcome: int, time: float) -> float:
    """The value of an outcome just before its window ends; NaN for a trajectory, which has a path."""
    kind = model.outcomes.kind[outcome]
    program = model.outcomes.program[outcome]
    end = measures.closes_at[outcome]
    length = end - measures.opened_at[outcome]
    if kind == FIRST:
        return measures.value[outcome] if measures.reached[outcome] == 1 else length
    if kind == RECOVERY:
        return final_recovery(measures, outcome, length)
    if kind == EVER:
        return float(measures.reached[outcome])
    if kind == NEVER:
        return 1.0 - measures.reached[outcome]
    if kind == AT_END:
        return 1.0 if holds(model, world, program, time) else 0.0
    if kind == SHARE_OF_TIME:
        last = measures.truth[outcome] * (end - measures.read_at[outcome])
        return (measures.total[outcome] + last) / length
    if kind == COUNT:
        happened = world.fired[model.outcomes.event[outcome]] - measures.baseline[outcome]
        if model.outcomes.at_least[outcome] >= 0.0:
            return 1.0 if happened >= model.outcomes.at_least[outcome] else 0.0
        return happened
    if kind == VALUE:
        return finite(model, world, program, time)
    if kind == CHANGE:
        return finite(model, world, program, time) - measures.baseline[outcome]
    if kind == TRAJECTORY or measures.readings[outcome] == 0:
        return NAN
    if kind == MEAN:
        return measures.total[outcome] / measures.readings[outcome]
    return measures.total[outcome]


def final_recovery(measures: Measures, outcome: int, length: float) -> float:
    """Days to recovery: 0 if the value never fell, the window's length while it has not come back."""
    if measures.reached[outcome] == RECOVERED:
        measures.reached[outcome] = 1
        return measures.value[outcome]
    if measures.reached[outcome] == NOT_FALLEN:
        measures.reached[outcome] = 1
        return 0.0
    measures.reached[outcome] = 0
    return length
