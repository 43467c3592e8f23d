"""Events, rules and sources of a model, and the place of each in the order of one instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulate.compile.dates import event_dates, time_of, value
from simulate.compile.programs import Names, Programs
from simulate.compile.tables import Columns, Ranges
from simulate.model import quantile
from simulate.model.layout import Distributions, Effects, Events, Marks, Options, Reactions, Sources
from simulate.naming import name_hash, purpose_of
from simulate.scenario.resolved import Dates, Distribution, Effect, Event, Placement, Resolved, Rule
from simulate.scenario.schema.distributions import KINDS
from simulate.scenario.symbols import OWNED_BY_POLICIES

if TYPE_CHECKING:
    from simulate.compile.stages import Stages

DISTRIBUTION_KINDS = {"constant": quantile.CONSTANT} | {kind: number for number, kind in enumerate(KINDS, 1)}
DISTRIBUTION_KINDS["categorical"] = quantile.CATEGORICAL


class Happenings:
    """Collects the tables of what happens, in the order of places: what stands first wins a tie."""

    def __init__(self, resolved: Resolved, names: Names, programs: Programs) -> None:
        self.resolved = resolved
        self.names = names
        self.programs = programs
        self.place = 0
        self.event_columns = Columns(*(name for name in Events._fields if "reaction" not in name))
        self.effect_columns = Columns(*Effects._fields)
        self.mark_columns = Columns(*Marks._fields)
        self.distribution_columns = Columns("kind", "a", "b", "c", "first_row", "last_row")
        self.rows: list[tuple[float, float]] = []
        self.reaction_columns = Columns(*(name for name in Reactions._fields if name != "of_event"))
        self.option_columns = Columns(*Options._fields)
        self.source_columns = Columns(
            *(name for name in Sources._fields if name not in ("hazard", "hazard_rate", "date", "date_identity"))
        )
        self.hazards: list[int] = []
        self.hazard_rates: list[int] = []
        self.dates: list[tuple[float, int]] = []
        self.triggers = Ranges()
        self.placements: list[tuple[str, str]] = []
        self.rules: list[str] = []
        for event in resolved.events.values():
            self.add_event(event)

    def next_place(self) -> int:
        """The next place in the order of one instant."""
        self.place += 1
        return self.place - 1

    # -- events ------------------------------------------------------------------------------------

    def add_event(self, event: Event) -> None:
        """One kind of event; its place comes later."""
        first_mark = len(self.mark_columns)
        for name, distribution in event.marks:
            self.mark_columns.add(
                distribution=self.distribution(distribution),
                purpose=purpose_of("mark", name),
                slot=self.names.marks[name],
            )
        first, last = self.add_effects(event.effects)
        self.event_columns.add(
            when=self.programs.add(event.when),
            probability=self.programs.add(event.probability),
            place=-1,
            first_effect=first,
            last_effect=last,
            first_mark=first_mark,
            last_mark=len(self.mark_columns),
        )

    def add_effects(self, effects: tuple[Effect, ...]) -> tuple[int, int]:
        """Effects that are applied together."""
        first = len(self.effect_columns)
        for effect in effects:
            self.effect_columns.add(
                variable=self.names.variables[effect.variable],
                program=self.programs.add(effect.expression),
                sets=int(effect.sets),
            )
        return first, len(self.effect_columns)

    def distribution(self, given: Distribution | None) -> int:
        """A distribution, -1 if there is none."""
        if given is None:
            return -1
        a, b, c = (*(self.programs.add(argument) for argument in given.arguments), -1, -1, -1)[:3]
        first = len(self.rows)
        total = 0.0
        for number, weight in given.rows:
            total += value(weight, self.names.values)
            self.rows.append((number, total))
        kind = DISTRIBUTION_KINDS[given.kind]
        return self.distribution_columns.add(kind=kind, a=a, b=b, c=c, first_row=first, last_row=len(self.rows))

    # -- places ------------------------------------------------------------------------------------

    def place_everything(self, stages: Stages) -> None:
        """Give places: what policies place, shocks, actors, mechanisms, then phases that nobody owns."""
        resolved = self.resolved
        self.add_placements()
        self.add_rules(OWNED_BY_POLICIES)
        for event in resolved.events.values():
            if event.kind == "shock":
                self.add_arising(event)
        for owner in resolved.owners:
            if owner in resolved.mechanisms:
                stages.place(owner)
            for name in resolved.lifecycles:
                if name.startswith(f"{owner}."):
                    stages.place(name)
            for event in resolved.events.values():
                if event.kind == "action" and event.name.startswith(f"{owner}."):
                    self.add_arising(event)
            self.add_rules(owner)
        for name in resolved.lifecycles:
            if "." not in name and name not in resolved.mechanisms:
                stages.place(name)

    def add_arising(self, event: Event) -> None:
        """All routes by which an event arises by itself or is caused."""
        index = self.names.events[event.name]
        self.event_columns["place"][index] = self.next_place()
        if event.rate is not None:
            self.add_source(event.name, name_hash("field", event.name), rate=self.programs.add(event.rate))
        for dates in event.dates:
            self.add_dates(event, dates)
        for rule in event.causes:
            self.add_rule(rule)

    def add_source(
        self,
        event: str,
        identity: int,
        *,
        rate: int = -1,
        lifecycle: int = -1,
        dates: list[tuple[float, int]] | None = None,
        distribution: int = -1,
        placement: int = -1,
    ) -> int:
        """One source of events."""
        first = len(self.dates)
        self.dates.extend(dates or [])
        return self.source_columns.add(
            event=self.names.events[event] if event else -1,
            identity=identity,
            place=self.next_place(),
            rate=rate,
            lifecycle=lifecycle,
            first_hazard=len(self.hazards),
            first_date=first,
            last_date=len(self.dates),
            distribution=distribution,
            placement=placement,
        )

    def add_dates(self, event: Event, dates: Dates) -> None:
        """A list of dates, a recurring date, or one uncertain date."""
        if dates.distribution is not None:
            identity = name_hash("date", event.name)
            self.add_source(event.name, identity, distribution=self.distribution(dates.distribution))
            return
        times = event_dates(self.resolved, dates, self.names.values)
        keyed = [(time, name_hash(dates.route, event.name, str(k))) for k, time in enumerate(times)]
        self.add_source(event.name, name_hash(dates.route, event.name), dates=keyed)

    def add_placements(self) -> None:
        """What policies place on dates: the k-th placement of an event, in time, keeps its luck."""
        timed = [(time_of(each.at, self.names.values), each) for each in self.resolved.placements]
        numbers: dict[int, int] = {}
        seen: dict[tuple[str, str], int] = {}
        for place, (_, placement) in sorted(enumerate(timed), key=lambda item: item[1][0]):
            key = placement.route, placement.event
            numbers[place] = seen.get(key, 0)
            seen[key] = numbers[place] + 1
        for place, (time, placement) in enumerate(timed):
            self.add_placement(placement, time, numbers[place])

    def add_placement(self, placement: Placement, time: float, number: int) -> None:
        identity = name_hash(placement.route, placement.event, str(number))
        self.add_source(
            placement.event,
            identity,
            dates=[(time, identity)],
            placement=self.number_placement(placement.policy, placement.event),
        )

    def number_placement(self, policy: str, event: str) -> int:
        """The number under which refusals of a placement are counted."""
        self.placements.append((policy, event))
        return len(self.placements) - 1

    # -- rules -------------------------------------------------------------------------------------

    def add_rules(self, owner: str) -> None:
        """The responses of one owner."""
        for rule in self.resolved.rules:
            if rule.owner == owner:
                self.add_rule(rule)

    def add_rule(self, rule: Rule) -> None:
        """A rule by which an event causes another."""
        first = len(self.option_columns)
        self.rules.append(f"{rule.owner}.{rule.name}")
        for option in rule.options:
            self.option_columns.add(
                event=-1 if option.event is None else self.names.events[option.event],
                utility=self.programs.add(option.utility),
                purpose=purpose_of("option", option.event or "nothing"),
            )
        reaction = self.reaction_columns.add(
            place=self.next_place(),
            name=name_hash("rule", rule.owner, rule.name),
            when=self.programs.add(rule.when),
            probability=self.programs.add(rule.probability),
            delay=self.distribution(rule.delay),
            first_option=first,
            last_option=len(self.option_columns),
            placement=self.number_placement(rule.policy, rule.options[0].event or "") if rule.policy else -1,
        )
        for trigger in dict.fromkeys(rule.on):
            self.triggers.add(self.names.events[trigger], reaction)

    # -- tables ------------------------------------------------------------------------------------

    def events(self) -> Events:
        first, last, _ = self.triggers.layout(len(self.event_columns))
        return Events(**self.event_columns.columns, first_reaction=first, last_reaction=last)

    def effects(self) -> Effects:
        return Effects(**self.effect_columns.columns)

    def mark_table(self) -> Marks:
        return Marks(**self.mark_columns.columns)

    def distributions(self) -> Distributions:
        values = [row[0] for row in self.rows]
        cumulative = [row[1] for row in self.rows]
        return Distributions(**self.distribution_columns.columns, value=values, cumulative=cumulative)

    def reactions(self) -> Reactions:
        _, _, of_event = self.triggers.layout(len(self.event_columns))
        return Reactions(**self.reaction_columns.columns, of_event=of_event)

    def options(self) -> Options:
        return Options(**self.option_columns.columns)

    def sources(self) -> Sources:
        return Sources(
            **self.source_columns.columns,
            hazard=self.hazards,
            hazard_rate=self.hazard_rates,
            date=[time for time, _ in self.dates],
            date_identity=[identity for _, identity in self.dates],
        )
