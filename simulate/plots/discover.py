"""The region that was discovered: the trade-off curve, and the box over the draws."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import matplotlib.axes
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simulate.plots import style
from simulate.studies.discover import Discovery


def discovery_chart(found: Discovery) -> Figure:
    """Coverage against density along the search, and the two limits that tell most, over the draws."""
    box = found.box
    with matplotlib.rc_context(style.SETTINGS):
        figure, axes = style.panels(1 if box is None else 2, 1 if box is None else 2, 3.4)
        trade(axes[0], found)
        if box is not None:
            scatter(axes[1], found)
        told = found.measured
        figure.suptitle(f"Where: {found.sought}", x=0.01, ha="left", fontsize=12.5, fontweight="bold")
        note = "nothing beyond chance was found" if box is None else "the box that covers most, most densely"
        text = f"{told.scenario} | {len(found.hits):,} draws, {told.worlds:,} worlds each, seed {told.seed} | {note}"
        figure.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=style.QUIET)
    return figure


def trade(axis: matplotlib.axes.Axes, found: Discovery) -> None:
    """The trade-off curve."""
    path = found.search.path
    coverage, density = [each.coverage for each in path], [each.density for each in path]
    shade = axis.scatter(coverage, density, c=[each.support for each in path], cmap="cividis", s=18, zorder=3)
    axis.plot(coverage, density, color=style.QUIET, linewidth=0.8)
    if found.box is not None:
        axis.plot(found.box.coverage, found.box.density, "o", color=style.LINES[1], markersize=9, fillstyle="none")
    axis.set_xlim(-0.03, 1.03)
    axis.set_ylim(-0.03, 1.03)
    axis.set_xlabel("coverage: share of all such cases")
    axis.set_ylabel("density: share of what lies in it")
    axis.set_title("from everything (right) to the smallest box (left)")
    assert axis.figure is not None
    axis.figure.colorbar(shade, ax=axis, label="share of all draws")


def scatter(axis: matplotlib.axes.Axes, found: Discovery) -> None:
    """The box over the draws, in the two parameters whose limits tell most."""
    assert found.box is not None
    limits = sorted(found.box.limits, key=lambda each: each.p_value)[:2]
    points, priors = found.measured.points, list(found.measured.priors.values())
    first, second = limits[0], limits[-1]
    spare = next(column for column in range(points.shape[1] + 1) if column != first.parameter)
    column = second.parameter if len(limits) > 1 else min(spare, points.shape[1] - 1)
    across, up = priors[first.parameter], priors[column]
    x, y = points[:, first.parameter] / across.unit.size, points[:, column] / up.unit.size
    order = np.argsort(found.hits)
    if found.is_share:
        shade = axis.scatter(x[order], y[order], c=found.hits[order], cmap="cividis", s=10, vmin=0.0, vmax=1.0)
        form = matplotlib.ticker.PercentFormatter(1.0)
        assert axis.figure is not None
        axis.figure.colorbar(shade, ax=axis, label="worlds of a draw in which it is so", format=form)
    else:
        for hit, color, name in ((0.0, style.BAND_50, "it is not so"), (1.0, style.INK, "it is so on average")):
            some = found.hits == hit
            axis.scatter(x[some], y[some], s=10, color=color, label=name)
        axis.legend(loc="upper left", bbox_to_anchor=(0.0, -0.14), fontsize=7.5, frameon=False, ncols=2)
    low, high = max(across.unit.of(first.low), x.min()), min(across.unit.of(first.high), x.max())
    bottom, top = y.min(), y.max()
    if len(limits) > 1:
        bottom, top = max(up.unit.of(second.low), bottom), min(up.unit.of(second.high), top)
    axis.add_patch(
        Rectangle((low, bottom), high - low, top - bottom, fill=False, edgecolor=style.LINES[1], linewidth=1.8)
    )
    axis.set_xlabel(", ".join(filter(None, (across.name, across.unit.name))))
    axis.set_ylabel(", ".join(filter(None, (up.name, up.unit.name))))
    axis.set_title("the box, and how often it is so in each draw" if found.is_share else "the box over the draws")


def draw_discovery(found: Discovery, folder: Path) -> list[Path]:
    """Draw the picture into a folder."""
    return style.save(discovery_chart(found), folder, "discovery")
