"""The order of what is due at one instant, shared by the engines, and the limits of what may happen."""

# Generations: first what surrounds the events of an instant, then the events, then what follows them.
OPENING = -3
"""Windows close and open."""
LOOKING = -2
"""Points of random fields are looked at: rates are read just before the instant."""
FIRST_GENERATION = 0
AFTERWARDS = 999_999
"""Everything that the scenario lets happen at the instant has happened."""
READING = 1_000_000
"""Everything that has happened at the instant is read."""

MOST_AT_ONE_INSTANT = 10_000
MOST_EVENTS = 1_000_000
