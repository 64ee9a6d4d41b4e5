"""Proved enclosures of the eigenvalues of symmetric float matrices.

With V, theta the output of `eigh` (whatever its quality) and A taken as exact, let
delta >= |V'V - I| and R >= |A V - V diag(theta)| in the spectral norm, delta < 1.  Then
M = V'AV differs from diag(theta) = V'V diag(theta) - (V'V - I) diag(theta) by at most

    eta = delta max|theta| + (1 + delta) R,

and by Ostrowski lambda_i(M) = t_i lambda_i(A) with |t_i - 1| <= delta, so that

    |lambda_i - theta_i| <= eta + delta (|theta_i| + eta)/(1 - delta)    for every i,

multiple eigenvalues included.  Rounding: a matrix product summed in blocks of `BLOCK` has
entrywise error at most gamma_k |F| |G|, gamma_k = k u/(1 - k u), k = BLOCK + number of blocks,
whatever the order inside a block (Higham, section 3.1; Strassen-like products excluded);
every norm and every term is then rounded up.  Matrices whose largest entry lies outside
[2^-200, 2^200] are first scaled by a power of two; what underflows is budgeted.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from numerics.memory import require
from numerics.reals import floats

U = 2.0**-53
BLOCK = 128
HELD = 8               # matrices kept at once by an enclosure, its eigensolver included
LARGEST = 2.0**1004    # of an entry: sums of 2^19 of them are finite
TINY = 2.0**-500       # above every underflow: sqrt(n^2 2^-1074) in sums of squares
WIDE = np.longdouble if np.finfo(np.longdouble).nmant in (63, 112) else np.float64


@dataclass(frozen=True, eq=False)
class Enclosure:
    """Eigenvalues in ascending order with proved bounds: low <= lambda <= high, entry by entry.

    values, low, high : (..., n); vectors : (..., n, n) with eigenvectors in columns
    """

    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    vectors: np.ndarray

    @property
    def widest(self):
        return (self.high - self.low).max()


def gamma(k):
    """k u/(1 - k u), rounded up."""
    return k*U/(1 - k*U)*(1 + 4*U)


def symmetric(name, matrices):
    """An exactly symmetric float stack (..., n, n) of entries up to LARGEST, or ValueError naming the entry."""
    stack = floats(name, matrices)
    if stack.ndim < 2 or stack.shape[-1] != stack.shape[-2] or not stack.size:
        raise ValueError(f"{name} must have shape (..., n, n) with n >= 1, not {stack.shape}")
    for broken, what, mend in (
            (~np.isfinite(stack), "not finite", "every entry must be finite"),
            (np.abs(stack) > LARGEST, "too large", f"beyond {LARGEST:.0e} sums may overflow; scale by a power of two"),
            (stack != stack.swapaxes(-1, -2), "not its mirror image",
             "the mirror entry is {}; pass (H + H.T)/2 if that is rounding")):
        if broken.any():
            at = tuple(int(i) for i in np.argwhere(broken)[0])
            raise ValueError(f"{name}{list(at)} = {stack[at]} is {what}: {mend.format(stack[at[:-2] + (at[-1], at[-2])])}")
    return stack


def exponent(stack):
    """The power of two that brings a matrix into range: 0 for largest entries in [2^-200, 2^200]."""
    if stack.ndim == 2 and 2.0**-340 <= np.vdot(stack, stack) <= 2.0**400:
        return 0                       # largest between the root of that over n and the root
    largest = np.abs(stack).max(axis=(-1, -2))
    return np.where((largest >= 2.0**-200) & (largest <= 2.0**200), 0, 1 - np.frexp(largest)[1])


def product(left, right):
    """left @ right summed in blocks, and k such that its error is at most gamma_k |left| |right|."""
    n = left.shape[-1]
    if n <= BLOCK:
        return left @ right, n
    cuts = range(0, n, BLOCK)
    total = left[..., :BLOCK] @ right[..., :BLOCK, :]
    for cut in cuts[1:]:
        total += left[..., cut:cut + BLOCK] @ right[..., cut:cut + BLOCK, :]
    return total, BLOCK + len(cuts)


def norm_above(stack):
    """An upper bound for the Frobenius norms of a stack, as shape (...)."""
    n, m = stack.shape[-2:]
    grown = 1 + gamma(n*m + 4)
    if stack.ndim == 2:
        return sqrt(np.vdot(stack, stack))*grown + TINY
    return np.sqrt(np.einsum("...ij,...ij->...", stack, stack))*grown + TINY


def squared_norm(x):
    """An upper bound for |X|^2, within a factor d^(1/16): the Gram matrix squared three times.

    |M| <= |M^8|_F^(1/8); each squaring is off by at most d^2 u |M|^2, covered by 2^-20 for d <= 10^4.
    """
    gram = x.T @ x if x.shape[1] <= len(x) else x @ x.T
    squarings, scale = (3 if len(gram) <= 300 else 1), np.linalg.norm(gram)
    power = gram/scale if scale else gram
    for _ in range(squarings):
        power = power @ power
    return scale*(np.linalg.norm(power)*(1 + 2.0**-20))**(1/2**squarings)*(1 + 2.0**-20)


def enclose(matrices):
    """All eigenvalues of symmetric float matrices (..., n, n), rigorously.

    The entries are taken as exact; units of the matrix.  Holds whatever LAPACK returned.

    Error   rigorous: low <= lambda <= high is proved, rounding included; a zero matrix gives 0.
            Width about 4 n k u |A|, k = min(n, 128 + n/128): 8e-11 |A| at n = 1000
    Cost    one `eigh` and two n x n products, 5 n^2 numbers kept
    Raises  ValueError if a matrix is not finite or not exactly symmetric; ArithmeticError
            if `eigh` returned vectors too far from orthogonal for the proof
    Source  Ostrowski (1959), as derived above
    """
    return enclosed(symmetric("matrices", matrices))


def enclosed(stack):
    """`enclose` for a stack that is known to be symmetric and finite."""
    require(HELD*stack.size, f"an enclosure of eigenvalues of shape {stack.shape}", "use products: `sharpest`, `flattest`")
    shift = exponent(stack)
    moved = np.any(shift) if stack.ndim > 2 else shift
    scaled = np.ldexp(stack, shift[..., None, None]) if moved else stack
    values, vectors = np.linalg.eigh(scaled)
    radius = radii(scaled, values, vectors)
    low, high = np.nextafter(values - radius, -np.inf), np.nextafter(values + radius, np.inf)
    if moved:
        zero, back = ~stack.any(axis=(-1, -2))[..., None], -shift[..., None]
        values = np.where(zero, 0, np.ldexp(values, back))
        low = np.where(zero, 0, np.nextafter(np.ldexp(low, back), -np.inf))
        high = np.where(zero, 0, np.nextafter(np.ldexp(high, back), np.inf))
    return Enclosure(values, low, high, vectors)


def radii(scaled, values, vectors):
    """The bound of the module's head, (..., n), for largest entries in [2^-200, 2^200]."""
    n = scaled.shape[-1]
    gram, k = product(vectors.swapaxes(-1, -2), vectors)
    ones = np.einsum("...ii->...i", gram)
    ones -= 1
    image, k = product(scaled, vectors)
    image -= vectors*values[..., None, :]
    size = np.abs(values)
    long, largest = norm_above(vectors), size.max(axis=-1)
    spread = gamma(k)*long*(1 + 8*U)
    delta = norm_above(gram)*(1 + 2*U) + spread*long + n*(1 + 2*k*U)*U
    residual = (norm_above(image)*(1 + 2*U) + spread*norm_above(scaled)
                + 4*U*largest*long + n*TINY)
    if not (delta < 0.5 if scaled.ndim == 2 else (delta < 0.5).all()):
        if not np.isfinite(scaled).all():
            raise ValueError("the matrix is not finite: the point lies where the loss overflows")
        raise ArithmeticError("eigh returned vectors too far from orthogonal to prove a bound")
    eta = delta*largest + (1 + delta)*residual
    if scaled.ndim > 2:
        eta, delta = eta[..., None], delta[..., None]
    return (eta + delta*(size + eta)/(1 - delta))*(1 + 32*U) + TINY


