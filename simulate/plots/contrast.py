"""The pictures of a comparison: differences as a forest plot, and trajectories with the band of their difference."""

from __future__ import annotations

import textwrap
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulate.compiled import OutcomeLabel
from simulate.plots import style
from simulate.plots.pictures import fitted
from simulate.studies.compare import Comparison
from simulate.studies.contrast import is_clear, scale
from simulate.studies.paired import Difference, PathDifference
from simulate.studies.wording import title

FEW = 4
DASHES = ("-", "--", "-.", (0, (6, 1, 1, 1, 1, 1)))
"""Dots are the baseline's."""
"""So many policies share a picture of trajectories."""
WIDEST_LABEL = 40

Row = tuple[OutcomeLabel, Difference]


def rows_of(comparison: Comparison, policy: str) -> list[Row]:
    """The outcomes of a policy that have one difference, and not a path."""
    differences = comparison.differences[policy]
    return [
        (label, found)
        for label in comparison.outcomes
        if isinstance(found := differences[label.name], Difference) and found.difference is not None
    ]


def forest_plot(comparison: Comparison) -> Figure | None:
    """Every difference with its interval: one panel for each unit, or for each outcome where policies are many."""
    policies = list(comparison.others)
    names = {label.name: label for policy in policies for label, _ in rows_of(comparison, policy)}
    if not names:
        return None
    with matplotlib.rc_context(style.SETTINGS):
        figure = by_outcome(comparison, list(names.values())) if len(policies) > 1 else by_unit(comparison, policies[0])
        heading = "What each policy changes, in the same worlds"
        if len(policies) == 1:
            heading = f"What {policies[0]} changes, in the same worlds"
        source(
            figure, comparison, heading, "difference from the baseline with its 95 % interval; filled: told from chance"
        )
    return figure


