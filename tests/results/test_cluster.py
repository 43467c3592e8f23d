"""Workers, of whatever kind: the same worlds from all of them, and plain words where there are none."""

import os
import signal
import threading
import time

import pytest

from simulate import loads, run, verify
from simulate.errors import RunError, UsageError
from simulate.studies import pools

from .kept import PACT, final, hashes, keep

distributed = pytest.importorskip("distributed")
HINT = "; give the address that `dask scheduler` prints, such as tcp://10.0.0.1:8786"


@pytest.fixture(scope="module")
def cluster():
    """Two workers on this machine."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        yield made


@pytest.fixture
def impatient(monkeypatch):
    """Nobody waits long for a cluster that is not there."""
    monkeypatch.setattr(pools, "CONNECTING", 0.5)


def test_workers_of_a_cluster_give_the_same(place, cluster):
    address = cluster.scheduler_address
    keep(place / "alone", 60, policies=["calm"])
    keep(place / "cluster", 60, policies=["calm"], workers=address)
    assert hashes(place / "cluster") == hashes(place / "alone")
    assert verify(place / "cluster", 4, workers=address).faults == ()


def test_capped_worlds_of_a_cluster_are_explained(place, cluster):
    keep(place / "alone", 20, max_events=4, allow_capped=True)
    keep(place / "cluster", 20, max_events=4, allow_capped=True, workers=cluster.scheduler_address)
    assert hashes(place / "cluster") == hashes(place / "alone")


def test_errors_of_a_cluster_are_those_of_a_thread(cluster):
    text = PACT.replace("{rate: rare/yr}", "{rate: log(7 - count(ruling))/yr}")
    messages = []
    for workers in (1, cluster.scheduler_address):
        with pytest.raises(RunError) as error:
            run(loads(text), 200, workers=workers)
        messages.append(str(error.value))
    assert messages[0] == messages[1] and "comes to -inf" in messages[0]


def test_a_worker_with_other_rules_is_refused(cluster, monkeypatch):
    monkeypatch.setattr(pools, "digest_of_rules", lambda: "0" * 16)
    with pytest.raises(RunError) as error:
        run(loads(PACT), 10, workers=cluster.scheduler_address)
    assert str(error.value) == (
        "a worker of the cluster has another version of simulate; install the same on all machines"
    )


def test_a_worker_that_is_killed_changes_nothing(place, cluster):
    """In mid-run: its worlds are run by the other one."""
    keep(place / "alone", 200, engine="reference", chunk=2, events=False)
    victim = cluster.workers[0].pid
    killed = threading.Event()

    def kill(done, total):
        if done >= 40 and not killed.is_set():
            killed.set()
            os.kill(victim, signal.SIGKILL)

    keep(place / "cluster", 200, engine="reference", chunk=2, events=False, progress=kill,
         workers=cluster.scheduler_address)  # fmt: skip
    assert killed.is_set() and not alive(victim)
    assert hashes(place / "cluster") == hashes(place / "alone") and final(place / "cluster") == final(place / "alone")


def alive(pid):
    """Whether a process is there, for up to a second."""
    for _ in range(20):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    return True


def test_a_cluster_without_workers(cluster):
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=None) as none,
        pytest.raises(UsageError) as error,
    ):
        run(loads(PACT), 5, workers=none.scheduler_address)
    address = none.scheduler_address
    assert str(error.value) == f"the cluster at {address} has no workers; start some with `dask worker {address}`"


@pytest.mark.parametrize(
    ("address", "cause"),
    [
        ("127.0.0.1:1", "Timed out trying to connect to tcp://127.0.0.1:1 after 0.5 s"),
        ("tcp://127.0.0.1:1", "Timed out trying to connect to tcp://127.0.0.1:1 after 0.5 s"),
        ("foo://127.0.0.1:1", "unknown address scheme 'foo' (known schemes: "
         "['inproc', 'tcp', 'tls', 'ucx', 'ws', 'wss'])"),
    ],
)  # fmt: skip
def test_a_wrong_address(simulate, impatient, address, cause):
    found = simulate(f"run pact.yaml -n 5 --workers {address}")
    assert (found.status, found.stdout) == (2, "")
    assert found.stderr == f"simulate: no cluster answers at '{address}': {cause}{HINT}\n"


@pytest.mark.parametrize("given", ["0", "-1", "1.5", "many", "tcp://", "tcp://localhost", "localhost:port", "''"])
@pytest.mark.parametrize("command", ["run", "compare", "verify"])
def test_workers_that_are_none(simulate, command, given):
    found = simulate(f"{command} pact.yaml --workers {given}")
    assert (found.status, found.stdout) == (2, "")
    operand = {"run": "FILE", "compare": "FILE [POLICY ...]", "verify": "DIR"}[command]
    assert found.stderr == (
        f"Usage: simulate {command} [OPTIONS] {operand}\nTry 'simulate {command} --help' for help.\n\n"
        f"Error: Invalid value for '--workers': '{given}' is neither a number from 1 nor an address "
        "such as tcp://10.0.0.1:8786\n"
    )


def test_a_cluster_needs_dask(simulate, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    found = simulate("run pact.yaml -n 5 --workers tcp://10.0.0.1:8786")
    assert (found.status, found.stdout) == (2, "")
    assert found.stderr == (
        "simulate: --workers tcp://10.0.0.1:8786 asks for a cluster, which needs Dask: "
        "pip install 'simulate-scenarios[cluster]'\n"
    )
