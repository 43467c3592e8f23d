"""How a result draws itself, as its class says which pictures it has."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from simulate.errors import UsageError
from simulate.scenario.nearest import suggestion


def drawn(found: object, picture: str, pictures: Mapping[str, str]) -> Any:
    """One of a result's pictures, each made by a function of `simulate.plots`, named as `module.function`.

    Raises
    ------
    UsageError
        If there is no such picture, or the result has nothing for it.
    """
    if picture not in pictures:
        raise UsageError(f"there is no picture '{picture}'{suggestion(picture, pictures)}")
    module, function = pictures[picture].split(".")
    figure = getattr(import_module(f"simulate.plots.{module}"), function)(found)
    if figure is None:
        raise UsageError(f"there is nothing to draw: {found!r} has no {picture}")
    return figure
