"""The only adapter to python-flint: numbers with proved error bounds, and what they decide."""

from numerics.balls.arithmetic import (WORKING_BITS, Undecided, absolute, ball, box, compare,
                                       contains_zero, deserialise, exact_value, from_exact,
                                       is_positive, lower, magnitude, power, precision,
                                       serialise, text, to_exact, upper)
from numerics.balls.expressions import compiled, evaluate, holds
from numerics.balls.integrals import integral
from numerics.balls.lohner import Tube, iterate, map_and_jacobian, orbit
from numerics.balls.matrices import (ball_matrix, contraction, eigenvalues, eigenvalues_general,
                                     is_positive_definite, norm, solve)
from numerics.balls.newton import Zero, interval_newton, krawczyk, mean_value, roots, solution, zero_near

__all__ = [
    "Tube", "Undecided", "WORKING_BITS", "Zero", "absolute", "ball", "ball_matrix", "box",
    "compare", "compiled", "contains_zero", "contraction", "deserialise", "eigenvalues",
    "eigenvalues_general", "evaluate", "exact_value", "from_exact", "holds", "integral",
    "interval_newton", "is_positive", "is_positive_definite", "iterate", "krawczyk", "lower",
    "magnitude", "map_and_jacobian", "mean_value", "norm", "orbit", "power", "precision", "roots",
    "serialise", "solution", "solve", "text", "to_exact", "upper", "zero_near",
]