def rayleigh(matrix, vector):
    """(rho, blur, epsilon): a vector's Rayleigh quotient and residual for the exact matrix.

    |rho - v'Av/v'v| <= blur and |A v - rho v| <= epsilon |v|, rounding included: computed in
    extended precision where the machine has it; largest entry in [2^-200, 2^200].
    """
    u = float(np.finfo(WIDE).eps)/2
    n = len(vector)
    v = vector.astype(WIDE)
    image = np.array([row.astype(WIDE) @ v for row in matrix]) if n > 2000 else matrix.astype(WIDE) @ v
    square = v @ v
    quotient = v @ image/square
    g = (n + 4)*u/(1 - (n + 4)*u)
    long = norm_above(matrix)
    blur = float((3*g + 4*u)*long) + U*abs(float(quotient)) + TINY
    rho = float(quotient)
    residual = image - WIDE(rho)*v
    size = float(np.sqrt(residual @ residual)/np.sqrt(square))
    epsilon = size*(1 + 4*g + 8*U) + float(g + 3*u)*(long + abs(rho)) + TINY
    return rho, blur, epsilon*(1 + 4*U)


def kato_temple(rho, blur, epsilon, below, above):
    """Bounds (low, high) for the one eigenvalue in (below, above), rounding included.

    For the exact quotient r and residual e of a unit vector, with no other eigenvalue in the
    open interval, r - e^2/(above - r) <= lambda <= r + e^2/(r - below).  Moving r by `blur`
    moves both ends; e grows by at most blur.  Infinite ends are allowed.

    Raises  ValueError if rho does not lie between the ends by more than its blur
    """
    left, right = (rho - below)*(1 - 4*U) - blur, (above - rho)*(1 - 4*U) - blur
    if not (left > 0 and right > 0):
        raise ValueError(f"the quotient {rho} must lie inside ({below}, {above}) by more than {blur:.1e}")
    square = (epsilon + blur)**2*(1 + 8*U) + TINY
    down, up = (square/right + blur)*(1 + 8*U), (square/left + blur)*(1 + 8*U)
    return np.nextafter(rho - down, -np.inf), np.nextafter(rho + up, np.inf)
