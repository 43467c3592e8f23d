"""How results show themselves in a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from simulate.studies.wording import describe, notes

if TYPE_CHECKING:
    from simulate.studies.run import Result
    from simulate.studies.trace import Trace


def result_html(result: Result) -> str:
    """A result as a table: outcome, estimate, interval, words."""
    labels = result.compiled.labels
    rows = "".join(
        "<tr>"
        + "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in describe(result, label))
        + "</tr>"
        for label in labels.outcomes
        if label.kind != "trajectory"
    )
    caption = f"{escape(labels.title)}: {escape(result.setting)}, {result.counted:,} worlds, seed {result.seed}"
    head = "<tr><th>outcome</th><th>estimate</th><th>95 % interval</th><th>in words</th></tr>"
    said = "".join(f"<p>{escape(note)}</p>" for note in notes(result))
    return f"<table><caption>{caption}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>{said}"


def table_cell(text: str) -> str:
    return f"<td style='text-align:left'>{escape(text)}</td>"


def story_html(story: Trace) -> str:
    """A story as preformatted text."""
    return f"<pre>{escape(chr(10).join(story.story()))}</pre>"
