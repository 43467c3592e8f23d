"""Every notebook is a valid py:percent story, runs to its end, and one of them in a kernel as a reader would run it."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import nbclient
import pytest
from jupyter_client.kernelspec import NoSuchKernel

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
BUDGET = 120.0
"""Seconds of computing for one notebook; a busy machine takes longer, but computes no more."""
PATIENCE = 900.0
LONGEST_CELL = 30
"""Lines of code; a cell that holds a scenario's text may be longer."""
QUICKEST = "6_your_own_scenario.py"
RUN = """
import runpy, sys, time
import matplotlib
matplotlib.use("agg")
runpy.run_path(sys.argv[1], run_name="__main__")
print("COMPUTED", time.process_time())
"""


def read(path):
    """A notebook, read as py:percent."""
    return jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")


def test_stories_are_numbered():
    """1, 2, 3, ..., none left out."""
    assert NOTEBOOKS
    assert [int(path.name.split("_")[0]) for path in NOTEBOOKS] == list(range(1, len(NOTEBOOKS) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_valid_percent(path):
    """It says its format, every cell is marked, and it is the same text when written again."""
    text, notebook = path.read_text(encoding="utf-8"), read(path)
    assert "format_name: percent" in text
    assert all(line.startswith("# %%") for line in re.findall(r"^#\s*%%.*$", text, re.MULTILINE))
    body = text.split("# ---\n", 2)[2].strip()
    assert jupytext.writes(notebook, fmt="py:percent").split("# ---\n", 2)[2].strip() == body
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) >= 5
    for source in code:
        ast.parse(source.replace("%matplotlib inline", ""))
        assert '"""\nscenario:' in source or len(source.splitlines()) <= LONGEST_CELL


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_begins_with_its_title_and_ends_with_what_to_change(path):
    cells = read(path).cells
    assert cells[0].cell_type == "markdown" and cells[0].source.startswith(f"# {path.name.split('_')[0]}. ")
    assert cells[-1].cell_type == "markdown" and "## What you could change" in cells[-1].source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path):
    """As a plain script, within its budget."""
    result = subprocess.run(
        [sys.executable, "-c", RUN, str(path)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=ROOT,
        env={**os.environ, "MPLBACKEND": "agg"},
    )
    assert result.returncode == 0, result.stderr[-3000:]
    computed = float(result.stdout.rsplit("COMPUTED", 1)[1])
    assert computed < BUDGET, f"{path.name} computed for {computed:.0f} s"


def test_a_notebook_runs_in_a_kernel():
    """Converted to cells and run one by one: tables and pictures are shown, and nothing fails."""
    notebook = read(ROOT / "notebooks" / QUICKEST)
    client = nbclient.NotebookClient(
        notebook, timeout=PATIENCE, kernel_name="python3", resources={"metadata": {"path": str(ROOT / "notebooks")}}
    )
    client.create_kernel_manager()
    try:
        with client.setup_kernel():
            pass
    except (NoSuchKernel, OSError, RuntimeError) as error:
        pytest.skip(f"no kernel can start here: {error}")
    client.execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in shown if output.output_type == "error"]
    kinds = [kind for output in shown for kind in output.get("data", {})]
    assert kinds.count("image/png") >= 3
    assert kinds.count("text/html") >= 3
