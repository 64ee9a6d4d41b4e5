"""Bounds of the largest curvature Lambda_p proved in double precision, rounding included.

Let C(S) = (HS + SH)/2 and D(S) = (1 - p) HSH + p mean_i H_i S H_i.  For a symmetric S that is
positive definite on the range of H,

    <S, D S>/<S, C S>  <=  Lambda_p,   and   L C(S) - D(S) > 0 there implies   Lambda_p <= L:

with Z >= 0 an eigenmatrix, 0 <= <Z, L C(S) - D(S)> = (L - Lambda_p) <C Z, S>, and Lambda_p <C Z, S>
= <D Z, S> > 0.  Any S serves, so S comes from the solver and only these two facts are proved, for
the gradients exactly as given.  Where parameters outnumber the rows of G, the range is spanned by
W = G'B for a matrix B of doubles; with S replaced by W S W' and the forms taken on W, the rows become
Y = GW and C(S) the symmetric part of H S (W'W), W'W near I.  The budget of rounding, in norms, is
proved step by step in reports/decisions/0031-verified-cholesky.md.
"""

from dataclasses import dataclass

import numpy as np

from numerics.cholesky import ROUNDING, SLACK, TINY, depth, gamma, gram, norm, positive_definite, product

FIRST_WIDTH = 2048*ROUNDING   # times the roundings of a typical number: effort, where to try first
WIDEST = 2.0**-8


def certified(rows, problem, basis, solution, sampling):
    """Proved bounds lower <= Lambda_p <= upper for samples given exactly by the doubles in `rows`.

    rows : (m k, d) array, at most 2 in size; problem, basis : as `diagonalised` returns them
    solution : as `largest` returns it; sampling : the exact p, a Fraction

    Returns  (lower, upper), or None where no attempt up to relative width 2^-8 succeeds, or H is
             numerically singular on the space of the rows (its range is not known in floats then)
    Error    none: rigorous, see the module
    Cost     per attempt about 5 m k r^2 + 5 r^3 operations (p = 1), usually one attempt; twice
             m k r d more for r < d
    """
    if len(problem.curvatures) < min(rows.shape):
        return None
    wide = rows.shape[0] < rows.shape[1]
    frame = spanned(rows, basis) if wide else Frame(rows, np.zeros(len(rows)), 0.0)
    turn = None if wide else basis
    budget, width = Sizes.of(frame, problem), _first_width(rows.shape)
    while width <= WIDEST:
        bound = solution.value*(1 + width)
        witness = solution.witness(bound)
        attempt = Attempt(frame, budget, problem, turned_moment(witness, turn), sampling)
        if attempt.proves(bound):
            least = attempt.lower()
            return (least, bound) if least > 0 else None
        # L C(S) - D(S) is I before the scaling of S, and I grows as the width; the shift takes twice the error.
        width *= float(np.clip(4*attempt.error*np.abs(witness).max(), 2, 64))
    return None


def _first_width(shape):
    return FIRST_WIDTH*(depth(max(shape)) + 2*min(shape))


def turned_moment(moment, basis):
    """The witness in the frame's coordinates, symmetric, largest entry 1."""
    moment = moment if basis is None else basis @ moment @ basis.T
    return (moment + moment.T)/2/np.abs(moment).max()


def estimated(problem, solution, p):
    """Bounds of Lambda_p by the same two facts in H's eigenbasis, rounding left out.

    Returns  (lower, upper), floats; upper is infinite if no relative width up to 2^-8 serves
    Error    numerical: the computed curvatures and coordinates are taken as exact
    """
    width = _first_width(problem.shape)
    while width <= WIDEST:
        bound = solution.value*(1 + width)
        moment = turned_moment(solution.witness(bound), None)
        rest = bound*problem.halves*moment - problem.moved(moment, p)
        if positive_definite((rest + rest.T)/2, 0.0) and positive_definite(moment, 0.0):
            return solution.value*(1 - width), bound
        width *= 8
    return solution.value*(1 - width), np.inf


@dataclass(frozen=True)
class Frame:
    """Rows Y of the samples in coordinates on the range of H, exact up to the errors.

    errors : (m k,) bounds of |Y^_i - Y_i|, row by row; metric_error : at least |W'W - I|
    left : B, where W = G'B and Y = GW; None where Y is G itself
    """
    rows: np.ndarray
    errors: np.ndarray
    metric_error: float
    left: np.ndarray | None = None


def spanned(rows, left):
    """The frame W = rows' left for more parameters than rows; a metric near I shows W has full rank.

    A Newton step for (W'W)^(-1/2) takes out what `left` inherits from the Gram matrix's condition.
    """
    metric = gram(product(rows.T, left))
    left = left @ (1.5*np.eye(len(metric)) - metric/2)
    directions = product(rows.T, left)
    lost = gamma(depth(len(rows)))*norm(rows)*norm(left) + TINY              # |W^ - W|_F
    size = norm(directions)
    metric = gram(directions)
    metric[np.diag_indices(len(metric))] -= 1
    metric_error = SLACK*(norm(metric)*(1 + 2*ROUNDING) + gamma(depth(len(directions)) + 2)*size**2
                          + lost*(2*size + lost)) + TINY
    errors = SLACK*(gamma(depth(rows.shape[1]))*size + lost)*norm(rows, axis=1) + TINY
    return Frame(product(rows, directions), errors, metric_error, left)


