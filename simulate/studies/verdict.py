"""What a world came to, for an outcome that happens or not: the verdict that explanations turn on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulate.compiled import Compiled, OutcomeLabel
from simulate.engines.machine import Batch
from simulate.engines.record import WorldRecord
from simulate.engines.state import CAPPED, Chunk
from simulate.errors import CappedError, RunError, UsageError
from simulate.model import observe
from simulate.model import operations as op
from simulate.studies.causes import outcome_topics
from simulate.studies.outcomes import chosen_outcomes
from simulate.studies.reads import stage_events


def index_of(compiled: Compiled, outcome: OutcomeLabel) -> int:
    """The index of an outcome."""
    return compiled.labels.outcomes.index(outcome)


def explained_outcome(compiled: Compiled, name: str) -> OutcomeLabel:
    """The outcome of a name, if it is one that happens or not in a world.

    Raises
    ------
    UsageError
    """
    known = compiled.labels.outcomes
    (label,) = chosen_outcomes(known, [name])
    if not label.binary and label.kind != "first":
        can = [each.name for each in known if each.binary or each.kind == "first"]
        raise UsageError(
            f"'{name}' is a {label.kind.replace('_', ' ')}, which has no cause in one world; "
            f"outcomes that happen or not can be explained: {', '.join(can) or 'there is none'}"
        )
    return label


def signature(compiled: Compiled, outcome: int, result: Chunk | WorldRecord) -> tuple[bool, bool]:
    """What a world came to: whether it is left out, and whether the outcome is 1, or reached."""
    values = result.value if isinstance(result, Chunk) else result.values
    return bool(result.left_out[outcome]), is_met(compiled, outcome, values, result.reached)


def is_met(compiled: Compiled, outcome: int, values: Sequence[float], reached: Sequence[int]) -> bool:
    """Whether an outcome is 1, or its time reached, in one row of what worlds measured."""
    if compiled.model.outcomes.kind[outcome] == observe.FIRST:
        return bool(reached[outcome])
    return bool(values[outcome] == 1.0)


def rerun(engine: Batch, world: int, removed: Sequence[int] = ()) -> Chunk:
    """A world once more, perhaps without some firings.

    Raises
    ------
    RunError
        If it now reaches the limit of events, or a number that means nothing, so that nothing can be said.
    """
    try:
        chunk = engine.run_chunk(world, world + 1, removed)
    except RunError as error:
        raise RunError(f"world {world}, run again without a cause: {error}") from error
    if chunk.state[0] == CAPPED:
        raise CappedError(
            f"world {world}, run again without a cause, reached {engine.most_events:,} events, the most allowed; "
            "raise --max-events"
        )
    return chunk


def came_true(compiled: Compiled, outcome: int, result: Chunk | WorldRecord) -> bool:
    """Whether an outcome counts, and is 1 or its time reached."""
    left_out, happened = signature(compiled, outcome, result)
    return happened and not left_out


def was_missed(compiled: Compiled, outcome: int, result: Chunk | WorldRecord) -> bool:
    """Whether an outcome counts, and is 0 or its time not reached."""
    left_out, happened = signature(compiled, outcome, result)
    return not (happened or left_out)


def same_as(
    compiled: Compiled, outcome: int, whole: WorldRecord
) -> Callable[[Compiled, int, Chunk | WorldRecord], bool]:
    """Whether a world run again comes to what it came to when it was whole.

    An outcome that did not come true stays so where it is left out; a `never` that failed does not.
    """
    if came_true(compiled, outcome, whole):
        return came_true
    if compiled.model.outcomes.kind[outcome] == observe.NEVER:
        return was_missed
    return lambda *result: not came_true(*result)


def what_it_is(compiled: Compiled, outcome: int) -> set[str]:
    """The kinds of events that are what an outcome asks for, and so no news as its causes.

    Of several whose counts it reads, none alone is that.
    """
    model, names = compiled.model, compiled.labels.events
    topics = outcome_topics(model, outcome)
    counted = {names[index] for kind, index in topics if kind == op.COUNT}
    lifecycles = [index for kind, index in topics if kind == op.STAGE]
    entered = {names[event] for lifecycle in lifecycles for event in stage_events(model, lifecycle)}
    return entered | (counted if len(counted) == 1 else set())
