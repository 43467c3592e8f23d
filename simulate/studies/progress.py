"""How far a study has come: told to whoever asks, and in a notebook to whoever waits."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

Progress = Callable[[int, int], None]
"""Told how many are done, of how many."""
PATIENCE = 2.0
"""Seconds after which who waits sees something."""
EVERY = 0.25
"""Seconds between two writings of the line."""

Asked = ParamSpec("Asked")
Found = TypeVar("Found")


def part_of(progress: Progress | None, place: int, of: int) -> Progress | None:
    """Progress of one of several equal runs that follow each other, the first at place 0."""
    if progress is None:
        return None
    return lambda done, total: progress(place * total + done, of * total)


def seen_in_notebooks(study: Callable[Asked, Found]) -> Callable[Asked, Found]:
    """Give a study that is not asked to tell its progress a line in the notebook that runs it, if one does."""

    @functools.wraps(study)
    def telling(*args: Asked.args, **named: Asked.kwargs) -> Found:
        if named.get("progress") is not None or not in_notebook():
            return study(*args, **named)
        with notebook_line() as line:
            named["progress"] = line
            return study(*args, **named)

    return telling


def in_notebook() -> bool:
    """Whether a notebook's kernel runs this."""
    shell = sys.modules.get("IPython")
    return shell is not None and getattr(shell.get_ipython(), "kernel", None) is not None


@contextmanager
def notebook_line() -> Iterator[Progress]:
    """A bar below the cell, written anew while worlds are run, and gone when they are done."""
    notebook: Any = import_module("IPython.display")
    began = seen = time.monotonic()
    shown: Any = None

    def tell(done: int, total: int) -> None:
        nonlocal seen, shown
        now = time.monotonic()
        if now - began < PATIENCE or now - seen < EVERY or not 0 < done < total:
            return
        seen, left = now, (now - began) * (total - done) / done
        text = f"{done:,} of {total:,} done, about {left:.0f} s left"
        line = {"text/html": f"<progress value='{done}' max='{total}'></progress> {text}", "text/plain": text}
        if shown is None:
            shown = notebook.display(line, raw=True, display_id=True)
        else:
            shown.update(line, raw=True)

    try:
        yield tell
    finally:
        if shown is not None:
            shown.update({"text/html": "", "text/plain": ""}, raw=True)
