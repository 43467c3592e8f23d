"""What it costs to keep results, to send worlds to a cluster, and to sweep, against plain runs of the same worlds."""

from __future__ import annotations

import tempfile
from pathlib import Path

from distributed import LocalCluster

from simulate import ResultFolder, load, run, sweep

from .timing import clock, row, side_by_side

RESET = Path(__file__).parents[2] / "scenarios" / "reset-2022.yaml"
WORLDS = 2000
POINTS = 33


def kept() -> None:
    """A run with a result folder, and without."""
    scenario = load(RESET)

    def with_folder() -> None:
        with tempfile.TemporaryDirectory() as place, ResultFolder(f"{place}/out", tell=lambda _: None) as folder:
            run(scenario, WORLDS, workers=2, folder=folder)

    plain, whole = side_by_side(lambda: run(scenario, WORLDS, workers=2), with_folder)
    chunks = WORLDS // 50
    each = f"{(whole - plain) / chunks * 1e3:.0f} ms a chunk of 50 worlds"
    row(f"reset-2022, {WORLDS:,} worlds kept in a folder against not kept", each, f"{whole / plain:.2f}", "")


def cluster(workers: int) -> LocalCluster:
    """A cluster on this machine."""
    return LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)


def on_a_cluster() -> None:
    """Two workers of a cluster against one, and against two threads; what a part costs on its way there and back."""
    scenario = load(RESET)
    short = load(RESET.with_name("notice-and-recovery.yaml"))
    with cluster(2) as two, cluster(1) as one:
        addresses = [two.scheduler_address, one.scheduler_address]
        for address in addresses:
            run(scenario, 200, workers=address)
        both, single, threads = side_by_side(
            *(lambda address=address: run(scenario, WORLDS, workers=address) for address in addresses),
            lambda: run(scenario, WORLDS, workers=2),
        )
        run(short, 200, workers=addresses[0])
        there, here = side_by_side(
            lambda: run(short, WORLDS, workers=addresses[0]), lambda: run(short, WORLDS, workers=1)
        )
    taken = f"{both:.2f}, {single:.2f} s"
    row(f"reset-2022, {WORLDS:,} worlds: two Dask workers, one", taken, f"{single / both:.2f}", "1.8")
    row("the same: two Dask workers, two threads", f"{both:.2f}, {threads:.2f} s", f"{threads / both:.2f}", "")
    each = f"{(there - here) / (WORLDS // 50) * 1e3:.1f} ms a part of 50 worlds"
    row("what a part costs on its way to a worker and back (notice-and-recovery)", each, "", "")


def swept() -> None:
    """A sweep of 33 points against 33 runs, once each."""
    scenario = load(RESET)
    one = clock(lambda: [run(scenario.with_parameters(coupling=k / 32), WORLDS, workers=2) for k in range(POINTS)])
    whole = clock(lambda: sweep(scenario, {"coupling": f"0:1:{POINTS}"}, worlds=WORLDS, workers=2))
    title = f"a sweep of {POINTS} points against {POINTS} runs"
    row(title, f"{whole:.0f}, {one:.0f} s", f"{whole / one:.2f}", "at most 1.15")


def main() -> None:
    """All of it."""
    kept()
    on_a_cluster()
    swept()


if __name__ == "__main__":
    main()
