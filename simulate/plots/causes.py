"""The pictures of an explanation: the causal tree of one world, and what was necessary over many."""

from __future__ import annotations

from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulate.plots import style
from simulate.studies.causes import Link
from simulate.studies.explain import Explanation, describe, verb
from simulate.studies.necessity import Necessity, Share
from simulate.studies.wording import title

MOST_BARS = 15
Row = tuple[int, int, Link | None, bool]
Places = dict[int, tuple[float, float]]


def tree_chart(found: Explanation) -> Figure | None:
    """The causal tree along time: causes to the left, dark where the outcome would be another without them."""
    rows = list(found.tree())
    if not rows:
        return None
    labels, events = found.compiled.labels, found.history.record.events
    order = list(dict.fromkeys(number for _, number, _, _ in rows))
    horizon = min(1.1 * max(events.time[number] for number in order) + 30.0, found.compiled.model.grid.horizon)
    with matplotlib.rc_context(style.SETTINGS):
        figure = Figure(figsize=(11, 0.42 * len(order) + 1.7), layout="constrained")
        axis = figure.subplots()
        style.dated(axis, labels.start, horizon)
        places = {
            number: (float(style.dates(labels.start, events.time[number])), float(len(order) - 1 - row))
            for row, number in enumerate(order)
        }
        draw_arrows(axis, found, rows, places)
        draw_events(axis, found, rows, places)
        axis.set_yticks([])
        axis.set_ylim(-0.7, len(order) - 0.2)
        axis.spines["left"].set_visible(False)
        axis.grid(visible=False)
        heading = f'Why "{title(found.outcome)}" {verb(found.outcome, found.came_true)}'
        figure.suptitle(f"{heading} in world {found.world}", x=0.01, ha="left", fontsize=12.5, fontweight="bold")
        note = "filled: without it the outcome would be another"
        text = f"{labels.title} | policy: {labels.policy} | seed {found.seed} | {note}"
        figure.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=style.QUIET)
    return figure


def draw_arrows(axis: Axes, found: Explanation, rows: list[Row], places: Places) -> None:
    """From every cause to what it led to."""
    above: dict[int, int] = {}
    for depth, number, link, _ in rows:
        above[depth] = number
        if link is None:
            continue
        dark = found.necessary.get(number, False)
        arrow = {
            "arrowstyle": "-|>",
            "color": style.INK if dark else style.BAND_50,
            "linewidth": 1.1 if dark else 0.8,
            "shrinkA": 5,
            "shrinkB": 5,
            "connectionstyle": "arc3,rad=0.12",
        }
        axis.annotate("", places[above[depth - 1]], places[number], arrowprops=arrow)


def draw_events(axis: Axes, found: Explanation, rows: list[Row], places: Places) -> None:
    """A dot for each event, with its name and how it worked."""
    how = {number: describe(link).strip() for _, number, link, again in rows if link is not None and not again}
    middle = sum(axis.get_xlim()) / 2
    for number, (when, level) in places.items():
        dark = found.necessary.get(number, False)
        axis.plot(when, level, "o", color=style.BLUE, markerfacecolor=style.BLUE if dark else "white", markersize=6)
        axis.annotate(
            f"{found.name(number)}  {how.get(number, '')}".strip(),
            (when, level),
            (-8 if when > middle else 8, 5),
            textcoords="offset points",
            ha="right" if when > middle else "left",
            fontsize=8,
            color=style.INK if dark else style.QUIET,
            fontweight="bold" if dark else "normal",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6},
        )


def necessity_chart(found: Necessity) -> Figure | None:
    """What was necessary in which share of worlds, with its interval."""
    groups = [(name, [each for each in shares if each.share > 0.0][:MOST_BARS]) for name, shares in named(found)]
    groups = [(name, shares) for name, shares in groups if shares]
    if not groups:
        return None
    with matplotlib.rc_context(style.SETTINGS):
        heights = [len(shares) + 1.2 for _, shares in groups]
        figure = Figure(figsize=(9, 0.3 * sum(heights) + 1.3), layout="constrained")
        axes = figure.subplots(len(groups), 1, squeeze=False, height_ratios=heights, sharex=True)[:, 0]
        for axis, (name, shares) in zip(axes, groups, strict=True):
            for place, each in enumerate(reversed(shares)):
                axis.plot([100 * each.low, 100 * each.high], [place] * 2, color=style.BLUE, linewidth=1.4)
                axis.plot(100 * each.share, place, "o", color=style.BLUE, markersize=5)
            axis.set_yticks(range(len(shares)), [each.name for each in reversed(shares)], color=style.INK)
            axis.set_ylim(-0.7, len(shares) - 0.3)
            axis.set_xlim(0, 101)
            axis.set_title(name)
            axis.tick_params(axis="y", length=0)
            axis.grid(axis="x", color="#e5e7eb", linewidth=0.7)
            axis.set_axisbelow(True)
        axes[-1].set_xlabel("necessary in % of the examined worlds, 95 % interval", fontsize=8, color=style.QUIET)
        labels = found.compiled.labels
        heading = f'Without what "{title(found.outcome)}" would not have come about'
        figure.suptitle(heading, x=0.01, ha="left", fontsize=12.5, fontweight="bold")
        worlds = f"{len(found.examined):,} of {found.worlds:,} worlds, seed {found.seed}"
        text = f"{labels.title} | policy: {labels.policy} | {worlds}"
        figure.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=style.QUIET)
    return figure


def named(found: Necessity) -> list[tuple[str, list[Share]]]:
    """The groups of the picture."""
    return [("events", found.told), ("responses", found.responses), ("pairs, only both removed", found.pairs)]


def draw_explanation(found: Explanation | Necessity, folder: Path) -> None:
    """Write the picture, if there is anything to draw."""
    figure = tree_chart(found) if isinstance(found, Explanation) else necessity_chart(found)
    if figure is not None:
        style.save(figure, folder, "tree" if isinstance(found, Explanation) else "explanation")
