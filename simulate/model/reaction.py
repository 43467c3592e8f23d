"""Rules that answer an event after a delay, and the choice that an actor makes."""

import math

from simulate.model.arithmetic import INFINITY
from simulate.model.dynamics import chance, draw, draw_marks, pending, recall_marks, sample
from simulate.model.evaluate import finite, holds
from simulate.model.layout import Floats, Model, World
from simulate.model.noise import DELAY, RULE_PROBABILITY

NOBODY = -2
"""No option is left."""
NOTHING = -1
"""The option of doing nothing."""


def due(model: Model, world: World, distribution: int, identity: int, time: float) -> float:
    """When a delay that begins now ends; a delay below zero counts as zero, none (-1) is zero."""
    if distribution < 0:
        return time
    delay = max(sample(model, world, distribution, draw(world, identity, DELAY, time), time), 0.0)
    return pending(model, world, distribution, identity, time, time + delay, time)


def gumbel(u: float) -> float:
    """Standard Gumbel noise from a uniform (Gumbel-max: Oberst and Sontag 2019)."""
    return -math.log(-math.log(u))


def available(model: Model, world: World, option: int, identity: int, time: float) -> bool:
    """Whether an option's own `when` lets it happen; its own marks are drawn to read it."""
    event = model.options.event[option]
    if event < 0 or model.events.when[event] < 0:
        return True
    draw_marks(model, world, event, identity, time)
    return holds(model, world, model.events.when[event], time)


def decides(model: Model, world: World, reaction: int, identity: int, time: float) -> bool:
    """Whether a reaction's guards hold at its time of decision; the trigger's marks are current."""
    if not holds(model, world, model.reactions.when[reaction], time):
        return False
    program = model.reactions.probability[reaction]
    return chance(model, world, program, identity, RULE_PROBABILITY, time)


def choose(
    model: Model, world: World, reaction: int, identity: int, trigger: int, marks: Floats, offset: int, time: float
) -> int:
    """The event that a reaction brings: NOTHING if that was chosen, NOBODY if no option is left.

    `marks` holds, from `offset` on, those that the `trigger` drew.

    A multinomial logit by fixed Gumbel noise for each option: a choice flips only if some option's
    utility rose against another's. Ties go to the option written first.
    """
    best = -INFINITY
    chosen = NOBODY
    for option in range(model.reactions.first_option[reaction], model.reactions.last_option[reaction]):
        if not available(model, world, option, identity, time):
            continue
        if model.options.utility[option] < 0:
            return model.options.event[option]
        recall_marks(model, world, trigger, marks, offset)
        utility = finite(model, world, model.options.utility[option], time)
        score = utility + gumbel(draw(world, identity, model.options.purpose[option], time))
        if score > best:
            best = score
            chosen = model.options.event[option]
    return chosen
