"""Certificates that a polynomial is nonnegative, found by any means and then checked exactly.

A polynomial is a dictionary {exponents: Fraction}.  Floats only propose; what is returned was
verified in rational arithmetic.
"""

from fractions import Fraction
from itertools import product
from math import comb, gcd, lcm, prod

import flint
import numpy as np

from theorems.kernel.deciding.roots import rational

BOXES, ENTRIES = 1000, 400_000          # boxes looked at, and coefficients computed, before giving up
LEAST = Fraction(1, 2**40)              # the constant part of a sum of squares that is to be positive


# ---- Bernstein coefficients

def bernstein(terms, ends, strict):
    """Whether sum c t^e is >= 0 (strict: > 0) on a box, by subdivision: (number of boxes, None), or
    (None, a corner t where it is < 0, if one was met).

    `ends` gives for each variable (low closed, high closed, finite): t runs through [0, 1], or, if
    it is not finite, through [0, oo), where t = u/(1 - u) and the polynomial is multiplied by (1 - u)^n.
    """
    degrees = [max(e[k] for e in terms) for k in range(len(ends))]
    array = np.zeros([n + 1 for n in degrees], dtype=object)
    scale = lcm(*(c.denominator for c in terms.values()))
    for exponents, c in terms.items():
        array[exponents] = int(c*scale)
    for axis, (n, end) in enumerate(zip(degrees, ends)):
        array = along(array, axis, _to_bernstein(n, end[2]))
    return _subdivide(array, [end[:2] for end in ends], strict)


def along(array, axis, matrix):
    return np.moveaxis(np.tensordot(matrix, array, axes=(1, axis)), 0, axis)


