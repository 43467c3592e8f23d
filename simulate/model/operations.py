"""Numbers for what an expression is made of, shared by trees, programs and their bounds."""

COLUMNS = 5
"""Numbers that a row of a program takes: its operation, three operands, and 1 if its value changes between events."""

# Leaves: what they read stands in the first operand of their row.
CONSTANT = 0
STATE = 1
STAGE = 2
CALENDAR = 3
COUNT = 4
MARK = 5
RECENT = 6

# Operations: their operands are earlier rows of the same program.
FIRST_OPERATION = 10
MULTIPLY = 10
ADD = 11
SUBTRACT = 12
DIVIDE = 13
SELECT = 14
NEGATE = 15
NOT = 16
POWER = 17
AND = 18
OR = 19
LESS = 20
LESS_EQUAL = 21
EQUAL = 22
UNEQUAL = 23
EXP = 24
LOG = 25
SQRT = 26
ABSOLUTE = 27
MINIMUM = 28
MAXIMUM = 29
CLIP = 30
LOGISTIC = 31
LOGIT = 32
