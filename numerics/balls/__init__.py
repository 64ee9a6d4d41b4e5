"""The only adapter to python-flint: numbers with proved error bounds, and what they decide."""

from numerics.balls.arithmetic import (WORKING_BITS, Undecided, absolute, ball, box, compare,
                                       contains_zero, deserialise, exact_value, from_exact,
                                       is_positive, lower, magnitude, power, precision, serialise,
                                       text, to_exact, upper)
from numerics.balls.expressions import compiled, evaluate, holds
from numerics.balls.newton import Zero, krawczyk

__all__ = [
    "WORKING_BITS", "Undecided", "Zero", "absolute", "ball", "box", "compare", "compiled",
    "contains_zero", "deserialise", "evaluate", "exact_value", "from_exact", "holds",
    "is_positive", "krawczyk", "lower", "magnitude", "power", "precision", "serialise", "text",
    "to_exact", "upper",
]
