"""What studies of the parameters found as tables, to be printed by a command or shown in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from simulate.compiled import OutcomeLabel
from simulate.errors import UsageError
from simulate.studies.axes import Axis, Value
from simulate.studies.contrast import amount, scale
from simulate.studies.paired import Difference
from simulate.studies.prim import LEAST_SUPPORT
from simulate.studies.summary import as_json
from simulate.studies.wording import how_many, number, percent, quantity, title

if TYPE_CHECKING:
    from simulate.studies.design import Measured
    from simulate.studies.discover import Discovery
    from simulate.studies.nested import Drawn
    from simulate.studies.prim import Limit
    from simulate.studies.robust import Robustness
    from simulate.studies.sensitivity import Sensitivity
    from simulate.studies.sweep import Sweep, SweepPoint

Row = tuple[str, ...]
FEW_WORLDS = 10
"""With fewer at each point their noise cannot be told well."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table whose first column is text; its `spare` columns may be left away where room is scarce."""

    columns: Row
    rows: Sequence[Row]
    spare: tuple[int, ...] = ()


def points_table(found: Sweep, label: OutcomeLabel, policy: str) -> Shown:
    """An outcome at every point of a sweep under a policy, and its difference from the base."""
    where = product(*(axis.told for axis in found.axes))
    points = found.points[policy]
    rows = [(*map(rounded, at), *cells(label, point)) for at, point in zip(where, points, strict=True)]
    columns = (*map(heading, found.axes), "estimate", "95 % interval", "from base", "95 % interval")
    return Shown(columns, rows)


def cells(label: OutcomeLabel, point: SweepPoint) -> Row:
    """An outcome at a point, and its difference from the base, each with its interval."""
    form = percent if label.is_part or label.is_timed else number
    shown = as_json(label.kind, point.outcomes[label.name], point.counted)
    difference = point.differences[label.name]
    assert isinstance(difference, Difference)
    unit = scale(label)
    return (
        form(shown.get("probability", shown.get("mean"))),
        f"{form(shown['low'])} to {form(shown['high'])}",
        amount(difference.difference, unit),
        f"{amount(difference.low, unit)} to {amount(difference.high, unit)}",
    )


def heading(axis: Axis) -> str:
    """An axis with its unit."""
    return f"{axis.name} ({axis.unit.name})" if axis.unit.name else axis.name


def rounded(value: Value) -> str:
    """A value of an axis as short as it can be read."""
    return value if isinstance(value, str) else f"{value:.4g}"


def study_notes(measured: Measured) -> list[str]:
    """What must be said of a study at points of the parameters besides its numbers."""
    told = []
    if measured.left_out:
        told.append(
            f"capped: {how_many(measured.left_out, 'world')} of all points reached the limit of events and are left out"
        )
    if measured.worlds < FEW_WORLDS:
        told.append(f"{how_many(measured.worlds, 'world')} at each point are few: intervals are too narrow")
    return told


def drivers_table(found: Sensitivity, outcome: str, policy: str | None, most: int) -> Shown:
    """The parameters that drive an outcome most, or what a policy changes in it, beside what noise would show.

    Raises
    ------
    UsageError
        If at some point no world counts, or the outcome does not vary.
    """
    drivers = found.drivers(outcome, policy)[:most]
    if not found.varies(outcome, policy):
        raise UsageError("does not vary over the priors, as far as so many worlds can tell")
    if found.method == "sobol":
        first = dict(zip(found.names, found.indices(outcome, policy).first, strict=True))
        rows: list[Row] = [
            (name, f"{each.estimate:.2f}", f"{each.low:.2f} to {each.high:.2f}", f"{first[name].estimate:.2f}",
             f"{first[name].low:.2f} to {first[name].high:.2f}")
            for name, each in drivers
        ]  # fmt: skip
        return Shown(("parameter", "total", "95 % interval", "first", "95 % interval"), rows)
    effects = found.effects(outcome, policy)
    rows = []
    for name, each in drivers:
        place = found.names.index(name)
        seen = f"{number(each.low)} to {number(each.high)}"
        rows.append((name, number(each.estimate), seen, number(effects.mean[place]), number(effects.sd[place]),
                     number(effects.noise[place])))  # fmt: skip
    return Shown(("parameter", "effect", "95 % interval", "mean", "sd", "noise alone"), rows, spare=(4,))


