"""Whether a result folder belongs to a study, and if not, what differs."""

from __future__ import annotations

import difflib
from pathlib import Path

from simulate.results.manifest import Manifest, Series

SHOWN = 3
"""How many lines of a scenario that differ are shown."""


def difference(old: Manifest, new: Manifest, series: tuple[str, ...], scenario: Path, text: bytes, grows: bool) -> str:
    """What tells an older result from a new study of these series, in words; empty if it is the same study."""
    found = []
    if old.kind != new.kind:
        found.append(f"it is of `{old.kind}`, this is `{new.kind}`")
    if old.version != new.version:
        found.append(f"made by simulate {old.version}, this is {new.version}")
    elif old.rules != new.rules:
        found.append(f"made by other rules ({old.rules}) than this simulate's ({new.rules})")
    if old.scenario_sha256 != new.scenario_sha256:
        found.append(f"another scenario{lines_that_differ(scenario, text)}")
    for what in ("seed", "max_events", "keeps_events"):
        before, now = getattr(old, what), getattr(new, what)
        if before != now:
            found.append(f"{what.replace('_', ' ')} {say(before)}, here {say(now)}")
    if old.choice != new.choice and not found:
        found.append("other points or draws of the parameters")
    if strange := [name for name in old.series if name not in series]:
        more = f" and {len(strange) - SHOWN} more" if len(strange) > SHOWN else ""
        found.append(f"worlds of {', '.join(strange[:SHOWN])}{more}, which this study has not")
    if not grows and max(old.asked, old.worlds or 0) > new.asked:
        found.append(f"{max(old.asked, old.worlds or 0):,} worlds, here {new.asked:,}")
    return "; ".join(found)


def say(value: object) -> str:
    """A value in words."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def models_that_differ(name: str, old: Series, new: Series) -> str:
    """How two models of one name differ, in words."""
    before, now = old.parameters, new.parameters
    unlike = [each for each in {**before, **now} if before.get(each) != now.get(each)]
    where = "" if name == "baseline" else f" under {name}"
    shown = [f"{each} {before.get(each, 'absent')}, here {now.get(each, 'absent')}{where}" for each in unlike[:SHOWN]]
    if len(unlike) > SHOWN:
        shown.append(f"{len(unlike) - SHOWN} further parameters")
    return "; ".join(shown) or f"another choice of policies or events{where or ' in the baseline'}"


def lines_that_differ(scenario: Path, text: bytes) -> str:
    """The first lines in which the scenario of a folder differs from another."""
    try:
        before = scenario.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return ""
    changed = [
        f"'{line[1:].strip()}' {'there' if line[0] == '-' else 'here'}"
        for line in difflib.unified_diff(before, text.decode().splitlines(), n=0, lineterm="")
        if line[0] in "-+" and not line.startswith(("---", "+++"))
    ]
    further = len(changed) - SHOWN
    more = f", and {further} further line{'s' if further > 1 else ''}" if further > 0 else ""
    return f" ({', '.join(changed[:SHOWN])}{more})" if changed else ""
