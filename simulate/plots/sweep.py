"""The picture of a sweep: curves with bands over one axis, a heat map with contours over two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulate.errors import UsageError
from simulate.plots import style
from simulate.plots.pictures import fitted
from simulate.studies.axes import Axis
from simulate.studies.contrast import scale
from simulate.studies.datasets import PICKED
from simulate.studies.outcomes import Outcomes
from simulate.studies.statistics import CONFIDENCE
from simulate.studies.sweep import Sweep
from simulate.studies.wording import percent, title

CONTOURS = 6


def sweep_chart(sweep: Sweep, outcome: str) -> Figure:
    """One outcome over the grid.

    Raises
    ------
    UsageError
        If the sweep has more than two axes, or the outcome is a trajectory.
    """
    label = next(label for label in sweep.labels if label.name == outcome)
    if label.kind == "trajectory":
        raise UsageError(f"'{outcome}' is a trajectory; plot one point of the sweep with `simulate run`")
    if len(sweep.axes) > 2:
        raise UsageError(f"a sweep over {len(sweep.axes)} things has no picture; its table holds every point")
    with matplotlib.rc_context(style.SETTINGS):
        return curves(sweep, outcome) if len(sweep.axes) == 1 else maps(sweep, outcome)


def grid_of(sweep: Sweep, policy: str, outcome: str, what: str) -> Any:
    """One number of an outcome at every point, under a policy."""
    values = [PICKED[what](point, outcome) for point in sweep.points[policy]]
    return np.array(values, dtype=float).reshape(sweep.shape)


def places(axis: Axis) -> tuple[Any, list[str] | None]:
    """Where the values of an axis stand, and what is written there if they are no numbers."""
    if isinstance(axis.values[0], str):
        return np.arange(len(axis.values)), [str(value).replace("_", " ") for value in axis.values]
    return np.array(axis.told, dtype=float), None


def curves(sweep: Sweep, outcome: str) -> Figure:
    """Above, the outcome with its interval; below, its difference from the base in the same worlds."""
    (axis,) = sweep.axes
    label = next(each for each in sweep.labels if each.name == outcome)
    where, names = places(axis)
    figure, (above, below) = style.panels(2, 1, 2.6)
    figure.set_size_inches(6.4, 5.6)
    for place, policy in enumerate(sweep.points):
        color = style.LINES[place % len(style.LINES)]
        dash = style.DASHES[place % len(style.DASHES)]
        for panel, what in ((above, ""), (below, "_difference")):
            middle, low, high = (grid_of(sweep, policy, outcome, what + end) for end in ("", "_low", "_high"))
            panel.fill_between(where, low, high, alpha=0.18, linewidth=0, color=color)
            panel.plot(
                where, middle, marker="o", markersize=3, linestyle=dash, label=policy.replace("_", " "), color=color
            )
    for panel in (above, below):
        panel.grid(axis="y", color="#e5e7eb", linewidth=0.7)
        if names is not None:
            panel.set_xticks(where, names)
    if label.is_part or label.is_timed:
        above.yaxis.set_major_formatter(matplotlib.ticker.PercentFormatter(1.0))
    if label.is_part:
        below.yaxis.set_major_formatter(
            matplotlib.ticker.FuncFormatter(lambda value, _: f"{100 * value:+.3g}" if value else "0")
        )
    below.axhline(0.0, color=style.QUIET, linewidth=0.8)
    above.set_title(fitted(title(label)))
    as_it_is = "the scenario as it is" if len(sweep.points) == 1 else "the same policy as it is"
    below.set_title(", ".join(filter(None, (f"difference from {as_it_is}", style.DIFFERENCES[scale(label)]))))
    below.set_xlabel(named(axis))
    if len(sweep.points) > 1:
        above.legend(fontsize=7.5, frameon=False)
    caption(figure, sweep, f"{CONFIDENCE:.0%} intervals; below within worlds".replace("%", " %"))
    return figure


def maps(sweep: Sweep, outcome: str) -> Figure:
    """A heat map with contours for each policy."""
    across, up = sweep.axes[1], sweep.axes[0]
    label = next(each for each in sweep.labels if each.name == outcome)
    is_share = label.is_part or label.is_timed
    (x, x_names), (y, y_names) = places(across), places(up)
    figure, axes = style.panels(len(sweep.points), min(2, len(sweep.points)), 3.6)
    grids = {policy: grid_of(sweep, policy, outcome, "") for policy in sweep.points}
    low, high = (float(pick([pick(grid) for grid in grids.values()])) for pick in (np.nanmin, np.nanmax))
    mesh: Any = None
    for panel, (policy, grid) in zip(axes, grids.items(), strict=True):
        mesh = panel.pcolormesh(x, y, grid, shading="nearest", cmap="cividis", vmin=low, vmax=max(high, low + 1e-12))
        if x_names is not None or y_names is not None:
            for (row, column), value in np.ndenumerate(grid):
                shade = "white" if value <= 0.5 * (low + high) else style.INK
                text = f"{100 * value:.1f} %" if is_share else f"{value:.3g}"
                panel.text(x[column], y[row], text, ha="center", va="center", fontsize=7.5, color=shade)
        elif high > low and min(grid.shape) > 1:
            contours(panel, x, y, grid, is_share)
        panel.set_title(fitted(f"{title(label)}, {policy.replace('_', ' ')}"))
        panel.set_xlabel(named(across))
        panel.set_ylabel(named(up))
        for ticks, at, names in ((panel.set_xticks, x, x_names), (panel.set_yticks, y, y_names)):
            if names is not None:
                ticks(at, names)
    if high > low:
        form = matplotlib.ticker.PercentFormatter(1.0) if is_share else None
        figure.colorbar(mesh, ax=axes, format=form, shrink=0.85)
    caption(figure, sweep, "every point in the same worlds")
    return figure


def contours(panel: Axes, x: Any, y: Any, grid: Any, is_share: bool) -> None:
    """Contours that can be seen on any colour, with their levels."""
    edge: Any = [patheffects.withStroke(linewidth=2.2, foreground=style.INK)]
    lines = panel.contour(x, y, grid, CONTOURS, colors="white", linewidths=0.9)
    lines.set_path_effects(edge)
    form: Any = percent if is_share else "%.3g"
    written: Any = panel.clabel(lines, fontsize=7.5, fmt=form)
    for text in written:
        text.set_path_effects(edge)


def named(axis: Axis) -> str:
    """An axis with its unit."""
    return axis.name.replace("_", " ") + (f", {axis.unit.name}" if axis.unit.name else "")


def caption(figure: Figure, sweep: Sweep, note: str) -> None:
    """A heading, and below the picture what it was drawn from."""
    base = next(iter(sweep.bases.values()))
    figure.suptitle("What if it were otherwise", x=0.01, ha="left", fontsize=12.5, fontweight="bold")
    under = base.setting if len(sweep.points) == 1 else ", ".join(sweep.points) + base.changed
    text = f"{base.compiled.labels.title} | policy: {under} | {base.counted:,} worlds, seed {base.seed} | {note}"
    figure.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=style.QUIET)


def draw_sweep(sweep: Sweep, outcomes: Outcomes, folder: Path) -> list[Path]:
    """Draw outcomes of a sweep into a folder, as PNG and SVG."""
    paths = []
    for label in outcomes:
        paths += style.save(sweep_chart(sweep, label.name), folder, label.name)
    return paths
