"""Numbers that stand in formulas without a name, and parameters without a source."""

from __future__ import annotations

from simulate.scenario.audit.reading import Formula, formulas, names_read
from simulate.scenario.loading import Scenario
from simulate.scenario.nodes import dotted
from simulate.scenario.resolved import Resolved
from simulate.scenario.tree import postorder


def numbers_in(formula: Formula) -> list[float]:
    """The numbers written in a formula; 0 needs no source, nor does 1 where no unit stands."""
    timed = any(node.operation == "unit" for node in postorder(formula.expression.tree))
    evident = (0.0,) if timed else (0.0, 1.0)
    return [
        float(node.value)
        for node in postorder(formula.expression.tree)
        if node.operation == "number" and isinstance(node.value, float) and node.value not in evident
    ]


def readers(resolved: Resolved) -> dict[str, int]:
    """By how many formulas each indicator is read, itself or through other indicators."""
    everything = list(formulas(resolved))
    count = dict.fromkeys(resolved.indicators, 0)
    needs: dict[str, set[str]] = {}
    for name, expression in resolved.indicators.items():
        direct = names_read(expression, "indicator")
        needs[name] = direct.union(*(needs.get(other, set()) for other in direct))
    for formula in everything:
        direct = names_read(formula.expression, "indicator")
        for name in direct.union(*(needs[other] for other in direct)):
            count[name] += 1
    return count


def unsourced_report(scenario: Scenario) -> str:
    """The list, the most-read formulas first."""
    resolved = scenario.resolved()
    read_by = readers(resolved)
    places = {expression.path: name for name, expression in resolved.indicators.items()}
    rows = []
    under_policies = [scenario.with_policy(name).resolved() for name in scenario.model.policies]
    everything = {
        formula.expression.path: formula for each in [*under_policies, resolved] for formula in formulas(each)
    }
    for formula in everything.values():
        numbers = numbers_in(formula)
        if numbers:
            reads = read_by.get(places.get(formula.expression.path, ""), 1)
            text = " ".join(formula.expression.text.split())
            rows.append((-max(reads, 1), dotted(formula.expression.path), text, numbers))
    rows.sort(key=lambda row: (row[0], row[1]))
    total = sum(len(row[3]) for row in rows)
    lines = [f"{scenario.name}: {total} numbers in {len(rows)} formulas have no name, and so no source"]
    for reads, path, text, numbers in rows:
        times = f"read by {-reads} formulas" if reads < -1 else "read once"
        lines.append(f"{path}: {', '.join(f'{number:g}' for number in numbers)}  in  {text}  ({times})")
    without = [name for name, parameter in resolved.parameters.items() if not parameter.source]
    if without:
        lines.append(f"{len(without)} parameters name no source: {', '.join(without)}")
    return "\n".join(lines) + "\n"
