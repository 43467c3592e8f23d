"""`make readme`: writes the output of every command in README.md anew.

A block that begins with ```` ```console ```` holds one command behind `$ `, and what it prints.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]*)\n(?P<output>.*?)```", re.DOTALL)


def blocks(text: str) -> list[tuple[str, str]]:
    """The commands of a text, and what it says that they print."""
    return [(found["command"], found["output"]) for found in BLOCK.finditer(text)]


def printed(line: str) -> str:
    """What a command prints, without spaces at the ends of lines."""
    words = shlex.split(line)
    assert words[0] == "simulate", line
    command = [sys.executable, "-m", *words]
    # Usage is wrapped to the terminal, tables that nobody sees in a terminal to a width of their own.
    terminal = {**os.environ, "COLUMNS": "80"}
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=terminal)
    return "\n".join(line.rstrip() for line in result.stdout.splitlines()) + "\n"


def main() -> None:
    """Run every command of README.md and keep what it prints."""
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        BLOCK.sub(lambda found: f"```console\n$ {found['command']}\n{printed(found['command'])}```", text),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
