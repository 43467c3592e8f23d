"""What is due in one world: a binary heap in the order (time, generation, place, parent, number).

Entries stand in slots; the heap holds the numbers of slots.
"""

from typing import NamedTuple

from simulate.model.layout import MutableFloats, MutableInts

SIZE = 0
SCHEDULED = 1
OVERFLOWED = 2
COUNTERS = 3


class Agenda(NamedTuple):
    """Slots and the heap over them; behind the heap stand the numbers of the free slots.

    `task` says what to do, with a `subject`, a `detail` and an `identity`; `marks` are those of the
    event that a rule answers, `width` places for each slot.
    """

    heap: MutableInts
    counters: MutableInts
    time: MutableFloats
    generation: MutableInts
    place: MutableInts
    parent: MutableInts
    number: MutableInts
    task: MutableInts
    subject: MutableInts
    detail: MutableInts
    identity: MutableInts
    marks: MutableFloats
    width: int


def allocate_agenda(slots: int, width: int) -> Agenda:
    """Room for so many entries at a time, and so many marks each."""
    columns = ([0] * slots for _ in range(8))
    generation, place, parent, number, task, subject, detail, identity = columns
    return Agenda(
        heap=list(range(slots)),
        counters=[0] * COUNTERS,
        time=[0.0] * slots,
        generation=generation,
        place=place,
        parent=parent,
        number=number,
        task=task,
        subject=subject,
        detail=detail,
        identity=identity,
        marks=[0.0] * (slots * width),
        width=width,
    )


def clear(agenda: Agenda) -> None:
    """Forget everything that is due."""
    agenda.counters[SIZE] = agenda.counters[SCHEDULED] = agenda.counters[OVERFLOWED] = 0


def before(agenda: Agenda, one: int, other: int) -> bool:
    """Whether the entry in one slot comes before that in another."""
    if agenda.time[one] != agenda.time[other]:
        return agenda.time[one] < agenda.time[other]
    if agenda.generation[one] != agenda.generation[other]:
        return agenda.generation[one] < agenda.generation[other]
    if agenda.place[one] != agenda.place[other]:
        return agenda.place[one] < agenda.place[other]
    if agenda.parent[one] != agenda.parent[other]:
        return agenda.parent[one] < agenda.parent[other]
    return agenda.number[one] < agenda.number[other]


def schedule(agenda: Agenda, time: float, generation: int, place: int, parent: int) -> int:
    """Enter something; returns its slot, which the caller fills. A full agenda notes it and enters nothing."""
    size = agenda.counters[SIZE]
    heap = agenda.heap
    if size == len(heap):
        agenda.counters[OVERFLOWED] = 1
        return heap[0]
    slot = heap[size]
    agenda.counters[SIZE] = size + 1
    agenda.time[slot] = time
    agenda.generation[slot] = generation
    agenda.place[slot] = place
    agenda.parent[slot] = parent
    agenda.number[slot] = agenda.counters[SCHEDULED]
    agenda.counters[SCHEDULED] += 1
    child = size
    while child > 0:
        above = (child - 1) >> 1
        if not before(agenda, slot, heap[above]):
            break
        heap[child] = heap[above]
        child = above
    heap[child] = slot
    return slot


def take(agenda: Agenda) -> int:
    """Remove the first entry; its slot stays as it is until something else is scheduled."""
    heap = agenda.heap
    first = heap[0]
    size = agenda.counters[SIZE] - 1
    agenda.counters[SIZE] = size
    moved = heap[size]
    heap[size] = first
    above = 0
    while True:
        child = 2 * above + 1
        if child >= size:
            break
        if child + 1 < size and before(agenda, heap[child + 1], heap[child]):
            child += 1
        if not before(agenda, heap[child], moved):
            break
        heap[above] = heap[child]
        above = child
    if size > 0:
        heap[above] = moved
    return first
