"""Bounds of the largest curvature Lambda_p proved in double precision, rounding included.

Let C(S) = (HS + SH)/2 and D(S) = (1 - p) HSH + p mean_i H_i S H_i.  For a symmetric S that is
positive definite on the range of H,

    <S, D S>/<S, C S>  <=  Lambda_p,   and   L C(S) - D(S) > 0 there implies   Lambda_p <= L:

with Z >= 0 an eigenmatrix, 0 <= <Z, L C(S) - D(S)> = (L - Lambda_p) <C Z, S>, and Lambda_p <C Z, S>
= <D Z, S> > 0.  Any S serves, so S comes from the solver and only these two facts are proved, for
the gradients exactly as given, in a frame of `numerics.stability_range`.  On a span W = G'B, with S
replaced by W S W' and the forms taken on W, the rows become Y = GW and C(S) the symmetric part of
H S (W'W).  The budget of rounding, in norms, is proved step by step in
reports/decisions/0031-verified-cholesky.md.
"""

from dataclasses import dataclass

import numpy as np

from numerics.cholesky import (ROUNDING, SLACK, TINY, depth, gamma, gram, norm, norm_at_most, positive_definite,
                               product)
from numerics.stability_range import framed

FIRST_WIDTH = 1024*ROUNDING   # times the roundings of a typical number: effort, where to try first
WIDEST = 2.0**-8


