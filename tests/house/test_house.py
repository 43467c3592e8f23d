"""The house: sizes of files and functions, what a start imports, and what documents promise."""

import ast
import importlib.util
import json
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("readme", Path(__file__).with_name("readme.py"))
readme = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(readme)
SOURCES = sorted((ROOT / "simulate").rglob("*.py"))
HEAVY = {"numba", "numpy", "scipy", "pandas", "xarray", "matplotlib", "simpy", "rich", "pydantic"}


def test_a_file_fits_in_a_head():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert max(lengths.values()) <= 400, max(lengths, key=lengths.__getitem__)
    assert statistics.median(lengths.values()) <= 120


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_are_short_and_files_say_what_they_are(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            words = len((ast.get_docstring(node, clean=False) or "").splitlines())
            assert node.end_lineno - node.lineno - words < 60, node.name


def loaded_by(*arguments):
    """The modules that are loaded after a command has run."""
    program = (
        "import sys; from simulate.cli.main import main\n"
        f"try: main({list(arguments)!r})\n"
        "except SystemExit: pass\n"
        "print('LOADED', *sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    return set(result.stdout.split("LOADED", 1)[1].split())


def test_help_needs_click_alone():
    assert not loaded_by("--help") & HEAVY


def test_check_needs_no_engine():
    assert not loaded_by("check", "scenarios/notice-and-recovery.yaml") & (HEAVY - {"pydantic"})


def test_the_shipped_schema_is_the_one_that_the_loader_has():
    shipped = json.loads((ROOT / "scenarios" / "schema.json").read_text(encoding="utf-8"))
    printed = subprocess.run(
        [sys.executable, "-m", "simulate", "schema"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert json.loads(printed.stdout) == shipped


@pytest.mark.parametrize("name", ["reset-2022.yaml", "notice-and-recovery.yaml", "cod-and-keflavik.yaml"])
def test_shipped_scenarios_have_no_warnings_and_a_source_for_every_parameter(name):
    from simulate import load

    scenario = load(ROOT / "scenarios" / name)
    assert not scenario.warnings
    for parameter in scenario.resolved().parameters.values():
        assert parameter.source, parameter.name
    text = (ROOT / "scenarios" / name).read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=./schema.json\n")


@pytest.mark.parametrize(
    "start", ["simulate --help", "simulate explain scenarios/reset-2022.yaml --outcome gsomia_lapses --world"]
)
def test_the_readme_shows_what_the_program_prints(start):
    """Of the blocks that `make readme` writes, the quickest are run again."""
    shown = readme.blocks((ROOT / "README.md").read_text(encoding="utf-8"))
    (block,) = [(command, output) for command, output in shown if command.startswith(start)]
    assert readme.printed(block[0]) == block[1]
