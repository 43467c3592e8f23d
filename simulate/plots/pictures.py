"""The pictures of a run: fans of trajectories, stages over time, and times to events."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulate.plots import style
from simulate.studies.nested import Drawn
from simulate.studies.run import Result
from simulate.studies.statistics import Fan, TimeToEvent
from simulate.studies.wording import how_many, title

WIDEST_TITLE = 54


def fitted(text: str, width: int = WIDEST_TITLE) -> str:
    """A title in at most two lines that fit a panel."""
    return "\n".join(textwrap.wrap(text, width, max_lines=2, placeholder=" ..."))


def fan_chart(result: Result) -> Figure | None:
    """Every trajectory: median, and the bands that hold half and nine tenths of worlds."""
    labels = [label for label in result.compiled.labels.outcomes if label.kind == "trajectory"]
    if not labels:
        return None
    start, horizon = result.compiled.labels.start, result.compiled.model.grid.horizon
    with matplotlib.rc_context(style.SETTINGS):
        figure, axes = style.panels(len(labels), min(2, len(labels)), 2.5)
        for axis, label in zip(axes, labels, strict=True):
            fan = result.outcomes[label.name]
            assert isinstance(fan, Fan)
            days = style.dates(start, fan.days)
            axis.fill_between(days, fan.quantiles["0.05"], fan.quantiles["0.95"], color=style.BAND_90, label="90 %")
            axis.fill_between(days, fan.quantiles["0.25"], fan.quantiles["0.75"], color=style.BAND_50, label="50 %")
            axis.plot(days, fan.quantiles["0.5"], color=style.BLUE, linewidth=1.8, label="median")
            axis.plot(days, fan.mean, color=style.INK, linewidth=0.9, linestyle=":", label="mean")
            if isinstance(result, Drawn):
                draw_doubt(axis, days, result.means_of_draws(label.name))
            axis.set_title(fitted(title(label)))
            style.dated(axis, start, horizon)
        axes[0].legend(loc="best", fontsize=7.5, frameon=False, ncols=2)
        note = "bands: 50 % and 90 % of worlds"
        if isinstance(result, Drawn):
            draws = f"{len(result.draws):,} draws of {how_many(len(result.priors), 'parameter')}"
            note += f" | {draws}, each in worlds of its own"
        style.caption(figure, "How it goes", result, note)
    return figure


def draw_doubt(axis: Axes, days: Any, means: Any) -> None:
    """The band that holds nine tenths of the draws' means, chance taken out: doubt about the parameters."""
    if len(means) > 1 and means.shape[1] == len(days):
        for end, name in ((0.05, "doubt about the numbers, 90 %"), (0.95, None)):
            edge = np.quantile(means, end, axis=0)
            axis.plot(days, edge, color=style.LINES[1], linewidth=1.1, linestyle="--", label=name)


def stage_chart(result: Result) -> Figure | None:
    """For each mechanism and phase, the share of worlds in each stage over time."""
    labels = result.compiled.labels
    if not labels.lifecycles:
        return None
    grid = result.compiled.model.grid
    order = sorted(range(len(labels.lifecycles)), key=lambda index: labels.lifecycles[index] not in labels.mechanisms)
    with matplotlib.rc_context(style.SETTINGS):
        figure, axes = style.panels(len(order), min(2, len(order)), 2.3)
        for axis, index in zip(axes, order, strict=True):
            days = style.dates(labels.start, np.arange(grid.size) * grid.step)
            layers = result.table.occupancy[index, : len(labels.stages[index])] / result.counted
            patches = axis.stackplot(days, layers, colors=style.LAYERS, edgecolor="white", linewidth=0.4)
            for patch, hatch in zip(patches, style.HATCHES, strict=False):
                patch.set_hatch(hatch)
            names = [name.replace("_", " ") for name in labels.stages[index]]
            handles = list(zip(patches, names, layers, strict=True))
            shown = [(patch, name) for patch, name, layer in handles if layer.max() > 0.0][::-1]
            axis.legend(
                [patch for patch, _ in shown],
                [name for _, name in shown],
                loc="center left",
                bbox_to_anchor=(1.0, 0.5),
                fontsize=7.5,
                frameon=False,
                handlelength=1.2,
            )
            axis.set_ylim(0, 1)
            axis.yaxis.set_major_formatter(matplotlib.ticker.PercentFormatter(1.0, decimals=0))
            axis.set_title(fitted(labels.lifecycles[index].replace("_", " ").replace(".", ": ")))
            style.dated(axis, labels.start, grid.horizon)
        style.caption(figure, "Where each mechanism stands", result, "share of worlds in each stage")
    return figure


def time_chart(result: Result) -> Figure | None:
    """For each time to an event, the share of worlds that has reached it by each date."""
    labels = result.compiled.labels
    outcomes = result.compiled.model.outcomes
    # A window that runs from an event begins at another date in every world, and has no place among dates.
    timed = [
        (label, result.outcomes[label.name], outcomes.opens[index], outcomes.closes[index])
        for index, label in enumerate(labels.outcomes)
        if label.kind == "first" and not outcomes.after[index]
    ]
    if not timed:
        return None
    horizon = result.compiled.model.grid.horizon
    with matplotlib.rc_context(style.SETTINGS):
        figure, (axis,) = style.panels(1, 1, 3.6)
        figure.set_size_inches(8.2, 4.8)
        for place, (label, summary, opens, closes) in enumerate(timed):
            assert isinstance(summary, TimeToEvent)
            days = np.concatenate([[opens], opens + summary.days, [closes]])
            shares = np.concatenate([[0.0], summary.reached, summary.reached[-1:] if len(summary.reached) else [0.0]])
            axis.fill_between(
                style.dates(labels.start, opens + summary.days),
                summary.lows,
                summary.highs,
                step="post",
                color=style.LINES[place % len(style.LINES)],
                alpha=0.13,
                linewidth=0,
            )
            axis.step(
                style.dates(labels.start, days),
                shares,
                where="post",
                color=style.LINES[place % len(style.LINES)],
                linestyle=style.DASHES[place % len(style.DASHES)],
                linewidth=1.7,
                label=fitted(title(label)),
            )
        axis.set_ylim(0, 1)
        axis.yaxis.set_major_formatter(matplotlib.ticker.PercentFormatter(1.0, decimals=0))
        axis.legend(loc="upper left", bbox_to_anchor=(0.0, -0.12), fontsize=8, frameon=False, ncols=2)
        style.dated(axis, labels.start, horizon)
        style.caption(figure, "How soon it happens", result, "product-limit estimate with its 95 % band")
    return figure


PICTURES = {"trajectories": fan_chart, "stages": stage_chart, "times": time_chart}


def draw_all(result: Result, folder: Path) -> list[Path]:
    """Draw every picture that a result has into a folder, as PNG and SVG."""
    paths = []
    for name, draw in PICTURES.items():
        figure = draw(result)
        if figure is not None:
            paths.extend(style.save(figure, folder, name))
    return paths
