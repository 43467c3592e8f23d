"""The case files: one fault, one warning or one construct each, and the messages that they must give.

Run as a program, it writes `tests/cases/messages.txt` anew; read the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

from simulate import load
from simulate.errors import ScenarioError

CASES = Path(__file__).parent.parent / "cases"
MESSAGES = CASES / "messages.txt"


def cases(kind: str) -> list[str]:
    """The cases of a kind: 'valid', 'warns' or 'invalid'; of a folder the main file."""
    files = [*(CASES / kind).glob("*.yaml"), *(CASES / kind).glob("*/main.yaml")]
    return sorted(str(file.relative_to(CASES)) for file in files)


def messages(case: str) -> list[str]:
    """What checking a case says, line by line; positions name files from the folder of cases on."""
    before = Path.cwd()
    os.chdir(CASES)
    try:
        scenario = load(case)
    except ScenarioError as error:
        return [str(problem) for problem in error.problems]
    finally:
        os.chdir(before)
    warnings = [problem.labelled("warning") for problem in scenario.warnings]
    return warnings + [problem.labelled("note") for problem in scenario.notes]


def recorded() -> dict[str, list[str]]:
    """The messages of every case, as they stand in the repository."""
    found: dict[str, list[str]] = {}
    case = ""
    for line in MESSAGES.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            case = line[2:]
            found[case] = []
        elif line:
            found[case].append(line)
    return found


def write() -> None:
    """Write the messages of every case."""
    blocks = ["\n".join([f"# {case}", *messages(case)]) for kind in ("invalid", "warns") for case in cases(kind)]
    MESSAGES.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