def certified(rows, problem, basis, solution, sampling):
    """Proved bounds lower <= Lambda_p <= upper for samples given exactly by the doubles in `rows`.

    rows : (m k, d) array, at most 2 in size, or `Rows` with at least as many rows as columns; problem, basis : as `diagonalised` or `streamed` return them; solution : as `largest` returns it;
    sampling : the exact p, a Fraction

    Returns  (lower, upper), or None where no attempt up to relative width 2^-8 succeeds, or the range
             of H is not known (see `numerics.stability_range`)
    Error    none: rigorous, see the module
    Cost     per attempt about 4 m k r^2 + 3 r^3 operations (p = 1), usually one attempt; 6 m k r d once
             where the range is not everything
    """
    frame = framed(rows, basis)
    if frame is None:
        return None
    turn = basis if frame.metric is None else None
    sizes, width = Sizes.of(frame, problem), _first_width(rows.shape)*(1 if frame.metric is None else 4)
    if not sizes.angle <= 0.25:
        return None
    while width <= WIDEST:
        bound = solution.value*(1 + width)
        witness = solution.witness(bound)
        attempt = Attempt(frame, sizes, problem, turned_moment(witness, turn), sampling, bound)
        if attempt.proves():
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
class Sizes:
    """Norms of a frame's rows, all bounds from above: of Y, of each sample, and of H = Y'Y/n."""
    hessian: np.ndarray         # as computed
    hessian_error: float        # Frobenius
    top: float                  # |H|
    length: float               # |Y^|_F
    error: float                # |Y^ - Y|_F
    samples: np.ndarray         # |Y^_i|_F
    sample_errors: np.ndarray   # |Y^_i - Y_i|_F
    angle: float                # of the range and the frame

    @classmethod
    def of(cls, frame, problem):
        n, k = problem.count, problem.outputs
        count, width = frame.shape
        total, samples = 0.0, np.empty(count//k)
        for part, rows in frame.blocks(k):
            total = total + gram(rows)
            samples[part.start//k:part.stop//k] = norm(_blocks(rows, k), axis=(1, 2))
        hessian, length = total/n, norm(samples)
        sample_errors = np.zeros(len(samples)) if frame.errors is None else norm(frame.errors.reshape(-1, k), axis=1)
        error = 0.0 if frame.errors is None else norm(sample_errors)
        rounding = gamma(depth(count) + 10)*length**2               # blocks add at most ten
        hessian_error = SLACK*(rounding + error*(2*length + error))/n + TINY
        top = norm_at_most(hessian, hessian_error, float(problem.curvatures[-1]))
        angle = 0.0 if frame.metric is None else frame.angle(hessian, hessian_error, float(problem.curvatures[0]), n)
        return cls(hessian, hessian_error, top, length, error, samples, sample_errors, angle)


class Attempt:
    """One S: V = YS row by row, B_i = V_i Y_i' (k x k), T_i = L V_i N - p B_i Y_i, P = Y'V/n = HS, N = W'W, and

        L C(S) - D(S)  =  symmetric part of  Y'T/n - (1 - p) P H.

    matrix, error : that as computed, and a bound of its error in spectral norm
    """

    def __init__(self, frame, sizes, problem, moment, sampling, bound):
        self.frame, self.sizes, self.moment, self.bound = frame, sizes, moment, bound
        self.count, self.outputs = problem.count, problem.outputs
        self.single, self.full = float(sampling), float(1 - sampling)      # each within one rounding
        self.spread = SLACK*np.abs(moment).sum(axis=1).max()               # at least the norm of |S|
        self._sum_over_samples()
        self._bound_errors()
        self._assemble()

    def _sum_over_samples(self):
        """One pass over the rows: Y'T and Y'V, and the sizes of every sample's V, B, VN and T."""
        frame, k, width = self.frame, self.outputs, self.frame.shape[1]
        self.turned, self.image = (np.zeros((width, width), order="F") for _ in range(2))
        self.image_squares, self.stretched, self.block_squares, self.turned_squares = np.empty(
            (4, frame.shape[0]//k))
        for part, rows in frame.blocks(k):
            here = slice(part.start//k, part.stop//k)
            images, samples = product(rows, self.moment), _blocks(rows, k)
            blocks = _blocks(images, k) @ samples.transpose(0, 2, 1)
            measured = images if frame.metric is None else product(images, frame.metric)
            turned = self.bound*measured - self.single*(blocks @ samples).reshape(images.shape)
            product(rows.T, turned, self.turned)
            if self.full:
                product(rows.T, images, self.image)
            self.image_squares[here] = _squares(images, k)
            self.stretched[here] = (images*measured).reshape(len(blocks), -1).sum(axis=1)
            self.block_squares[here] = (blocks**2).sum(axis=(1, 2))
            self.turned_squares[here] = _squares(turned, k)

    def _bound_errors(self):
        sizes, width = self.sizes, self.frame.shape[1]
        rounding, direct = gamma(depth(width)), gamma(width)
        above = 1 + gamma(width*self.outputs + self.outputs**2 + 4)         # of the sums of squares
        self.image_lengths = SLACK*np.sqrt(above*self.image_squares + TINY)
        self.block_lengths = SLACK*np.sqrt(above*self.block_squares + TINY)
        self.images_norm, self.turned_norm = norm(self.image_lengths), norm(SLACK*np.sqrt(above*self.turned_squares))
        self.images_error = SLACK*self.spread*(rounding*sizes.length + sizes.error) + TINY
        image_errors = self.spread*(rounding*sizes.samples + sizes.sample_errors)
        self.block_errors = SLACK*(
            image_errors*(sizes.samples + sizes.sample_errors)
            + self.image_lengths*(sizes.sample_errors + direct*sizes.samples)) + TINY

    def _assemble(self):
        """bound*C(S) - D(S) on the range of H as computed, and a bound of its error."""
        matrix, error = self.turned/self.count, self._error()
        if self.full:
            self.image /= self.count
            self.image_error = self._image_error()
            matrix -= self.full*product(self.image, self.sizes.hessian)
            error += self._curved_error()
        matrix = (matrix + matrix.T)/2
        self.matrix, self.error = matrix, SLACK*(error + 8*ROUNDING*norm(matrix))

    def _error(self):
        """|Y'T/n as computed - as defined| in spectral norm, and the metric's part."""
        sizes, n, bound, frame = self.sizes, self.count, self.bound, self.frame
        root = np.sqrt(sizes.top/n)                                        # at least |Y|/n
        weighted = self.single*self.block_lengths
        stretch, lost, metric = 1.0, 0.0, 0.0
        if frame.metric is not None:
            stretch = SLACK*np.abs(frame.metric).sum(axis=1).max()         # at least the norms of N and |N|
            lost = gamma(depth(frame.shape[1]))*stretch*self.images_norm
            metric = bound*sizes.top*self.spread*frame.metric_error
        local = norm(gamma(self.outputs + 6)*(bound*stretch*self.image_lengths + weighted*sizes.samples)
                     + weighted*sizes.sample_errors)
        last = (gamma(depth(frame.shape[0]) + 1)*sizes.length + sizes.error)*self.turned_norm/n
        return SLACK*(bound*root*(stretch*self.images_error + lost) + self.single*sizes.top*self.block_errors.max()
                      + root*local + last + metric) + TINY

    def _image_error(self):
        """Of P = HS, Frobenius."""
        sizes, n = self.sizes, self.count
        last = (gamma(depth(self.frame.shape[0]) + 1)*sizes.length + sizes.error)*self.images_norm/n
        return SLACK*(np.sqrt(sizes.top/n)*self.images_error + last) + TINY

    def _curved_error(self):
        sizes, size = self.sizes, norm(self.image)
        return SLACK*(self.image_error*sizes.top + size*sizes.hessian_error
                      + gamma(depth(len(self.image)) + 4)*size*norm(sizes.hessian)) + TINY

    def proves(self):
        """Whether S > 0 and bound*C(S) - D(S) > 0 on the range of H are proved."""
        return positive_definite(self.matrix, SLACK*(self.error + self._lost_outside())) and positive_definite(
            self.moment, 0.0)

    def _lost_outside(self):
        """What the part z of a vector x = Wa + z of the range may take from its form, over |a|^2.

        Wz = 0, so |F z| is at most `beside` on W, and z'Fz at most `twice`; |a|^2 >= 3/4, |a| <= 7/6.
        """
        missed, sizes = self.frame.missed, self.sizes
        if not missed:
            return 0.0
        stretch, block = SLACK*np.abs(self.frame.metric).sum(axis=1).max(), (self.block_lengths + self.block_errors).max()
        drift = self.spread*(self.bound*stretch/2 + self.full*sizes.top) + self.single*block
        beside = np.sqrt(sizes.top/self.count)*missed*drift
        twice = missed**2/self.count*(self.full*self.spread*sizes.top + self.single*block)
        return SLACK*(4*beside*sizes.angle + 2*twice*sizes.angle**2)

    def lower(self):
        """At most <S, D S>/<S, C S> = (p mean|B_i|^2 + (1 - p) tr (HS)^2)/mean V_i . V_i N."""
        above = self.single*self._blocks_below()/self.count
        if self.full:
            size = norm(self.image)
            lost = SLACK*(gamma(2*len(self.image))*size**2 + self.image_error*(2*size + self.image_error))
            above += self.full*max((self.image*self.image.T).sum(axis=1).sum() - lost, 0.0)
        return above/(self._stretched_above()/self.count)*(1 - 16*ROUNDING)

    def _blocks_below(self):
        """At most the sum of |B_i|^2 over the exact blocks."""
        lost = 2*self.block_lengths*self.block_errors
        return self.block_squares.sum()*(1 - gamma(len(lost) + self.outputs**2 + 4)) - SLACK*lost.sum()

    def _stretched_above(self):
        """At least the sum of V_i . V_i N over the exact V."""
        frame, size, error = self.frame, self.images_norm, self.images_error
        terms = gamma(len(self.stretched) + self.outputs*frame.shape[1] + 4)
        stretch, lost = 1.0, 0.0
        if frame.metric is not None:
            stretch = SLACK*np.abs(frame.metric).sum(axis=1).max() + frame.metric_error
            lost = (frame.metric_error + gamma(depth(frame.shape[1]))*stretch)*size**2
        rounding = lost + terms*SLACK*stretch*size**2
        return self.stretched.sum() + SLACK*(rounding + stretch*error*(2*size + error)) + TINY


def _blocks(rows, outputs):
    return rows.reshape(-1, outputs, rows.shape[1])


def _squares(rows, outputs):
    return (rows**2).reshape(-1, outputs*rows.shape[1]).sum(axis=1)
