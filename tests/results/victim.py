"""Runs studies in processes of their own, which are killed: one line of JSON in, one line out.

A process that has everything loaded forks one for each study, so that a kill costs milliseconds, not the seconds
that an interpreter takes to start.
"""

import gc
import json
import os
import select
import shutil
import signal
import sys
from functools import lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from results.faults import Faults, kill
from results.kept import PACT, keep, scratch
from simulate import loads
from simulate.results import provenance

SCENARIO = loads(PACT)


def child(job, say):
    """Do one study; says what it says into a pipe, and how many writes it made."""
    said = []
    with Faults(job.get("at", -1), kill, removals=True) as faults:
        keep(scenario=SCENARIO, said=said, **job["study"])
    os.write(say, json.dumps({"said": said, "writes": len(faults.done)}).encode())


def fork(job):
    """Run a study in a process, and kill it after so many seconds if any are given; what came of it."""
    hear, say = os.pipe()
    process = os.fork()
    if process == 0:
        status = 1
        try:
            os.close(hear)
            child(job, say)
            status = 0
        except BaseException as error:
            os.write(say, json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())
        finally:
            os._exit(status)
    os.close(say)
    if "seconds" in job:
        select.select([hear], [], [], job["seconds"])
        os.kill(process, signal.SIGKILL)
    with os.fdopen(hear, "rb") as stream:
        heard = json.loads(stream.read() or "{}")
    _, status = os.waitpid(process, 0)
    return {"killed": os.WIFSIGNALED(status)} | heard


def serve():
    """Answer until there are no more questions."""
    place = scratch()
    provenance.version = lru_cache(provenance.version)
    keep(place / "warm", 5, scenario=SCENARIO)
    shutil.rmtree(place)
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(fork(json.loads(line))), flush=True)


if __name__ == "__main__":
    serve()
