"""The vector field that rides along a manifold of minimisers, on FLINT series."""

from flint import arb_series

from numerics.balls import ball


class Ride:
    """The field of (x, tangent basis W, eigenvector v) along the manifold, on FLINT series.

    H W = 0 and (H - lambda) v = 0 are kept by
        (H + W W') W' = -H' W   and   (H - lambda + v v') v' = lambda' v - H' v,   H' = dH/dt,
    whose matrices are regular as long as H has rank M and lambda is simple.
    """

    time = None

    def __init__(self, valley, rate, slope=None):
        self.valley, self.rate, self.slope = valley, rate, slope
        self.size = len(valley.variables)

    def __call__(self, *state):
        D, d = self.size, self.size - self.valley.codimension
        x, W, v = state[:D], [state[D + a*D:D + (a + 1)*D] for a in range(d)], state[D + d*D:]
        value, wish = (None, self.slope(*x)) if self.rate is None else self._wish(x, v)
        moved = _combined(W, [_dot(w, wish) for w in W])
        H, change = self._hessian(x, moved)
        kept = [[H[i][j] + sum(w[i]*w[j] for w in W) for j in range(D)] for i in range(D)]
        turned = _solve(kept, [_product(change, w) for w in W])
        found = [*moved, *(-z for column in turned for z in column)]
        return found if value is None else found + _turned(H, change, v, value)

    def _wish(self, x, v):
        """The eigenvalue and speed(eigenvalue) times its gradient."""
        value = _dot(v, _product(rows(self.valley.hessian_formula(*x), self.size), v))
        speed, = self.rate(value)
        return value, [speed*g for g in self.valley.cubic_formula(*x, *v, *v)]

    def _hessian(self, x, moved):
        """H and dH/dt, from the path one order further."""
        path = [m.integral() + a[0] for a, m in zip(x, moved)]
        ahead = self.valley.hessian_formula(*path)
        change = [h.derivative() if isinstance(h, arb_series) else 0*h for h in ahead]
        return rows(ahead, self.size), rows(change, self.size)


def _turned(H, change, v, value):
    """v' for the eigenvector v of H with this eigenvalue, where H changes."""
    bend, D = _product(change, v), len(v)
    growth = _dot(v, bend)
    shifted = [[H[i][j] + v[i]*v[j] - (value if i == j else 0) for j in range(D)] for i in range(D)]
    column, = _solve(shifted, [[growth*a - b for a, b in zip(v, bend)]])
    return column


def _solve(matrix, columns):
    """Solutions of matrix z = column, by elimination in series with the largest leading pivots."""
    rows = [list(row) + [c[i] for c in columns] for i, row in enumerate(matrix)]
    D = len(matrix)
    for i in range(D):
        pivot = max(range(i, D), key=lambda k: abs(_leading(rows[k][i])).mid())
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i][i + 1:] = [c/rows[i][i] for c in rows[i][i + 1:]]
        for k in range(D):
            if k != i:
                rows[k][i + 1:] = [a - rows[k][i]*b for a, b in zip(rows[k][i + 1:], rows[i][i + 1:])]
    return [[rows[i][D + c] for i in range(D)] for c in range(len(columns))]


def _leading(value):
    return value[0] if isinstance(value, arb_series) else ball(value)


def _dot(v, w):
    return sum(a*b for a, b in zip(v, w))


def _product(matrix, vector):
    return [_dot(row, vector) for row in matrix]


def _combined(vectors, weights):
    return [sum(c*v[i] for c, v in zip(weights, vectors)) for i in range(len(vectors[0]))]


def rows(flat, d):
    """A flat list as rows of length d."""
    return [flat[i*d:(i + 1)*d] for i in range(d)]
