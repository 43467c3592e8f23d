"""Clocks of a stage: when a delay from entering it, or an anniversary, comes due."""

from simulate.model.arithmetic import INFINITY
from simulate.model.dynamics import draw, pending, sample
from simulate.model.layout import AFTER_DELAY, AT_ANNIVERSARY, Model, World
from simulate.model.noise import DELAY, FIRST_NAMED_PURPOSE, child
from simulate.model.quantile import CONSTANT

REDRAWS = FIRST_NAMED_PURPOSE - 1
"""How often a delay that ended before the scenario's start is drawn anew."""


def clock_identity(model: Model, world: World, transition: int) -> int:
    """The identity of a transition by clock: a child of the entry into the present stage."""
    return child(world.entry[model.transitions.lifecycle[transition]], model.transitions.name[transition])


def delayed_until(model: Model, world: World, transition: int, now: float) -> float:
    """When a delay from entering the stage ends; the delay is drawn once for each entry.

    A stage entered before the start has been survived until then, so its delay is drawn anew until
    it ends after the start; one that cannot (a constant) ends at the start.
    """
    entered = world.entered_at[model.transitions.lifecycle[transition]]
    identity = clock_identity(model, world, transition)
    distribution = model.transitions.delay[transition]
    due = entered + max(sample(model, world, distribution, draw(world, identity, DELAY, now), now), 0.0)
    attempt = 0
    while due < now and attempt < REDRAWS and model.distributions.kind[distribution] != CONSTANT:
        attempt += 1
        u = draw(world, identity, FIRST_NAMED_PURPOSE + attempt, now)
        due = entered + max(sample(model, world, distribution, u, now), 0.0)
    return pending(model, world, distribution, identity, entered, max(due, now), now)


def anniversary_of(model: Model, world: World, transition: int, now: float) -> float:
    """The first anniversary at least the notice after entering the stage; infinite beyond the table.

    Anniversaries before the start have been survived, as the stage still stands.
    """
    transitions = model.transitions
    earliest = world.entered_at[transitions.lifecycle[transition]] + transitions.notice[transition]
    for row in range(transitions.first_anniversary[transition], transitions.last_anniversary[transition]):
        if transitions.anniversary[row] >= max(earliest, now):
            return transitions.anniversary[row]
    return INFINITY


def due(model: Model, world: World, transition: int, now: float) -> float:
    """When a clock of the present stage comes due; infinite for a transition that has no clock."""
    lifecycle = model.transitions.lifecycle[transition]
    if model.code.stage_set[model.transitions.sources[transition] + world.stage[lifecycle]] == 0:
        return INFINITY
    if model.transitions.kind[transition] == AFTER_DELAY:
        return delayed_until(model, world, transition, now)
    if model.transitions.kind[transition] == AT_ANNIVERSARY:
        return anniversary_of(model, world, transition, now)
    return INFINITY
