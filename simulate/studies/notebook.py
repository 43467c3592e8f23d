"""How results show themselves in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import islice, product
from typing import TYPE_CHECKING

import numpy as np

from simulate.errors import UsageError
from simulate.studies.contrast import contrast, verdicts
from simulate.studies.paired import Difference
from simulate.studies.shown import (
    Shown,
    cells,
    draws_notes,
    drivers_table,
    heading,
    limits_table,
    no_region,
    noise_sentence,
    rounded,
    shares_table,
    standings_table,
    study_notes,
)
from simulate.studies.wording import describe, how_many, notes, percent, title

if TYPE_CHECKING:
    from simulate.studies.branch import Branching
    from simulate.studies.compare import Comparison
    from simulate.studies.discover import Discovery
    from simulate.studies.nested import Drawn
    from simulate.studies.robust import Robustness
    from simulate.studies.run import Result
    from simulate.studies.sensitivity import Sensitivity
    from simulate.studies.sweep import Sweep

MOST_COLUMNS, MOST_ROWS, MOST_DRIVERS = 8, 20, 5


def result_html(result: Result) -> str:
    """A result as a table: outcome, estimate, interval, words."""
    labels = result.compiled.labels
    rows = [describe(result, label) for label in labels.outcomes if label.kind != "trajectory"]
    caption = f"{labels.title}: {result.setting}, {how_many(result.counted, 'world')}, seed {result.seed}"
    return table(caption, Shown(("outcome", "estimate", "95 % interval", "in words"), rows)) + said(notes(result))


def table(caption: str, shown: Shown) -> str:
    """A table with a caption."""
    head = "".join(f"<th style='text-align:left'>{escape(name)}</th>" for name in shown.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in shown.rows
    )
    caption = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def said(lines: Sequence[str]) -> str:
    """Lines as paragraphs."""
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def comparison_html(comparison: Comparison) -> str:
    """A comparison as one table for each policy."""
    labels = comparison.base.compiled.labels
    columns = ("outcome", "baseline", "policy", "difference", "95 % interval", "up / down", "same luck saves")
    parts = [said([f"{labels.title}: {comparison.base.counted:,} worlds, seed {comparison.base.seed}"])]
    for policy, differences in comparison.differences.items():
        rows = [
            contrast(label, found)
            for label in comparison.outcomes
            if isinstance(found := differences[label.name], Difference)
        ]
        parts.append(table(policy, Shown(columns, rows)) + said(verdicts(comparison, policy)))
    return "".join(parts)


def branching_html(found: Branching) -> str:
    """Futures as a table, beside those with the inject if there is one."""
    if found.injected is None:
        return result_html(found.base)
    rows = [
        contrast(label, each)[:5]
        for label in found.compiled.labels.outcomes
        if isinstance(each := found.differences[label.name], Difference)
    ]
    caption = f"World {found.world} from {found.date}, with {', '.join(found.inject)}: {found.base.counted:,} futures"
    return table(caption, Shown(("outcome", "without", "with", "difference", "95 % interval"), rows))


def drawn_html(result: Drawn) -> str:
    """A result over draws: its outcomes, and how much of their variance is doubt about the parameters."""
    caption = f"{len(result.draws):,} draws of {how_many(len(result.priors), 'parameter')}; intervals are about both"
    return result_html(result) + table(caption, shares_table(result))


def sweep_html(found: Sweep) -> str:
    """Every point of a sweep with its estimates, as many as can be read at a glance."""
    labels = [label for label in found.labels if label.kind != "trajectory"]
    base, shown, some = next(iter(found.bases.values())), labels[:MOST_COLUMNS], MOST_ROWS
    parts = [
        said([f"{base.compiled.labels.title}: {base.counted:,} worlds, seed {base.seed}, the same at every point"])
    ]
    columns = (*map(heading, found.axes), *map(title, shown))
    for policy, points in found.points.items():
        where = product(*(axis.told for axis in found.axes))
        rows = [
            (*map(rounded, at), *(cells(label, point)[0] for label in shown))
            for at, point in islice(zip(where, points, strict=True), some)
        ]
        parts.append(table(policy, Shown(columns, rows)))
    hidden = [(len(labels) - len(shown), "outcomes"), (int(np.prod(found.shape)) - some, "points")]
    more = [f"{count:,} more {name}: see `.dataset`" for count, name in hidden if count > 0]
    return "".join(parts) + said([*more, *(f"dead: {name} changed nothing in any world" for name in found.dead)])


def sensitivity_html(found: Sensitivity) -> str:
    """The parameters that drive each outcome most."""
    told = found.measured
    runs = f"{len(told.points):,} points, {told.worlds:,} worlds each, the same everywhere; seed {told.seed}"
    parts = [said([f"{told.scenario}: {how_many(len(found.names), 'parameter')} by {found.method}, {runs}"])]
    for label in told.labels:
        for policy in (None, *told.policies[1:]):
            what = title(label) + ("" if policy is None else f": what {policy} changes")
            try:
                parts.append(table(what, drivers_table(found, label.name, policy, MOST_DRIVERS)))
            except UsageError as error:
                parts.append(said([str(error)]))
    return "".join(parts) + said([*study_notes(told), *([f"dead: {', '.join(found.dead)}"] if found.dead else [])])


def discovery_html(found: Discovery) -> str:
    """The box, if there is one."""
    share = f"{found.sought}: {percent(float(found.hits.mean()))} over all {len(found.hits):,} draws"
    notes_too = study_notes(found.measured)
    if found.box is None:
        return said([share, no_region(found), *notes_too])
    box = found.box
    told = f"coverage {percent(box.coverage)}, density {percent(box.density)}, support {percent(box.support)}"
    return table(share, limits_table(found)) + said([told, *notes_too])


def robustness_html(found: Robustness) -> str:
    """How each policy does over the draws."""
    (label,) = found.measured.labels
    better = f'the {"less" if found.least else "more"} of "{title(label)}" the better'
    caption = f"{better}; {found.values.shape[1]:,} draws, {found.measured.worlds:,} worlds each"
    return table(caption, standings_table(found)) + said([*draws_notes(found), noise_sentence(found)])


def lines_html(lines: list[str]) -> str:
    """Lines as preformatted text."""
    return f"<pre>{escape(chr(10).join(lines))}</pre>"
