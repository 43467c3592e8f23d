"""From a resolved scenario to the numbers that engines run on."""

from simulate.compile.build import Compiled, compile_scenario

__all__ = ["Compiled", "compile_scenario"]
