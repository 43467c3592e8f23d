"""How results show themselves in a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from simulate.studies.contrast import contrast, verdicts
from simulate.studies.paired import Difference
from simulate.studies.wording import describe, notes

if TYPE_CHECKING:
    from simulate.studies.branch import Branching
    from simulate.studies.compare import Comparison
    from simulate.studies.run import Result


def result_html(result: Result) -> str:
    """A result as a table: outcome, estimate, interval, words."""
    labels = result.compiled.labels
    rows = "".join(
        "<tr>" + "".join(table_cell(cell) for cell in describe(result, label)) + "</tr>"
        for label in labels.outcomes
        if label.kind != "trajectory"
    )
    caption = f"{escape(labels.title)}: {escape(result.setting)}, {result.counted:,} worlds, seed {result.seed}"
    head = "<tr><th>outcome</th><th>estimate</th><th>95 % interval</th><th>in words</th></tr>"
    said = "".join(f"<p>{escape(note)}</p>" for note in notes(result))
    return f"<table><caption>{caption}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>{said}"


def table_cell(text: str) -> str:
    return f"<td style='text-align:left'>{escape(text)}</td>"


def comparison_html(comparison: Comparison) -> str:
    """A comparison as one table for each policy."""
    labels = comparison.base.compiled.labels
    head = "".join(
        f"<th>{name}</th>"
        for name in ("outcome", "baseline", "policy", "difference", "95 % interval", "up / down", "same luck saves")
    )
    parts = [f"<p>{escape(labels.title)}: {comparison.base.counted:,} worlds, seed {comparison.base.seed}</p>"]
    for policy, differences in comparison.differences.items():
        rows = "".join(
            "<tr>" + "".join(table_cell(cell) for cell in contrast(label, found)) + "</tr>"
            for label in comparison.outcomes
            if isinstance(found := differences[label.name], Difference)
        )
        said = "".join(f"<p>{escape(line)}</p>" for line in verdicts(comparison, policy))
        caption = f"<caption>{escape(policy)}</caption>"
        parts.append(f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{said}")
    return "".join(parts)


def branching_html(found: Branching) -> str:
    """Futures as a table, beside those with the inject if there is one."""
    if found.injected is None:
        return result_html(found.base)
    head = "".join(f"<th>{name}</th>" for name in ("outcome", "without", "with", "difference", "95 % interval"))
    rows = "".join(
        "<tr>" + "".join(table_cell(cell) for cell in contrast(label, each)[:5]) + "</tr>"
        for label in found.compiled.labels.outcomes
        if isinstance(each := found.differences[label.name], Difference)
    )
    caption = f"World {found.world} from {found.date}, with {', '.join(found.inject)}: {found.base.counted:,} futures"
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def lines_html(lines: list[str]) -> str:
    """Lines as preformatted text."""
    return f"<pre>{escape(chr(10).join(lines))}</pre>"
