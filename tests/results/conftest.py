"""The batch engine is compiled beforehand; commands run inside the test's process, where they start at once."""

import shutil
import sys
from functools import lru_cache
from types import SimpleNamespace

import pytest

from simulate.cli.main import main
from simulate.engines.entry import compiled_entry
from simulate.results import provenance

from .kept import PACT, keep, scratch


@pytest.fixture(scope="session", autouse=True)
def compiled_beforehand():
    """The batch engine's code is in the cache, and the versions of libraries need not be looked up for each folder."""
    compiled_entry()
    provenance.version = lru_cache(provenance.version)


@pytest.fixture
def place():
    """A new folder, in memory."""
    made = scratch()
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def home(place, monkeypatch):
    """A folder with a scenario in it, in which commands are given; nothing is drawn, which would take longest."""
    (place / "pact.yaml").write_text(PACT, encoding="utf-8")
    monkeypatch.chdir(place)
    draw = lambda _, folder: (folder / "stages.png").write_bytes(b"a picture")  # noqa: E731
    monkeypatch.setattr("simulate.plots.pictures.draw_all", draw)
    monkeypatch.setattr("simulate.plots.contrast.draw_comparison", draw)
    return place


@pytest.fixture
def simulate(home, monkeypatch, capfd):
    """Gives a command as one line; gives its status and what it printed."""

    def give(line):
        arguments = line.split()
        monkeypatch.setattr(sys, "argv", ["simulate", *arguments])
        capfd.readouterr()
        status = 0
        try:
            main(arguments)
        except SystemExit as error:
            status = error.code
        printed = capfd.readouterr()
        return SimpleNamespace(status=status, stdout=printed.out, stderr=printed.err)

    return give


@pytest.fixture(scope="module")
def sound():
    """A folder in which all is well."""
    place = scratch()
    keep(place / "out", 20)
    yield place / "out"
    shutil.rmtree(place)