@dataclass(frozen=True)
class Sizes:
    """Norms of a frame's rows, all bounds from above: of Y, of each sample, and of H = Y'Y/n."""
    hessian: np.ndarray         # as computed
    hessian_error: float        # Frobenius
    top: float                  # |H|
    length: float               # |Y^|_F
    error: float                # |Y^ - Y|_F
    samples: np.ndarray         # |Y^_i|_F
    sample_errors: np.ndarray   # |Y^_i - Y_i|_F

    @classmethod
    def of(cls, frame, problem):
        rows, n, k = frame.rows, problem.count, problem.outputs
        hessian, length, error = gram(rows)/n, norm(rows), norm(frame.errors)
        rounding = gamma(depth(len(rows)) + 2)*length**2
        hessian_error = SLACK*(rounding + error*(2*length + error))/n + TINY
        return cls(hessian, hessian_error, SLACK*(norm(hessian) + hessian_error), length, error,
                   norm(_blocks(rows, k), axis=(1, 2)), norm(frame.errors.reshape(-1, k), axis=1))


class Attempt:
    """One S: V = YS row by row, B_i = V_i Y_i' (k x k), T_i = L V_i - p B_i Y_i, P = Y'V/n = HS, and

        L C(S) - D(S)  =  symmetric part of  Y'T/n - (1 - p) P H + L HS (W'W - I).
    """

    def __init__(self, frame, sizes, problem, moment, sampling):
        self.frame, self.sizes, self.moment = frame, sizes, moment
        self.count, self.outputs = problem.count, problem.outputs
        self.single, self.full = float(sampling), float(1 - sampling)      # each within one rounding
        self.images = product(frame.rows, moment)
        images, rows = _blocks(self.images, self.outputs), _blocks(frame.rows, self.outputs)
        self.blocks = images @ rows.transpose(0, 2, 1)
        self.image_lengths, self.block_lengths = norm(images, axis=(1, 2)), norm(self.blocks, axis=(1, 2))
        self.error = np.inf                                                # of L C(S) - D(S), once computed
        self._bound_errors()

    def _bound_errors(self):
        sizes, width = self.sizes, self.frame.rows.shape[1]
        spread = SLACK*np.abs(self.moment).sum(axis=1).max()               # at least the norm of |S|
        rounding, direct = gamma(depth(width)), gamma(width)
        self.images_error = SLACK*spread*(rounding*sizes.length + sizes.error) + TINY
        image_errors = spread*(rounding*sizes.samples + sizes.sample_errors)
        self.block_errors = SLACK*(
            image_errors*(sizes.samples + sizes.sample_errors)
            + self.image_lengths*(sizes.sample_errors + direct*sizes.samples)) + TINY

    def proves(self, bound):
        """Whether S > 0 and bound*C(S) - D(S) > 0 on the range of H are proved."""
        if not self.frame.metric_error < 0.5:
            return False
        matrix, self.error = self.difference(bound)
        return positive_definite(matrix, self.error) and positive_definite(self.moment, 0.0)

    def difference(self, bound):
        """bound*C(S) - D(S) on the range of H as computed, and a bound of its error in spectral norm."""
        rows = _blocks(self.frame.rows, self.outputs)
        turned = bound*self.images - self.single*(self.blocks @ rows).reshape(self.images.shape)
        matrix = product(self.frame.rows.T, turned)/self.count
        error = self._error(bound, turned)
        if self.full:
            image, image_error = self._curved()
            matrix -= self.full*product(image, self.sizes.hessian)
            error += self._curved_error(image, image_error)
        matrix = (matrix + matrix.T)/2
        return matrix, SLACK*(error + 8*ROUNDING*norm(matrix))

    def _error(self, bound, turned):
        """|Y'T/n as computed - as defined| in spectral norm, and the metric's part."""
        sizes, n = self.sizes, self.count
        root = np.sqrt(sizes.top/n)                                        # at least |Y|/n
        weighted = self.single*self.block_lengths
        local = norm(gamma(self.outputs + 6)*(bound*self.image_lengths + weighted*sizes.samples)
                     + weighted*sizes.sample_errors)
        last = (gamma(depth(len(turned)) + 1)*sizes.length + sizes.error)*norm(turned)/n
        metric = bound*root*(norm(self.images) + self.images_error)*self.frame.metric_error
        return SLACK*(bound*root*self.images_error + self.single*sizes.top*self.block_errors.max()
                      + root*local + last + metric) + TINY

    def _curved(self):
        """P = HS with the Frobenius norm of its error."""
        sizes, n = self.sizes, self.count
        image = product(self.frame.rows.T, self.images)/n
        last = (gamma(depth(len(self.images)) + 1)*sizes.length + sizes.error)*norm(self.images)/n
        return image, SLACK*(np.sqrt(sizes.top/n)*self.images_error + last) + TINY

    def _curved_error(self, image, error):
        sizes, size = self.sizes, norm(image)
        return SLACK*(error*sizes.top + size*sizes.hessian_error
                      + gamma(depth(len(image)) + 4)*size*norm(sizes.hessian)) + TINY

    def lower(self):
        """At most <S, D S>/<S, C S> = (p mean|B_i|^2 + (1 - p) tr (HS)^2)/(mean|V_i|^2 + metric's part)."""
        above = self.single*_squares_below(self.blocks, self.block_errors)/self.count
        if self.full:
            image, error = self._curved()
            size = norm(image)
            lost = SLACK*(gamma(2*len(image))*size**2 + error*(2*size + error))
            above += self.full*max((image*image.T).sum(axis=1).sum() - lost, 0.0)
        below = _square_above(self.images, self.images_error)/self.count
        return above/below/(1 + SLACK*self.frame.metric_error)*(1 - 16*ROUNDING)


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
