"""The common look of all pictures: quiet, legible in grey and for the colour-blind."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
import matplotlib.dates as mdates
import numpy as np
from matplotlib.figure import Figure

from simulate.studies.run import Result
from simulate.studies.wording import how_many

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK = "#1b1f24"
QUIET = "#6b7280"
BLUE = "#0b5394"
BAND_90 = "#c9dcee"
BAND_50 = "#8db8dc"
LINES = ("#0b5394", "#d55e00", "#009e73", "#6b4c9a", "#8c6d1f", "#1b1f24")
DASHES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 1)))
LAYERS = ("#f1efe6", "#0b5394", "#8db8dc", "#d55e00", "#3d3d3d", "#e6b422", "#7fb69b", "#b58bb0", "#c7c7c7", "#5b7553")
HATCHES = ("", "", "///", "...", "", "xxx", "\\\\\\", "++", "---", "ooo")

DIFFERENCES = {"points": "percentage points", "days": "days", "units": ""}
"""In what a difference is drawn."""

SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "hatch.linewidth": 0.5,
    "hatch.color": "#00000055",
    "svg.hashsalt": "simulate",
    "svg.fonttype": "path",
    "text.parse_math": False,
    "figure.dpi": 100,
}


def dates(start: datetime, days: Any) -> Any:
    """Days from the start as matplotlib's dates."""
    return mdates.date2num(start) + np.asarray(days, dtype=float)


def panels(count: int, columns: int, height: float) -> tuple[Figure, list[Axes]]:
    """A figure with so many panels, read row by row."""
    rows = -(-count // columns)
    figure = Figure(figsize=(4.9 * columns + 0.6, height * rows + 1.2), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    axes = [axis for row in grid for axis in row]
    for spare in axes[count:]:
        spare.set_visible(False)
    return figure, axes[:count]


def dated(axis: Axes, start: datetime, horizon: float) -> None:
    """Put dates on the horizontal axis."""
    axis.set_xlim(mdates.date2num(start), mdates.date2num(start + timedelta(days=horizon)))
    locator = mdates.AutoDateLocator(minticks=3, maxticks=7)
    axis.xaxis.set_major_locator(locator)
    axis.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, show_offset=False))
    axis.grid(axis="y", color="#e5e7eb", linewidth=0.7)
    axis.set_axisbelow(True)


def caption(figure: Figure, heading: str, result: Result, note: str) -> None:
    """A heading, and below the picture what it was drawn from."""
    labels = result.compiled.labels
    worlds = result.counted
    capped = int(result.table.capped.sum())
    note += f" | capped: {capped:,} worlds left out" if capped else ""
    figure.suptitle(heading, x=0.01, ha="left", fontsize=12.5, fontweight="bold")
    text = f"{labels.title} | policy: {result.setting} | {how_many(worlds, 'world')}, seed {result.seed} | {note}"
    figure.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=QUIET)


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write a picture as PNG and as SVG; the same result gives the same bytes."""
    paths = []
    with matplotlib.rc_context(SETTINGS):
        for kind, metadata in (("png", {"Software": None}), ("svg", {"Date": None})):
            path = folder / f"{name}.{kind}"
            figure.savefig(path, dpi=144, metadata=metadata)
            paths.append(path)
    return paths
