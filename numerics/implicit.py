"""Implicit functions and inverses as truncated power series.

    two-step cycles: `middle, = implicit([even])` is m(q) with even(q, m(q)) = 0 to the order of `even`
"""

from numerics.jets import is_zero, jets


def implicit(equations):
    """The series y(x) with F(x, y(x)) = 0 and y(0) = 0: the implicit function theorem.

    equations  m jets in n + m variables, the last m of which are the unknowns; F(0, 0) = 0
    Returns m jets in n variables of the same order.

    Cost    `order` compositions
    Raises  ValueError if F does not vanish at 0; ZeroDivisionError if dF/dy is singular there
    """
    m, order, one = len(equations), min(f.order for f in equations), equations[0].one
    n = equations[0].width - m
    for i, f in enumerate(equations):
        if f.parts[0]:
            raise ValueError(f"equation {i} has the value {f.constant} at 0; it must vanish there")
    slope = [[f.coefficient(*(int(k == n + j) for k in range(n + m))) for j in range(m)] for f in equations]
    inverse = _inverse(slope, one)
    xs = [x.truncated(order) for x in jets([0*one]*n, order)]
    ys = [0*xs[0]]*m
    for _ in range(order):                             # each round makes one more degree right
        rest = [f(*xs, *ys) for f in equations]
        ys = [y - sum((row[j]*rest[j] for j in range(m)), 0*xs[0]) for y, row in zip(ys, inverse)]
    return tuple(ys)


def revert(*series):
    """The inverse of a map: n jets in n variables without constant terms, with G(F(h)) = h.

    Raises  ValueError for a constant term; ZeroDivisionError if the linear part is singular
    """
    n, order, one = len(series), min(f.order for f in series), series[0].one
    both = jets([0*one]*2*n, order)
    return implicit([f(*both[n:]) - y for f, y in zip(series, both)])


def _inverse(matrix, one):
    """The inverse matrix by elimination in the coefficients' own arithmetic."""
    m = len(matrix)
    rows = [list(row) + [one*int(i == j) for j in range(m)] for i, row in enumerate(matrix)]
    for i in range(m):
        pivot = next((k for k in range(i, m) if not is_zero(rows[k][i])), None)
        if pivot is None:
            raise ZeroDivisionError(f"the derivative by the unknowns is singular at 0: {matrix}")
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [c/rows[i][i] for c in rows[i]]
        for k in range(m):
            if k != i:
                rows[k] = [a - rows[k][i]*b for a, b in zip(rows[k], rows[i])]
    return [row[m:] for row in rows]