def _to_bernstein(n, finite):
    scale = lcm(*(comb(n, i) for i in range(n + 1)))
    return np.array([[scale//comb(n, i)*(comb(k, i) if finite else int(k == i)) for i in range(n + 1)]
                     for k in range(n + 1)], dtype=object)


def _subdivide(array, closed, strict):
    halves = []
    for n in (size - 1 for size in array.shape):
        left = np.array([[comb(k, i) << (n - k) for i in range(n + 1)] for k in range(n + 1)], dtype=object)
        halves.append((left, left[::-1, ::-1]))
    boxes, entries, waiting = 0, 0, [(array, closed, [(Fraction(0), Fraction(1))]*array.ndim, 0)]
    while waiting:
        array, closed, box, depth = waiting.pop()
        boxes, entries = boxes + 1, entries + array.size
        if (array >= 0).all() and (not strict or _no_face_vanishes(array, closed)):
            continue
        for corner in product((0, 1), repeat=array.ndim):
            value = array[tuple(-side for side in corner)]
            if value < 0 or (strict and value == 0 and all(ends[side] for ends, side in zip(closed, corner))):
                return None, [ends[side] for ends, side in zip(box, corner)]
        if boxes > BOXES or entries > ENTRIES:
            return None, None
        axis = depth % array.ndim
        for side, half in enumerate(halves[axis]):
            part = along(array, axis, half)
            ends = (closed[axis][0], True) if side == 0 else (True, closed[axis][1])
            low, high = box[axis]
            halved = [*box[:axis], (low, (low + high)/2) if side == 0 else ((low + high)/2, high), *box[axis + 1:]]
            waiting.append((part//gcd(*part.flat), [*closed[:axis], ends, *closed[axis + 1:]], halved, depth + 1))
    return boxes, None


def _no_face_vanishes(array, closed):
    """Coefficients >= 0 make the polynomial positive inside a face where one of the face's is positive."""
    options = [[slice(None)] + [0]*low + [-1]*high for low, high in closed]
    return all(np.any(array[face] > 0) for face in product(*options))


def spread(terms, finite, strict):
    """sum c t^e = sum weight t^i (1 - t)^j as [(weight, i, j)], i + j being the degree; j = 0 in a t that is not finite.

    Strict, all of them finite: the least Bernstein coefficient stands first, by itself.
    """
    degrees, rows = [max(e[k] for e in terms) for k in range(len(finite))], dict(terms)
    for k, n in enumerate(degrees):
        old, rows = rows, {}
        for e, c in old.items():
            for i in range(e[k], n + 1) if finite[k] else [e[k]]:      # t^e = t^e (t + (1 - t))^(n - e)
                place = (*e[:k], i, *e[k + 1:])
                rows[place] = rows.get(place, 0) + (c*comb(n - e[k], i - e[k]) if finite[k] else c)
    grid = {e: prod(map(comb, degrees, e)) for e in product(*(range(n + 1) for n in degrees))} if strict and all(finite) else {}
    least = min((rows.get(e, Fraction(0))/c for e, c in grid.items()), default=Fraction(0))
    first = [(least, (0,)*len(finite), (0,)*len(finite))] if least else []
    rows = {e: c - least*grid.get(e, 0) for e, c in rows.items()}
    return first + [(c, e, tuple((n - i)*end for n, i, end in zip(degrees, e, finite))) for e, c in sorted(rows.items()) if c]


# ---- nonnegative combinations

def combination(target, columns, rewarded):
    """Fractions c >= 0 with sum c_k columns_k = target, as large as possible on the rewarded ones; or None."""
    from scipy.optimize import linprog     # here: most goals never need it, and it takes as long to load as NumPy
    known = set().union(*columns)
    if not known >= target.keys():     # a term that no column has
        return None
    rows = sorted(known)
    place = {row: i for i, row in enumerate(rows)}
    matrix = np.zeros((len(rows), len(columns)))
    try:
        for k, column in enumerate(columns):
            for row, value in column.items():
                matrix[place[row], k] = float(value)
        goal = [float(target.get(row, 0)) for row in rows]
    except OverflowError:              # too large for the floating guess, without which nothing is tried
        return None
    cost = [-1.0 if k in rewarded else 1e-3 for k in range(len(columns))]
    guess = linprog(cost, A_eq=matrix, b_eq=goal, bounds=[(0, 1e6)]*len(columns), method="highs-ds")
    if guess.x is None:
        return None
    support = [k for k, value in enumerate(guess.x) if value > 1e-9]
    exact = solve([[columns[k].get(row, Fraction(0)) for k in support] for row in rows],
                  [target.get(row, Fraction(0)) for row in rows])
    if exact is None or min(exact) < 0:
        return None
    return {k: value for k, value in zip(support, exact) if value}


def solve(matrix, goal):
    """The exact solution of matrix x = goal if it is unique, else None."""
    if not matrix[0]:
        return None
    joined = flint.fmpq_mat([[flint.fmpq(v.numerator, v.denominator) for v in (*row, b)]
                             for row, b in zip(matrix, goal)])
    reduced, rank = joined.rref()
    width = len(matrix[0])
    if rank != width or any(reduced[k, k] != 1 for k in range(width)):
        return None
    return [rational(reduced[k, width]) for k in range(width)]


# ---- sums of squares

def squares(terms, strict):
    """terms = sum d_k (l_k . basis)^2 with d >= 0 (strict: and a positive constant): (basis, L, d) or None."""
    half = [max(e[k] for e in terms)//2 for k in range(len(next(iter(terms))))]
    total = max(map(sum, terms))//2
    basis = [e for e in product(*(range(h + 1) for h in half)) if sum(e) <= total]
    dropped = True
    while dropped:                                             # a square that nothing cancels is no part of it
        places = {}
        for i, j in product(range(len(basis)), repeat=2):
            places.setdefault(tuple(map(sum, zip(basis[i], basis[j]))), []).append((i, j))
        dropped = {i for e, spots in places.items() if e not in terms and len(spots) == 1 for i, _ in spots}
        basis = [e for i, e in enumerate(basis) if i not in dropped]
    if len(basis) > 20 or not set(terms) <= set(places) or (strict and (0,)*len(half) not in basis):
        return None
    try:
        guess = _centre(terms, places, len(basis))
    except np.linalg.LinAlgError:                              # too near to singular for floats
        return None
    for bits in (0, 4, 10, 20, 30):
        gram = _rounded(guess, terms, places, bits)
        gram[0][0] -= LEAST if strict else 0
        factors = ldl(gram)
        if factors:
            rows, numbers = factors
            return basis, rows + [[Fraction(k == 0) for k in range(len(basis))]]*strict, numbers + [LEAST]*strict
    return None


def _centre(terms, places, size):
    """A symmetric matrix near the middle of all with z'Gz = terms: Newton's method for log det (G + shift)."""
    gram, moves = np.zeros((size, size)), []
    for exponents, spots in places.items():
        value = float(terms.get(exponents, 0))/len(spots)
        for spot in spots:
            gram[spot] = value
        pairs = sorted({tuple(sorted(spot)) for spot in spots})
        for pair in pairs[1:]:
            move = np.zeros((size, size))
            for (i, j), weight in ((pairs[0], 1), (pair, -1)):
                move[i, j] += weight/2
                move[j, i] += weight/2
            moves.append(move)
    shift = max(0.0, -np.linalg.eigvalsh(gram)[0]) + 1
    for _ in range(60 if moves else 0):
        inverse = np.linalg.inv(gram + shift*np.eye(size))
        bent = [inverse @ move for move in moves]
        slope = np.array([np.trace(b) for b in bent])
        curve = np.array([[np.sum(a*b.T) for b in bent] for a in bent])
        step = np.linalg.lstsq(curve, slope, rcond=None)[0]
        step /= 1 + np.sqrt(max(slope @ step, 0))
        gram = gram + np.tensordot(step, np.array(moves), axes=1)
        shift = min(shift, max(0.0, -np.linalg.eigvalsh(gram)[0])*1.3 + 0.01*shift)
    return gram


def _rounded(guess, terms, places, bits):
    """A rational Gram matrix near the guess, each coefficient of `terms` restored exactly."""
    size = len(guess)
    gram = [[Fraction(round(float(guess[i, j])*2**bits), 2**bits) for j in range(size)] for i in range(size)]
    for exponents, spots in places.items():
        gap = (terms.get(exponents, Fraction(0)) - sum(gram[i][j] for i, j in spots))/len(spots)
        for i, j in spots:
            gram[i][j] += gap
    return gram


def ldl(gram):
    """Rows L and numbers d >= 0 with gram = sum d_k L_k' L_k, exactly; None if gram is not positive semidefinite."""
    rest, rows, numbers = [row[:] for row in gram], [], []
    for k in range(len(gram)):
        pivot = rest[k][k]
        if pivot < 0 or (pivot == 0 and any(rest[k])):
            return None
        if pivot:
            row = [value/pivot for value in rest[k]]
            rest = [[rest[i][j] - pivot*row[i]*row[j] for j in range(len(gram))] for i in range(len(gram))]
            rows.append(row)
            numbers.append(pivot)
    return rows, numbers
