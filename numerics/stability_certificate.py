"""Bounds of the largest curvature Lambda_p proved in double precision, rounding included.

Let C(S) = (HS + SH)/2 and D(S) = (1 - p) HSH + p mean_i H_i S H_i.  For a symmetric S that is
positive definite on the range of H,

    <S, D S>/<S, C S>  <=  Lambda_p,   and   L C(S) - D(S) >= 0   implies   Lambda_p <= L:

with Z >= 0 an eigenmatrix, 0 <= <Z, L C(S) - D(S)> = (L - Lambda_p) <C Z, S>, and Lambda_p <C Z, S>
= <D Z, S> > 0.  Any S serves, so S comes from the solver and only these two facts are proved, for
the gradients exactly as given.  Every number below is computed once; `Budget` adds up what rounding
can have changed, in norms.  The proofs stand in reports/decisions/0031-verified-cholesky.md.
"""

from dataclasses import dataclass

import numpy as np

from numerics.cholesky import ROUNDING, SLACK, TINY, depth, gamma, gram, norm, positive_definite, product

FIRST_WIDTH = 2048*ROUNDING   # times the size of the data: effort, the width of the first attempt
WIDEST = 2.0**-8


def certified(rows, problem, basis, solution, sampling):
    """Proved bounds lower <= Lambda_p <= upper for samples given exactly by the doubles in `rows`.

    rows : (m k, d) array, at most 2 in size; problem, basis : as `diagonalised` returns them
    solution : as `largest` returns it; sampling : the exact p, a Fraction

    Returns  (lower, upper), or None where no attempt up to relative width 2^-8 succeeds, or H is
             numerically singular on the space of the rows (its range is not known in floats then)
    Error    none: rigorous, see the module
    Cost     per attempt 8 m k r^2 + 12 r^3 operations (p = 1), usually one attempt
    """
    if len(problem.curvatures) < min(rows.shape):
        return None
    proof = _InGradients if rows.shape[0] >= rows.shape[1] else _InSamples
    width = FIRST_WIDTH*sum(rows.shape)
    while width <= WIDEST:
        bound = solution.value*(1 + width)
        moment = basis @ solution.witness(bound) @ basis.T
        attempt = proof(rows, problem, (moment + moment.T)/2/np.abs(moment).max(), sampling)
        if attempt.proves(bound):
            least = attempt.lower()
            return (least, bound) if least > 0 else None
        width *= 8
    return None


def estimated(problem, solution, p):
    """Bounds of Lambda_p by the same two facts in H's eigenbasis, rounding left out.

    Returns  (lower, upper), floats; upper is infinite if no relative width up to 2^-8 serves
    Error    numerical: the computed curvatures and coordinates are taken as exact
    """
    width = FIRST_WIDTH*sum(problem.shape)
    while width <= WIDEST:
        bound = solution.value*(1 + width)
        moment = solution.witness(bound)
        moment = (moment + moment.T)/2/np.abs(moment).max()
        rest = bound*problem.halves*moment - problem.moved(moment, p)
        if positive_definite((rest + rest.T)/2, 0.0) and positive_definite(moment, 0.0):
            return solution.value*(1 - width), bound
        width *= 8
    return solution.value*(1 - width), np.inf


@dataclass(frozen=True)
class _Mixture:
    """p and 1 - p as doubles, each within one rounding of the exact number."""
    single: float
    full: float


def _mixture(sampling):
    return _Mixture(float(sampling), float(1 - sampling))


class _InGradients:
    """S is d x d: for at least as many gradient rows as parameters.

    V = G S row by row; B_i = V_i X_i' (k x k); P = G'V/n = HS; then with T_i = L V_i - p B_i X_i

        L C(S) - D(S)  =  symmetric part of  G'T/n - (1 - p) P H.
    """

    def __init__(self, rows, problem, moment, sampling):
        self.rows, self.moment, self.p = rows, moment, _mixture(sampling)
        self.count, self.outputs = problem.count, problem.outputs
        self.images = product(rows, moment)
        self.blocks = _blocks(self.images, self.outputs) @ _blocks(rows, self.outputs).transpose(0, 2, 1)
        self._measure()

    def _measure(self):
        rows, inner, outer = self.rows, gamma(depth(self.rows.shape[1])), gamma(depth(len(self.rows)))
        self.hessian = gram(rows)/self.count
        length = norm(rows)
        self.trace = SLACK*length**2/self.count                          # at least tr H
        self.hessian_error = (outer + 2*ROUNDING)*self.trace + TINY      # in Frobenius norm
        self.top = SLACK*(norm(self.hessian) + self.hessian_error)       # at least |H|
        size = SLACK*np.abs(self.moment).sum(axis=1).max()               # at least | |S| |
        self.images_error = inner*size*length + TINY
        sample = norm(_blocks(rows, self.outputs), axis=(1, 2))
        image = norm(_blocks(self.images, self.outputs), axis=(1, 2))
        direct = gamma(rows.shape[1])
        self.blocks_error = SLACK*(inner*size*sample + direct*image)*sample + TINY
        self.lengths, self.image_lengths = sample, image

    def proves(self, bound):
        """Whether S > 0 and bound*C(S) - D(S) > 0 are proved."""
        turned = bound*self.images - self.p.single*self._weighted()
        matrix = product(self.rows.T, turned)/self.count
        error = self._error(bound, turned)
        if self.p.full:
            image, image_error = self._curved()
            matrix -= self.p.full*(product(image, self.hessian))
            error += self._curved_error(image, image_error)
        matrix = (matrix + matrix.T)/2
        error += 8*ROUNDING*norm(matrix)
        return positive_definite(matrix, SLACK*error) and positive_definite(self.moment, 0.0)

    def _weighted(self):
        samples = _blocks(self.rows, self.outputs)
        return (self.blocks @ samples).reshape(self.rows.shape)

    def _error(self, bound, turned):
        """|G'T/n as computed - as defined| in spectral norm: inputs of T, T itself, the product."""
        root = np.sqrt(self.top/self.count)                              # at least |G|/n
        local = gamma(self.outputs + 6)*norm(
            bound*self.image_lengths + self.p.single*norm(self.blocks, axis=(1, 2))*self.lengths)
        product_error = gamma(depth(len(self.rows)) + 1)*np.sqrt(self.trace/self.count)*norm(turned)
        return SLACK*(bound*root*self.images_error + self.p.single*self.top*self.blocks_error.max()
                      + root*local + product_error) + TINY

    def _curved(self):
        """P = HS with the Frobenius norm of its error."""
        image = product(self.rows.T, self.images)/self.count
        outer = gamma(depth(len(self.rows)) + 1)
        error = SLACK*(np.sqrt(self.top/self.count)*self.images_error
                       + outer*np.sqrt(self.trace/self.count)*norm(self.images)) + TINY
        return image, error

    def _curved_error(self, image, error):
        size = norm(image)
        return SLACK*(error*self.top + size*self.hessian_error
                      + gamma(depth(len(image)) + 4)*size*norm(self.hessian)) + TINY

    def lower(self):
        """A proved lower bound of <S, D S>/<S, C S> = (p mean|B_i|^2 + (1 - p) tr (HS)^2)/mean|V_i|^2."""
        above = self.p.single*_squares_below(self.blocks, self.blocks_error)/self.count
        if self.p.full:
            image, error = self._curved()
            size = norm(image)
            square = (image*image.T).sum(axis=1).sum()
            lost = SLACK*(gamma(2*len(image))*size**2 + error*(2*size + error))
            above += self.p.full*max(square - lost, 0.0)
        below = _square_above(self.images, self.images_error)/self.count
        return above/below*(1 - 16*ROUNDING)


