"""Progress on stderr: a bar in a terminal, a line every ten seconds in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from simulate.studies.progress import Progress

HEARTBEAT = 10.0


@contextmanager
def progress_of_worlds() -> Iterator[Progress]:
    """A function to tell how many worlds are done; it shows so while the block runs."""
    if not sys.stderr.isatty():
        yield heartbeat()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("worlds"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("worlds", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def heartbeat() -> Progress:
    """Progress as plain lines, for logs; the time left goes by the speed since the last line, as worlds may be kept."""
    told = time.monotonic()
    before = of = 0

    def tell(done: int, total: int) -> None:
        nonlocal told, before, of
        now = time.monotonic()
        if total != of or done < before:
            told, before, of = now, 0, total
        if now - told >= HEARTBEAT and before < done < total:
            left = (now - told) * (total - done) / (done - before)
            told, before = now, done
            print(f"simulate: {done:,} of {total:,} worlds, about {left:.0f} s left", file=sys.stderr, flush=True)

    return tell
