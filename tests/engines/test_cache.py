"""Compiled code is kept across processes, and an edit to any rule compiles it anew."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from simulate import loads, run
from simulate.engines import cache, entry

PACKAGE = Path(cache.__file__).parents[1]
SCENARIO = """
scenario: One delay
start: 2022-08-01
horizon: 50 yr
shocks: {call: {dates: [0 d]}, answer: {after: {event: call, delay: {exponential: {mean: 1 d}}}}}
outcomes: {after: {first: count(answer) > 0}}
"""
SCRIPT = f"from simulate import loads, run; print(run(loads({SCENARIO!r}), 20).worlds['after'].tolist())"


def run_copy(folder: Path) -> tuple[list[float], str]:
    """Run the script with the package in a folder and a cache beside it; gives what it measured and its stderr."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "SIMULATE_CACHE_DIR": str(folder / "cache")}
    command = [sys.executable, "-c", SCRIPT]
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True, timeout=600
    )
    return [float(value) for value in result.stdout.strip("[]\n").split(",")], result.stderr


def test_an_edit_to_a_rule_far_below_the_engine_is_compiled_and_kept(tmp_path):
    """A quantile twice as large gives times twice as late; the second process compiles nothing."""
    shutil.copytree(PACKAGE, tmp_path / "simulate", ignore=shutil.ignore_patterns("__pycache__"))
    rule = tmp_path / "simulate" / "model" / "quantile.py"
    text = rule.read_text(encoding="utf-8")
    assert "return -a * math.log1p(-u)" in text
    rule.write_text(text.replace("return -a * math.log1p(-u)", "return -2.0 * a * math.log1p(-u)"), encoding="utf-8")
    edited, first = run_copy(tmp_path)
    again, second = run_copy(tmp_path)
    assert "compiling the batch engine" in first
    assert second == ""
    assert edited == again == [2.0 * value for value in run(loads(SCENARIO), 20).worlds["after"]]


def test_the_cache_is_named_by_every_source_that_is_compiled(tmp_path, monkeypatch):
    """Another byte in any rule, or another numba, is another folder."""
    shutil.copytree(PACKAGE, tmp_path / "simulate", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(cache, "PACKAGE", tmp_path / "simulate")
    folders = {cache.cache_folder()}
    for part in cache.COMPILED_FROM:
        for path in sorted((tmp_path / "simulate" / part).glob("*.py")):
            path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
            folders.add(cache.cache_folder())
    monkeypatch.setattr(cache, "version", lambda name: "another")
    folders.add(cache.cache_folder())
    sources = [path for part in cache.COMPILED_FROM for path in (PACKAGE / part).glob("*.py")]
    assert len(folders) == len(sources) + 2


def test_a_cache_that_cannot_be_written_is_said(tmp_path):
    """A file stands where the cache's folder should."""
    (tmp_path / "file").touch()
    assert not cache.usable(tmp_path / "file" / "cache")


def test_threads_that_ask_at_once_find_the_cache_usable_and_compile_once(tmp_path, monkeypatch, capsys):
    """Each looks whether it can write; neither takes the other's trial for a folder that it cannot."""
    compiled = []
    monkeypatch.setenv("SIMULATE_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(entry, "njit", lambda *_, **__: lambda function: compiled.append(function) or function)
    entry.compile_entry.cache_clear()
    try:
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(lambda _: entry.compiled_entry(), range(8)))) == 1
            assert all(pool.map(cache.usable, [tmp_path / "one"] * 400))
    finally:
        entry.compile_entry.cache_clear()
    assert len(compiled) == 1
    assert capsys.readouterr().err == "simulate: compiling the batch engine (once; about half a minute)\n"
