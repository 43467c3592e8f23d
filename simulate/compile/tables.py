"""Tables of a model, filled row by row."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, TypeVar

Table = TypeVar("Table")


class Columns:
    """Columns of one table, by name; every row gives a value for each."""

    def __init__(self, *names: str) -> None:
        self.columns: dict[str, list[Any]] = {name: [] for name in names}

    def add(self, **row: Any) -> int:
        """Append a row; returns its index."""
        assert row.keys() == self.columns.keys(), set(row) ^ set(self.columns)
        for name, value in row.items():
            self.columns[name].append(value)
        return len(next(iter(self.columns.values()))) - 1

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns[name]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))


class Ranges:
    """Lists by owner, laid out one behind the other."""

    def __init__(self) -> None:
        self.lists: dict[int, list[int]] = defaultdict(list)

    def add(self, owner: int, item: int) -> None:
        """Append an item to an owner's list."""
        self.lists[owner].append(item)

    def layout(self, owners: int) -> tuple[list[int], list[int], list[int]]:
        """For each owner where its list begins and ends, and all lists together."""
        first: list[int] = []
        last: list[int] = []
        items: list[int] = []
        for owner in range(owners):
            first.append(len(items))
            items.extend(self.lists.get(owner, ()))
            last.append(len(items))
        return first, last, items
