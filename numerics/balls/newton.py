"""Zeros of systems and functions: existence and uniqueness proved by balls.

Systems are given as Python callables on lists of balls, `function(x, *parameters)` and
`jacobian(x, *parameters)`, so a parameter that is a ball stands for every number in it.
"""

from dataclasses import dataclass

from flint import arb, arb_mat

from numerics.balls.arithmetic import Undecided, ball, text


@dataclass(frozen=True)
class Zero:
    """A zero proved to exist: it lies in `box`, and it is the only one in the box asked about.

    `contraction` < 1 bounds the Newton-like map's contraction in the norm scaled by the box.
    """

    box: tuple
    contraction: arb
    unique: bool = True


def krawczyk(function, jacobian, box, parameters=()):
    """Prove that F(x, p) = 0 has exactly one solution x in `box`, for every p in `parameters`.

    With m the midpoint of X, C an approximate inverse of DF(m), the operator is
        K(X) = m - C F(m) + (I - C DF(X)) (X - m).
    Theorem (Krawczyk; Moore): K(X) in the interior of X implies that each F(., p) has one zero
    in X, that it lies in K(X), and that every matrix in DF(X) is regular.
    Assumes: `jacobian` encloses, on the whole box, every slope of F between two of its points
    (for C^1 functions: the partial derivatives).  F need only be Lipschitz.
    `function` maps a list of n balls to n balls, `jacobian` to n rows of n balls; n up to about 10.
    Error: enclosed.  Cost: one call of each, one n x n inverse.
    Raises: Undecided if the inclusion is not strict, with the offending coordinate.
    """
    n, middle = len(box), [x.mid() for x in box]
    slopes = _finite_matrix(jacobian(list(box), *parameters), n)
    residual = arb_mat(n, 1, _finite_list(function(middle, *parameters), n))
    inverse = _approximate_inverse(slopes)
    shrink = _identity(n) - inverse*slopes
    deviation = arb_mat(n, 1, [x - m for x, m in zip(box, middle)])
    image = arb_mat(n, 1, middle) - inverse*residual + shrink*deviation
    for i, x in enumerate(box):
        if not x.contains_interior(image[i, 0]):
            raise Undecided(f"coordinate {i}: the Krawczyk image {text(image[i, 0], 6)} is not in "
                            f"the interior of {text(x, 6)}; a smaller or better centred box, or "
                            f"smaller parameter intervals, may decide")
    return Zero(tuple(image[i, 0].intersection(x) for i, x in enumerate(box)),
                _scaled_norm(shrink, box))


def _scaled_norm(matrix, box):
    """max_i sum_j |M_ij| r_j / r_i, the norm in which the box is the unit ball."""
    radii, worst = [x.rad() for x in box], arb(0)
    for i, r in enumerate(radii):
        row = sum((matrix[i, j].abs_upper()*radii[j] for j in range(len(radii))), arb(0))
        worst = worst.max((row/r).upper())
    return worst


def _approximate_inverse(slopes):
    try:
        return slopes.mid().inv().mid()
    except ZeroDivisionError:
        raise Undecided("the Jacobian at the middle of the box is singular or nearly so: the zero "
                        "may be multiple, or the box too wide") from None


def _identity(n):
    return arb_mat([[int(i == j) for j in range(n)] for i in range(n)])


def _finite_list(values, n):
    values = [ball(v) for v in values]
    if len(values) != n:
        raise ValueError(f"{n} values are needed, one per unknown; got {len(values)}")
    for i, value in enumerate(values):
        if not value.is_finite():
            raise Undecided(f"component {i} is not defined on the whole box")
    return values


def _finite_matrix(rows, n):
    rows = [_finite_list(row, n) for row in rows]
    if len(rows) != n:
        raise ValueError(f"{n} rows are needed, one per equation; got {len(rows)}")
    return arb_mat(rows)