def by_unit(comparison: Comparison, policy: str) -> Figure:
    """One policy: outcomes as rows, a panel for each unit."""
    rows = rows_of(comparison, policy)
    groups = {unit: [row for row in rows if scale(row[0]) == unit] for unit in style.DIFFERENCES}
    groups = {unit: group for unit, group in groups.items() if group}
    heights = [len(group) + 1.6 for group in groups.values()]
    figure = Figure(figsize=(9, 0.27 * sum(heights) + 1.4), layout="constrained")
    axes = figure.subplots(len(groups), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axis, (unit, group) in zip(axes, groups.items(), strict=True):
        for place, (_, found) in enumerate(reversed(group)):
            draw_interval(axis, found, place, unit)
        axis.set_yticks(range(len(group)), [fitted(title(label)) for label, _ in reversed(group)], color=style.INK)
        finish(axis, len(group), style.DIFFERENCES[unit] or "in the outcome's own units")
    return figure


def by_outcome(comparison: Comparison, labels: list[OutcomeLabel]) -> Figure:
    """Many policies: one panel for each outcome, policies as rows."""
    policies = list(comparison.others)
    columns = min(3, len(labels))
    figure, axes = style.panels(len(labels), columns, 0.22 * len(policies) + 0.9)
    for place, (axis, label) in enumerate(zip(axes, labels, strict=True)):
        unit = "units"
        for height, policy in enumerate(reversed(policies)):
            found = comparison.differences[policy][label.name]
            if isinstance(found, Difference) and found.difference is not None:
                unit = scale(label)
                draw_interval(axis, found, height, unit)
        shown = (
            [name.replace("_", " ") for name in reversed(policies)] if place % columns == 0 else [""] * len(policies)
        )
        axis.set_yticks(range(len(policies)), shown, color=style.INK)
        axis.set_title(fitted(title(label), WIDEST_LABEL), fontsize=9.5)
        finish(axis, len(policies), style.DIFFERENCES[unit])
    return figure


def draw_interval(axis: Axes, found: Difference, height: float, unit: str) -> None:
    """A difference as a dot on its interval."""
    factor = 100.0 if unit == "points" else 1.0
    assert found.difference is not None
    if found.low is not None and found.high is not None:
        axis.plot([factor * found.low, factor * found.high], [height] * 2, color=style.BLUE, linewidth=1.4)
    face = style.BLUE if is_clear(found) else "white"
    axis.plot(factor * found.difference, height, "o", color=style.BLUE, markerfacecolor=face, markersize=4.5)


def finish(axis: Axes, rows: int, name: str) -> None:
    """The line of no difference, and room around the rows."""
    axis.axvline(0.0, color=style.QUIET, linewidth=0.9, zorder=0)
    axis.set_ylim(-0.7, rows - 0.3)
    axis.set_xlabel(name, fontsize=8, color=style.QUIET)
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x", color="#e5e7eb", linewidth=0.7)
    axis.set_axisbelow(True)


def trajectories(comparison: Comparison, policies: list[str] | None = None) -> Figure | None:
    """Each trajectory under the baseline and policies, and below it the band of the difference within worlds.

    Without names it is of the first few policies.
    """
    policies = list(comparison.others)[:FEW] if policies is None else policies
    labels = [label for label in comparison.outcomes if label.kind == "trajectory"]
    if not labels:
        return None
    with matplotlib.rc_context(style.SETTINGS):
        columns = min(3, len(labels))
        rows = -(-len(labels) // columns)
        figure = Figure(figsize=(4.4 * columns + 0.6, 4.0 * rows + 1.2), layout="constrained")
        for place, label in enumerate(labels):
            row, column = divmod(place, columns)
            upper = figure.add_subplot(2 * rows, columns, 2 * row * columns + column + 1)
            lower = figure.add_subplot(2 * rows, columns, (2 * row + 1) * columns + column + 1, sharex=upper)
            draw_trajectory(comparison, policies, label, upper, lower)
            if place == 0:
                upper.legend(loc="best", fontsize=7.5, frameon=False)
        heading = " and ".join(policies) if len(policies) < 3 else f"{len(policies)} policies"
        note = "lower: mean difference within worlds and its 95 % interval"
        note += ", nine tenths of worlds (light)" if len(policies) == 1 else ""
        source(figure, comparison, f"The baseline and {heading} in the same worlds", note)
    return figure


def draw_trajectory(comparison: Comparison, policies: list[str], label: OutcomeLabel, upper: Axes, lower: Axes) -> None:
    """Means of all sides above, differences below."""
    labels, horizon = comparison.base.compiled.labels, comparison.base.compiled.model.grid.horizon
    for axis in (upper, lower):
        style.dated(axis, labels.start, horizon)
    for number, policy in enumerate(policies):
        found = comparison.differences[policy][label.name]
        assert isinstance(found, PathDifference)
        if number == 0:
            # Above the policies, so that it is seen where one changes nothing.
            base = style.dates(labels.start, found.days), found.base
            upper.plot(*base, color=style.INK, linewidth=1.4, linestyle=":", label="baseline", zorder=3)
        days = style.dates(labels.start, found.days)
        colour, dash = style.LINES[number], DASHES[number]
        upper.plot(days, found.other, color=colour, linewidth=1.6, linestyle=dash, label=policy.replace("_", " "))
        if len(policies) == 1:
            lower.fill_between(days, found.quantiles["0.05"], found.quantiles["0.95"], color=style.BAND_90)
        lower.fill_between(days, found.low, found.high, color=colour, alpha=0.35, linewidth=0)
        lower.plot(days, found.mean, color=colour, linewidth=1.3, linestyle=dash)
    lower.axhline(0.0, color=style.QUIET, linewidth=0.9, zorder=0)
    lower.set_ylabel("difference", fontsize=8, color=style.QUIET)
    upper.set_title(fitted(title(label)))
    upper.tick_params(labelbottom=False)


def source(figure: Figure, comparison: Comparison, heading: str, note: str) -> None:
    """A heading, and below the picture what it was drawn from."""
    base = comparison.base
    figure.suptitle(heading.replace("_", " "), x=0.01, ha="left", fontsize=12.5, fontweight="bold")
    text = f"{base.compiled.labels.title}{base.changed} | {base.counted:,} worlds, seed {base.seed} | {note}"
    figure.supxlabel(
        "\n".join(textwrap.wrap(text, int(14 * figure.get_figwidth()))),
        x=0.01,
        ha="left",
        fontsize=7.5,
        color=style.QUIET,
    )


def draw_comparison(comparison: Comparison, folder: Path) -> None:
    """Write every picture that the comparison has something for."""
    policies = list(comparison.others)
    forest = forest_plot(comparison)
    if forest is not None:
        style.save(forest, folder, "differences")
    for first in range(0, len(policies), FEW):
        some = policies[first : first + FEW]
        picture = trajectories(comparison, some)
        if picture is not None:
            style.save(picture, folder, "trajectories" if first == 0 else f"trajectories-{first // FEW + 1}")
