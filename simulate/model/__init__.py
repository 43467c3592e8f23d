"""What happens: the only home of rules, as plain scalar functions over named tuples of sequences.

Nothing here knows YAML, a queue or a clock; nothing outside repeats a rule. The functions use only
scalars and indexing, so that the same source runs as Python and can be compiled.
"""
