"""Immigration and death in other programs: what the batch engine is measured against."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit


@njit
def direct_method(seed: int, runs: int, arrival: float, death: float, start: int, end: float) -> int:
    """Gillespie's direct method for this one model, by hand: the practical limit. Returns the events."""
    np.random.seed(seed)
    events = 0
    for _ in range(runs):
        number = start
        time = 0.0
        while True:
            total = arrival + death * number
            time -= math.log(1.0 - np.random.random()) / total
            if time >= end:
                break
            number += 1 if np.random.random() * total < arrival else -1
            events += 1
    return events


def roadrunner_runs(arrival: float, death: float, start: int, end: float) -> Callable[[int], Any] | None:
    """A function that runs libRoadRunner's gillespie integrator so often; None where it is not installed."""
    try:
        import roadrunner
    except ImportError:
        return None
    engine = roadrunner.RoadRunner(sbml(arrival, death, start))
    engine.setIntegrator("gillespie")
    engine.getIntegrator().setValue("variable_step_size", False)
    engine.getIntegrator().setValue("seed", 7)

    def run(times: int) -> None:
        for _ in range(times):
            engine.reset()
            engine.simulate(0, end, 2)

    return run


def sbml(arrival: float, death: float, start: int) -> str:
    """The model as SBML."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="m">
<listOfCompartments><compartment id="c" size="1" constant="true"/></listOfCompartments>
<listOfSpecies><species id="N" compartment="c" initialAmount="{start}" hasOnlySubstanceUnits="true"
 boundaryCondition="false" constant="false"/></listOfSpecies>
<listOfParameters><parameter id="a" value="{arrival}" constant="true"/>
<parameter id="d" value="{death}" constant="true"/></listOfParameters>
<listOfReactions>
<reaction id="birth" reversible="false" fast="false"><listOfProducts>
<speciesReference species="N" stoichiometry="1" constant="true"/></listOfProducts>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><ci>a</ci></math></kineticLaw></reaction>
<reaction id="death" reversible="false" fast="false"><listOfReactants>
<speciesReference species="N" stoichiometry="1" constant="true"/></listOfReactants>
<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><ci>d</ci><ci>N</ci></apply></math>
</kineticLaw></reaction></listOfReactions></model></sbml>"""


def gillespy_runs(arrival: float, death: float, start: int, end: float) -> Callable[[int], Any] | None:
    """A function that runs GillesPy2's compiled SSA so often; None where it cannot be had."""
    try:
        import gillespy2
    except ImportError:
        return None
    model = gillespy2.Model("m")
    number = gillespy2.Species("N", initial_value=start)
    rates = gillespy2.Parameter("a", expression=str(arrival)), gillespy2.Parameter("d", expression=str(death))
    model.add_species(number)
    model.add_parameter(list(rates))
    birth = gillespy2.Reaction("birth", products={number: 1}, rate=rates[0])
    model.add_reaction([birth, gillespy2.Reaction("death", reactants={number: 1}, rate=rates[1])])
    model.timespan(np.array([0.0, end]))
    try:
        solver = gillespy2.SSACSolver(model)
        model.run(solver=solver, number_of_trajectories=1)
    except Exception as error:  # it compiles C++, which fails in as many ways as there are compilers
        print(f"GillesPy2 cannot run here: {str(error).splitlines()[0][:100]}")
        return None
    return lambda times: model.run(solver=solver, number_of_trajectories=times)
