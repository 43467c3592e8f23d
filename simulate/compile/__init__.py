"""From a resolved scenario to the numbers that engines run on."""

from simulate.compile.build import compile_scenario

__all__ = ["compile_scenario"]
