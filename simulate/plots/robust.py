"""Policies over draws of the parameters: where the outcome lies, how it does at its worst, and the regret."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from simulate.plots import style
from simulate.plots.pictures import fitted
from simulate.studies.contrast import scale
from simulate.studies.robust import Robustness
from simulate.studies.wording import title


def robustness_chart(found: Robustness) -> Figure:
    """A box for each policy over the draws, with its worst tenth; beside it the regret in each draw."""
    rows = [each.policy for each in found.standings][::-1]
    values = found.values[[found.measured.policies.index(policy) for policy in rows]]
    costs = values if found.least else -values
    regret = costs - costs.min(axis=0)
    with matplotlib.rc_context(style.SETTINGS):
        figure, (left, right) = style.panels(2, 2, 0.0)
        figure.set_size_inches(9.4, 1.9 + 0.34 * len(rows))
        for axis, each in ((left, values), (right, regret)):
            axis.boxplot(
                list(each), orientation="horizontal", whis=(5, 95), showfliers=False, widths=0.55,
                medianprops={"color": style.BLUE, "linewidth": 2.0}, boxprops={"color": style.QUIET},
                whiskerprops={"color": style.QUIET}, capprops={"color": style.QUIET},
            )  # fmt: skip
            axis.grid(axis="x", color="#e5e7eb", linewidth=0.7)
        places = np.arange(1, len(rows) + 1)
        worst = {each.policy: each.worst_tenth for each in found.standings}
        tail = [worst[policy] for policy in rows]
        for axis, marked, name in ((left, tail, "worst tenth"), (right, regret.max(axis=1), "largest")):
            axis.plot(marked, places, "D", color=style.LINES[1], markersize=4, label=name)
        left.set_yticks(places, [policy.replace("_", " ") for policy in rows])
        right.set_yticks(places, [""] * len(rows))
        (label,) = found.measured.labels
        if label.is_part:
            left.xaxis.set_major_formatter(matplotlib.ticker.PercentFormatter(1.0))
            right.xaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{100 * value:.3g}"))
        left.set_title(fitted(title(label)))
        right.set_title("regret: how far from the best in each draw")
        right.set_xlabel(style.DIFFERENCES[scale(label)], fontsize=8, color=style.QUIET)
        for axis in (left, right):
            axis.legend(loc="best", fontsize=7.5, frameon=False)
        told = found.measured
        figure.suptitle("If the numbers are not known", x=0.01, ha="left", fontsize=12.5, fontweight="bold")
        note = "boxes: half of the draws, whiskers nine tenths"
        text = f"{told.scenario} | {values.shape[1]:,} draws, {told.worlds:,} worlds each, seed {told.seed} | {note}"
        figure.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=style.QUIET)
    return figure


def draw_robustness(found: Robustness, folder: Path) -> list[Path]:
    """Draw the picture into a folder."""
    return style.save(robustness_chart(found), folder, "robustness")
