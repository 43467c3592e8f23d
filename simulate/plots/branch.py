"""The picture of a branching: one history, and the fans of its futures with and without the inject."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import matplotlib.dates as mdates
import numpy as np
from matplotlib.figure import Figure

from simulate.plots import style
from simulate.plots.pictures import fitted
from simulate.studies.branch import Branching
from simulate.studies.statistics import Fan
from simulate.studies.wording import title

WITH = "#f3c9ad"
WITH_LINE = "#d55e00"


def futures_chart(found: Branching) -> Figure | None:
    """Every trajectory: the history up to the date, then median and nine tenths of the futures."""
    labels = [label for label in found.compiled.labels.outcomes if label.kind == "trajectory"]
    if not labels:
        return None
    start, horizon = found.compiled.labels.start, found.compiled.model.grid.horizon
    with matplotlib.rc_context(style.SETTINGS):
        figure, axes = style.panels(len(labels), min(2, len(labels)), 2.7)
        for axis, label in zip(axes, labels, strict=True):
            style.dated(axis, start, horizon)
            sides = [(found.base, "without" if found.injected else "futures", style.BAND_90, style.BLUE, "-")]
            if found.injected is not None:
                sides.append((found.injected, "with " + ", ".join(found.inject), WITH, WITH_LINE, "--"))
            for place, (result, name, band, line, dash) in enumerate(sides):
                fan = result.outcomes[label.name]
                assert isinstance(fan, Fan)
                past, ahead = fan.days <= found.at, fan.days >= last_before(fan.days, found.at)
                days = style.dates(start, fan.days)
                if place == 0:
                    axis.plot(days[past], fan.mean[past], color=style.INK, linewidth=1.8, label=f"world {found.world}")
                low, high = fan.quantiles["0.05"], fan.quantiles["0.95"]
                axis.fill_between(days[ahead], low[ahead], high[ahead], color=band, alpha=0.7, linewidth=0)
                median = fan.quantiles["0.5"]
                axis.plot(days[ahead], median[ahead], color=line, linewidth=1.6, linestyle=dash, label=name)
            axis.axvline(mdates.date2num(start) + found.at, color=style.QUIET, linewidth=0.9, linestyle=":")
            axis.set_title(fitted(title(label)))
        axes[0].legend(loc="best", fontsize=7.5, frameon=False)
        heading = f"World {found.world} up to {found.date}, and its futures"
        figure.suptitle(heading, x=0.01, ha="left", fontsize=12.5, fontweight="bold")
        plain = found.compiled.labels
        text = f"{plain.title} | policy: {plain.policy} | {found.base.counted:,} futures, seed {found.base.seed}"
        note = f"{text} | median and nine tenths of the futures"
        figure.supxlabel(note, x=0.01, ha="left", fontsize=7.5, color=style.QUIET)
    return figure


def last_before(days: np.typing.NDArray[np.float64], at: float) -> float:
    """The last day of the grid up to the date, where the fans begin."""
    past = days[days <= at]
    return float(past[-1]) if len(past) else -np.inf


def draw_branching(found: Branching, folder: Path) -> None:
    """Write the picture, if there is anything to draw."""
    figure = futures_chart(found)
    if figure is not None:
        style.save(figure, folder, "futures")
