"""What drives an outcome: bars with intervals, the strongest first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulate.plots import style
from simulate.plots.pictures import fitted
from simulate.studies.contrast import scale
from simulate.studies.indices import Interval
from simulate.studies.sensitivity import Sensitivity
from simulate.studies.wording import title

MOST_BARS = 20


def driver_chart(found: Sensitivity, outcome: str, policy: str | None = None) -> Figure:
    """Total and first-order indices, or elementary effects with what noise alone would show."""
    label = next(each for each in found.measured.labels if each.name == outcome)
    with matplotlib.rc_context(style.SETTINGS):
        everything = [name for name, _ in found.drivers(outcome, policy)]
        rows = everything[:MOST_BARS][::-1]
        places = np.arange(len(rows))
        figure, (axis,) = style.panels(1, 1, 0.0)
        figure.set_size_inches(7.4, 1.7 + 0.27 * len(rows))
        shown = [found.names.index(name) for name in rows]
        if found.method == "sobol":
            indices = found.indices(outcome, policy)
            for shift, (what, all_of) in zip(
                (0.19, -0.19), (("total", indices.total), ("first", indices.first)), strict=True
            ):
                color = style.BLUE if what == "total" else style.BAND_50
                bars(axis, places + shift, [all_of[k] for k in shown], 0.36, color, f"{what} order")
            note = f"noise of few worlds, {100 * indices.noise:.0f} % of the variance seen, is taken out"
            axis.set_xlabel("share of the outcome's variance over the priors")
        else:
            effects = found.effects(outcome, policy)
            bars(axis, places, [effects.strength[k] for k in shown], 0.6, style.BLUE, "mean size of the effect")
            axis.plot(
                [effects.noise[k] for k in shown],
                places,
                "|",
                color=style.INK,
                markersize=11,
                markeredgewidth=1.6,
                label="noise alone",
            )
            unit = style.DIFFERENCES[scale(label)]
            if label.is_part:
                axis.xaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{100 * value:.3g}"))
            moves = "how far the outcome moves as the parameter crosses its prior"
            axis.set_xlabel(", ".join(filter(None, (moves, unit))))
            note = "elementary effects"
        axis.set_yticks(places, rows)
        axis.set_ylim(-0.7, len(rows) - 0.3)
        axis.axvline(0.0, color=style.QUIET, linewidth=0.8)
        axis.grid(axis="x", color="#e5e7eb", linewidth=0.7)
        axis.set_axisbelow(True)
        axis.legend(loc="lower right", fontsize=7.5, frameon=False)
        what = title(label) if policy is None else f"{title(label)}: what {policy.replace('_', ' ')} changes"
        axis.set_title(fitted(what))
        hidden = len(everything) - len(rows)
        note += f" | {hidden:,} weaker parameters are not shown" if hidden else ""
        told = found.measured
        figure.suptitle("What drives it", x=0.01, ha="left", fontsize=12.5, fontweight="bold")
        text = f"{told.scenario} | {len(told.points):,} points, {told.worlds:,} worlds each, seed {told.seed} | {note}"
        figure.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=style.QUIET)
    return figure


def bars(axis: Axes, places: Any, intervals: list[Interval], height: float, color: str, name: str) -> None:
    """Bars with their intervals."""
    widths = np.array([each.estimate for each in intervals])
    ends = np.array([[each.estimate - each.low, each.high - each.estimate] for each in intervals]).T
    axis.barh(places, widths, height, color=color, label=name)
    axis.errorbar(
        widths, places, xerr=np.maximum(ends, 0.0), fmt="none", ecolor=style.LINES[1], elinewidth=1.2, capsize=2.5
    )


def draw_drivers(found: Sensitivity, policies: list[str], folder: Path) -> list[Path]:
    """Draw what drives every outcome, and what each policy changes in it, into a folder."""
    paths = []
    for label in found.measured.labels:
        for policy in (None, *policies):
            missing = np.isnan(found.explained(label.name, policy)).any()
            if not missing and found.varies(label.name, policy):
                name = label.name if policy is None else f"{label.name}-{policy}"
                paths += style.save(driver_chart(found, label.name, policy), folder, name)
    return paths
