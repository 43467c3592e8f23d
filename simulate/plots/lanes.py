"""One world as a lane chart: one lane for each actor and mechanism, what comes from outside on top."""

from __future__ import annotations

from collections import Counter

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulate.plots import style
from simulate.studies.trace import Trace, in_words

OUTSIDE = "from outside"
OTHERS = "disputes and plans"
FREQUENT = 12
"""Events that happen more often than this are dots without words."""


def lane_of(name: str, kind: str, owners: tuple[str, ...]) -> str:
    """The lane in which an event is drawn."""
    owner = name.split(".")[0]
    if kind == "shock":
        return OUTSIDE
    return owner if owner in owners else OTHERS


def lane_chart(story: Trace) -> Figure:
    """Every event of a world in the lane of its owner, with the rarer ones named."""
    labels, events = story.compiled.labels, story.record.events
    horizon = story.compiled.model.grid.horizon
    lanes = [OUTSIDE, *labels.owners, OTHERS]
    used = {lane_of(labels.events[event], labels.kinds[event], labels.owners) for event in events.event}
    lanes = [lane for lane in lanes if lane in used or lane in labels.owners] or [OUTSIDE]
    how_often = Counter(events.event)
    with matplotlib.rc_context(style.SETTINGS):
        figure = Figure(figsize=(13, 0.78 * len(lanes) + 1.4), layout="constrained")
        axis = figure.subplots()
        free = dict.fromkeys(((lane, level) for lane in lanes for level in range(3)), -1e9)
        style.dated(axis, labels.start, horizon)
        for number in range(len(events)):
            event = events.event[number]
            lane = lane_of(labels.events[event], labels.kinds[event], labels.owners)
            height = len(lanes) - 1 - lanes.index(lane)
            when = float(style.dates(labels.start, events.time[number]))
            rare = how_often[event] <= FREQUENT
            axis.plot(when, height, "o" if rare else "|", color=style.INK if rare else style.BAND_50, markersize=4)
            if rare:
                name_event(
                    axis, free, lane, height, when, short_name(labels.events[event], labels.kinds[event]), horizon
                )
        axis.set_yticks(range(len(lanes)), [lane.replace("_", " ") for lane in reversed(lanes)], color=style.INK)
        axis.set_ylim(-0.5, len(lanes) - 0.25)
        for height in range(len(lanes)):
            axis.axhline(height, color="#e5e7eb", linewidth=0.8, zorder=0)
        axis.grid(visible=False)
        figure.suptitle(f"World {story.record.number}", x=0.01, ha="left", fontsize=12.5, fontweight="bold")
        frequent = [labels.events[event] for event, count in how_often.items() if count > FREQUENT]
        unnamed = f" | strokes: {', '.join(name.replace('_', ' ') for name in frequent)}" if frequent else ""
        source = f"{labels.title} | policy: {labels.policy} | seed {story.seed} | {len(events)} events{unnamed}"
        figure.supxlabel(source, x=0.01, ha="left", fontsize=7.5, color=style.QUIET)
    return figure


def short_name(name: str, kind: str) -> str:
    """An event's name without the owner in whose lane it stands."""
    parts = name.split(".")
    return in_words(name, kind) if len(parts) == 1 else parts[-1].replace("_", " ")


def name_event(
    axis: Axes, free: dict[tuple[str, int], float], lane: str, height: int, when: float, text: str, horizon: float
) -> None:
    """Write an event's name above its dot, on the lowest line that is free there; none if all are taken."""
    width = horizon * (0.0052 * len(text) + 0.006)
    late = when + width > float(axis.get_xlim()[1])
    for level in range(3):
        if free[lane, level] <= when:
            free[lane, level] = when + width
            axis.annotate(
                text,
                (when, height),
                (-1 if late else 1, 4 + 8.5 * level),
                textcoords="offset points",
                ha="right" if late else "left",
                fontsize=6.8,
                color=style.INK,
            )
            return