class _InSamples:
    """S is m k x m k, for fewer gradient rows than parameters; the matrix on parameters is G'SG.

    With K = GG' = (X_i X_j'), W = KS and Z = WK, the condition on the range of H follows from

        L (W + W')/(2n) - p blockdiagonal(Z)/n - (1 - p) Z/n^2  >=  0.
    """

    def __init__(self, rows, problem, moment, sampling):
        self.moment, self.p = moment, _mixture(sampling)
        self.count, self.outputs = problem.count, problem.outputs
        self.gram = gram(rows.T)
        self.image = product(self.gram, moment)
        self.turned = product(self.image, self.gram)
        self._measure(gamma(depth(rows.shape[1]))*norm(rows)**2)

    def _measure(self, gram_error):
        rounding, gram, size = gamma(depth(len(self.gram))), norm(self.gram), norm(self.moment)
        self.image_error = SLACK*size*(gram_error + rounding*gram) + TINY
        self.turned_error = SLACK*(self.image_error*(gram + gram_error)
                                   + norm(self.image)*(gram_error + rounding*gram)) + TINY

    def proves(self, bound):
        """Whether S > 0 and the condition at L = bound are proved."""
        n, turned = self.count, norm(self.turned)
        matrix = (bound/n)*(self.image + self.image.T)/2
        matrix -= (self.p.full/n/n)*(self.turned + self.turned.T)/2
        for start in range(0, len(matrix), self.outputs):
            block = (slice(start, start + self.outputs),)*2
            matrix[block] -= (self.p.single/n)*(self.turned[block] + self.turned[block].T)/2
        weight = (self.p.single + self.p.full/n)/n
        error = (bound/n)*self.image_error + weight*self.turned_error
        error += 16*ROUNDING*((bound/n)*norm(self.image) + weight*turned)
        return positive_definite(matrix, SLACK*error + TINY) and positive_definite(self.moment, 0.0)

    def lower(self):
        """A proved lower bound of (p mean|Z_ii|^2 + (1 - p)|Z|^2/n^2)/(<Z, W>/n), Z_ii the k x k blocks."""
        n, size, samples = self.count, norm(self.image), len(self.gram)//self.outputs
        blocks = self.turned.reshape(samples, self.outputs, samples, self.outputs)
        own = blocks[np.arange(samples), :, np.arange(samples)]
        error = np.full(samples, self.turned_error)
        above = self.p.single*_squares_below(own, error)/n
        total = norm(self.turned)
        above += self.p.full*max((self.turned**2).sum(axis=1).sum()
                                 - SLACK*(gamma(2*len(self.gram))*total**2
                                          + 2*total*self.turned_error), 0.0)/n/n
        below = (self.turned*self.image).sum(axis=1).sum()
        below += SLACK*(gamma(2*len(self.gram))*total*size + self.turned_error*size
                        + self.image_error*(total + self.turned_error))
        return above/(below/n)*(1 - 16*ROUNDING)


def _blocks(rows, outputs):
    return rows.reshape(-1, outputs, rows.shape[1])


def _squares_below(blocks, errors):
    """At most the sum of |B_i|^2 over the exact blocks, each within errors[i] of blocks[i]."""
    squares = (blocks**2).sum(axis=(1, 2))
    lost = 2*norm(blocks, axis=(1, 2))*errors
    return squares.sum()*(1 - gamma(len(blocks) + blocks[0].size + 4)) - SLACK*lost.sum()


def _square_above(array, error):
    """At least |A|^2 for the exact A within `error` of `array`."""
    square = (array**2).sum(axis=1).sum()
    return square*(1 + gamma(sum(array.shape) + 4)) + SLACK*error*(2*norm(array) + error) + TINY
