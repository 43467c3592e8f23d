"""The batch engine as Python sees it: chunks of worlds in, arrays out; on as many threads as wanted."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from simulate.compiled import Compiled
from simulate.engines import batch, state
from simulate.engines.faults import explosion, fault_error, loop_error
from simulate.engines.memory import Words, as_arrays, words_of
from simulate.engines.order import MOST_AT_ONE_INSTANT, MOST_EVENTS
from simulate.engines.record import Events, WorldRecord
from simulate.errors import SimulateError
from simulate.model.noise import MASK
from simulate.model.worlds import remove_firings

SLOTS = 256
"""Entries in an agenda to begin with; a world that needs more runs again with twice as many."""
LOGGED = 1024


class Interrupted(Exception):
    """Worlds were stopped from outside."""


class Room:
    """What one thread needs to run worlds."""

    def __init__(self, machine: Batch, slots: int, logged: int = 0) -> None:
        compiled = machine.compiled
        run = state.allocate_run(
            compiled.model,
            len(compiled.labels.placements),
            slots=slots,
            logged=logged,
            limits=state.Limits(machine.most_events, machine.stop),
            branch=machine.branch,
            widening=machine.widening,
        )
        # Arrays stay what they are: the model and the flag to stop are shared by all rooms.
        self.run = run if machine.plain else as_arrays(run._replace(model=machine.model))
        self.words: Words | None = None if machine.plain else words_of(self.run)
        self.slots = slots


class Batch:
    """Runs worlds of one model, any number at a time; safe to use from several threads.

    Parameters
    ----------
    compiled : Compiled
    seed : int
    most_events : int
        A world that reaches so many events stops.
    widening : float
        By how much bounds are made wider than they need be; 1 but in tests.
    branch : Branch
        A world whose futures are run; numbers are then those of its futures.
    plain : bool
        Run the same functions as plain Python, not compiled; for tests.
    """

    def __init__(
        self,
        compiled: Compiled,
        seed: int,
        most_events: int = MOST_EVENTS,
        widening: float = 1.0,
        branch: state.Branch = state.UNBRANCHED,
        plain: bool = False,
    ) -> None:
        self.compiled = compiled
        self.branch = branch
        self.plain = plain
        self.model = compiled.model if plain else as_arrays(compiled.model)
        self.seed = seed
        self.most_events = most_events
        self.widening = widening
        self.stop: Any = np.zeros(1, dtype=np.int64)
        self.rooms = threading.local()
        if not plain:
            from simulate.engines.entry import compiled_entry

            self.entry = compiled_entry()

    def interrupt(self) -> None:
        """Stop all worlds that run."""
        self.stop[0] = 1

    def run_chunk(self, first: int, last: int, removed: Sequence[int] = ()) -> state.Chunk:
        """Run worlds `first` to `last`, the last one outside, without the firings whose identities are `removed`.

        Raises
        ------
        RunError
            If a number means nothing in some world.
        Interrupted
            If `interrupt` was called.
        """
        room: Room | None = getattr(self.rooms, "room", None)
        if room is None:
            room = Room(self, SLOTS)
        worlds = last - first
        chunk = state.allocate_chunk(room.run, worlds)
        done = 0
        while done < worlds:
            part = chunk_from(chunk, done, worlds)
            remove_firings(room.run.world, removed)
            done += self.call(room, part, first + done, worlds - done)
            ended = chunk.state[done - 1]
            if ended == state.AGENDA_FULL:
                room = Room(self, 2 * room.slots)
                done -= 1
            elif ended == state.STOPPED:
                raise Interrupted
            elif ended not in (state.DONE, state.CAPPED):
                raise self.error(first + done - 1, removed)
        self.rooms.room = room
        return chunk

    def call(self, room: Room, chunk: state.Chunk, first: int, worlds: int) -> int:
        """Run worlds in a room, into a chunk."""
        low, high = self.seed & MASK, self.seed >> 32
        if room.words is None:
            return batch.run_chunk(room.run, chunk, low, high, first, worlds)
        return int(self.entry(room.words, words_of(chunk), low, high, first, worlds))

    def run_logged(self, number: int, removed: Sequence[int] = ()) -> tuple[Room, state.Chunk]:
        """Run one world with every event written down, in as much room as that takes."""
        slots, logged = SLOTS, min(LOGGED, self.most_events)
        while True:
            room = Room(self, slots, logged)
            remove_firings(room.run.world, removed)
            chunk = state.allocate_chunk(room.run, 1)
            self.call(room, chunk, number, 1)
            if chunk.state[0] == state.AGENDA_FULL:
                slots *= 2
            elif chunk.state[0] == state.LOG_FULL:
                logged = min(8 * logged, self.most_events)
            else:
                return room, chunk

    def run(self, number: int, removed: Sequence[int] = ()) -> WorldRecord:
        """Run one world, without the firings whose identities are `removed`, and keep every event.

        Raises
        ------
        RunError
            If a number means nothing, or events go round in a circle without delay.
        """
        room, chunk = self.run_logged(number, removed)
        if chunk.state[0] == state.STOPPED:
            raise Interrupted
        if chunk.state[0] not in (state.DONE, state.CAPPED):
            raise self.error_of(room, number)
        return WorldRecord(
            number=number,
            events=events_of(self.compiled, room.run),
            values=list(map(float, chunk.value)),
            reached=list(map(int, chunk.reached)),
            left_out=list(map(int, chunk.left_out)),
            paths=list(map(float, chunk.path)),
            stages=list(map(int, chunk.stages)),
            refused=list(map(int, chunk.refused)),
            capped=bool(chunk.state[0] == state.CAPPED),
        )

    def error(self, number: int, removed: Sequence[int]) -> SimulateError:
        """What went wrong in a world, found by running it again."""
        room, _ = self.run_logged(number, removed)
        return self.error_of(room, number)

    def error_of(self, room: Room, number: int) -> SimulateError:
        """What went wrong in the world that ran last in a room."""
        if room.run.now.whole[state.STATE] == state.LOOPING:
            return loop_error(self.compiled, events_of(self.compiled, room.run), number, MOST_AT_ONE_INSTANT)
        return fault_error(self.compiled, room.run.world, max(float(room.run.now.instant[0]), 0.0))

    def explosion(self, number: int) -> str:
        """What filled a world that reached the limit of events."""
        room, _ = self.run_logged(number)
        return explosion(self.compiled, events_of(self.compiled, room.run))


def chunk_from(chunk: state.Chunk, done: int, worlds: int) -> state.Chunk:
    """The rows of a chunk that are still to be filled."""
    if done == 0:
        return chunk
    rows: list[Any] = [column[done * (len(column) // worlds) :] for column in chunk]
    return state.Chunk(*rows)


def events_of(compiled: Compiled, run: state.Run) -> Events:
    """The events that a world wrote down."""
    log, table = run.log, compiled.model.events
    count = int(run.now.whole[state.EVENTS])
    kinds = [int(event) for event in log.event[:count]]
    marks = [
        tuple(
            float(mark)
            for mark in log.marks[row * log.width : row * log.width + table.last_mark[event] - table.first_mark[event]]
        )
        for row, event in enumerate(kinds)
    ]
    return Events(
        time=list(map(float, log.time[:count])),
        event=kinds,
        identity=list(map(int, log.identity[:count])),
        parent=list(map(int, log.parent[:count])),
        marks=marks,
    )
