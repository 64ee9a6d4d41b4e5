"""The largest Hessian eigenpair off interpolation, from the tangent kernel and a few products.

H = G + B with G = c J'J/n and B the residual part.  For r = H q - rho q, the correction that
would be exact if B were 0, on the complement of G's leading eigenvector, is

    t = (theta - G)^-1 r = (r + c J' (theta - K)^-1 J r)/theta,      K = c JJ'/n,

solved by conjugate gradients with the n x n kernel, which is positive definite for theta - K there
and cheap beside a product.  (A Cholesky factor served as well, but SciPy's triangular solves and
NumPy's products bring two thread pools into one loop.)  Each product then gains a factor of about |B| over the gap: 4 to 6 products where Lanczos takes
28 to 46 (two-layer networks, residuals of the size of the targets).
"""

import numpy as np

from numerics.krylov import Ritz, checked, leading

MOST = 12          # products; a slower iteration is left to Lanczos
INNER = 60         # products with the kernel in one solve
WHOLE = 100        # kernels up to this size are decomposed, larger ones iterated


def kernel_pair(kernel, seed, guess=None):
    """The leading eigenvector of the kernel, its value, and the second value (estimated if n > 100).

    guess : (n,) J v for an eigenvector v of a point nearby: 24 to 30 iterations instead of 30 to 48
    """
    n = len(kernel)
    if n <= WHOLE:
        values, vectors = np.linalg.eigh(kernel)
        return vectors[:, -1], values[-1], values[-2] if n > 1 else 0.0
    start = np.random.default_rng(seed).standard_normal(n)
    if guess is not None and guess.any():              # some noise stays: no direction is left out
        start = guess/np.linalg.norm(guess) + start/(1000*np.sqrt(n))
    ritz = leading(lambda v: kernel @ v, n, start, 2.0**-40, n)
    return ritz.vectors[0], ritz.values[0], ritz.second


def corrected(point, kernel, pair, accuracy):
    """(Ritz, leading vector): the iteration of the module's head from G's leading eigenvector.

    The Ritz pair is None where bend, the bound for |B|, does not leave the largest eigenvalue
    apart from the others, at most second + bend, or 12 products were not enough; the vector is a good
    start for Lanczos all the same.

    Cost    a product, a Gauss-Newton product and 10 to 20 products with the kernel a step; 24 vectors of
            p numbers kept
    """
    u, theta, second = pair
    start = point.lift(u)
    length = np.linalg.norm(start)
    if not length or theta - second <= point.bend:
        return None, start
    basis, images = np.empty((MOST, point.size)), np.empty((MOST, point.size))
    basis[0] = start/length
    for j in range(MOST):
        images[j] = checked(point.product(basis[j]), j + 1)
        small = basis[:j + 1] @ images[:j + 1].T
        values, y = np.linalg.eigh((small + small.T)/2)
        q = y[:, -1] @ basis[:j + 1]
        r = y[:, -1] @ images[:j + 1] - values[-1]*q
        error = np.linalg.norm(r)
        if error <= accuracy*values[-1]:
            if values[-1] <= second + point.bend:
                return None, q              # Weyl does not show that it is the largest
            first, q = (basis[0], images[0]), q/np.linalg.norm(q)
            return Ritz(values[-1:], q[None], np.array([error]), j + 1, first, 0, values[-1],
                        second + point.bend), start
        if j + 1 < MOST:
            basis[j + 1] = _next(point, kernel, u, theta, r, basis[:j + 1])
    return None, q


def _next(point, kernel, u, theta, r, basis):
    z = point.push(r)
    a = _solve(kernel, theta, z - u*(u @ z))
    t = r + point.scale*point.lift(a - u*(u @ a))
    t /= theta
    for _ in range(2):
        t -= (basis @ t) @ basis
    return t/np.linalg.norm(t)


def _solve(kernel, theta, z):
    """(theta - K)^-1 z by conjugate gradients, to 2^-16: a step gains no more than that anyway."""
    a, left, square = np.zeros_like(z), z.copy(), z @ z
    way, enough = left.copy(), square*2.0**-32
    for _ in range(INNER):
        turned = theta*way - kernel @ way
        bend = way @ turned
        if square <= enough or bend <= 0:       # done, or the second value was an underestimate
            break
        step = square/bend
        a += step*way
        left -= step*turned
        square, before = left @ left, square
        way = left + (square/before)*way
    return a