def limits_table(found: Discovery) -> Shown:
    """The limits of the box, each in its parameter's own unit."""
    assert found.box is not None
    rows = [(found.name(each), *ends(found, each), f"{each.p_value:.2g}") for each in found.box.limits]
    return Shown(("parameter", "from", "to", "its whole range", "p"), rows)


def no_region(found: Discovery) -> str:
    """Why there is no box."""
    if found.hits.max() == 0.0 or found.hits.min() == 1.0:
        return f"no region: it is so in {'no world of any draw' if found.hits.max() == 0.0 else 'every draw'}"
    least = f"{100 * LEAST_SUPPORT:.0f} %"
    return (
        "no region: shuffled cases give one as good, so that what was found is chance "
        f"(regions of less than {least} of the draws are not looked for)"
    )


def ends(found: Discovery, limit: Limit) -> Row:
    """The limits of one parameter and its whole range."""
    prior = found.measured.priors[found.name(limit)]
    low, high = (quantity(end, prior.unit) for end in prior.ends)
    start = "" if limit.low == float("-inf") else quantity(limit.low, prior.unit)
    end = "" if limit.high == float("inf") else quantity(limit.high, prior.unit)
    return start, end, f"{low.removesuffix(prior.unit.name).strip()} to {high}"


def standings_table(found: Robustness) -> Shown:
    """How each policy does over the draws."""
    (label,) = found.measured.labels
    form = percent if label.is_part else number
    rows = [
        (
            each.policy,
            form(each.expected),
            f"{form(each.low)} to {form(each.high)}",
            form(each.worst_tenth),
            amount(each.most_regret, scale(label)).lstrip("+"),
            percent(each.best_in),
        )
        for each in found.standings
    ]
    return Shown(
        ("policy", "expected", "95 % interval", "worst tenth", "most regret", "none better in"), rows, spare=(2,)
    )


def draws_notes(found: Robustness) -> list[str]:
    """What must be said of draws that are left out, and of policies that change nothing."""
    left_out = int((~found.kept).sum())
    told = study_notes(found.measured)
    told += [f"no effect: {name} changes nothing in any world of any draw" for name in found.idle]
    if left_out:
        told.append(
            f"left out: {left_out:,} of {len(found.kept):,} draws, in which no world counts under some policy; "
            "what is told is of the others alone"
        )
    return told


def noise_sentence(found: Robustness) -> str:
    """How far noise makes what was picked out look too dark."""
    (label,) = found.measured.labels
    if found.noise is None:
        return "How far noise of few worlds makes the worst look too dark cannot be told: too few count."
    uncertain = amount(found.noise, scale(label)).lstrip("+")
    return (
        f"With {found.measured.worlds:,} worlds, a difference in one draw is uncertain by {uncertain} (sd); "
        "the worst tenth and the largest regret, picked from such, look darker than they are by part of it."
    )


def shares_table(found: Drawn) -> Shown:
    """How much of each outcome's variance is doubt about the parameters, and how much is chance."""
    rows = []
    for label in found.compiled.labels.outcomes:
        if label.kind == "trajectory":
            continue
        part = found.shares(label.name)
        if part.parameters is not None:
            interval = f"{percent(part.low)} to {percent(part.high)}"
            rows.append((title(label), percent(part.parameters), interval, percent(part.chance)))
    return Shown(("of the variance over worlds", "parameters", "95 % interval", "chance"), rows)
