"""Public functions of `numerics` with one good call each, for the tests of bad input.

ARRAYS   float arrays: name -> (what is called, the array that is replaced)
EXACT    exact or mixed numbers, lists and matrices of them: name -> (what is called, its arguments), each of
         which is replaced in turn: a number by `number`, a list by `listed`
A name is MODULE.FUNCTION, with a remark after a colon.  WITHIN names what has no number from outside.
"""

from fractions import Fraction as Q

import numpy as np
from flint import arb, fmpq, fmpq_mat
from mpmath import mp, mpf
from sympy import Matrix, Rational, exp, symbols

from numerics import (activations, balls, bregman, chance, curvature, cycles, eigen, enclosures, estimates, fields, filters, flows,
                      identities, inertia, jets, laboratory, legendre, losses, manifold, memory, midpoints, mirror,
                      parametrisation, polynomial_maps, reals, stability, stable_networks, steps, sturm, surds)
from numerics.balls import arrays, bundles
from numerics.deep_linear import DeepLinear, Factorisation, layers
from numerics.diagonal_linear import DiagonalLinear
from numerics.from_gradient import from_gradient
from numerics.two_layer import TwoLayer

EIGHTHS = np.array([[3, -1, 2], [5, 4, -2], [1, 7, 6], [-3, 2, 8]])/8          # exact in single precision
SYMMETRIC = EIGHTHS[:3] + EIGHTHS[:3].T
DEFINITE = SYMMETRIC @ SYMMETRIC + np.eye(3)
NOISE = np.array([[1.0, -2, 0], [-1, 2, 0], [0, 3, -1], [0, -3, 1]])/4
VECTOR = EIGHTHS[0].copy()
THETA = np.arange(1, 9)/8
FAMILY = DeepLinear(EIGHTHS, EIGHTHS[:, :1], (3, 2, 1), 0.5)
FACTORS = Factorisation(EIGHTHS, 2, 0.5)
x, y = symbols("x y", real=True)
LOSS = losses.ExactLoss(x**2 + y**4 + x*y, (x, y))

ARRAYS = {
    "stability_threshold.step_size_threshold": (stability.step_size_threshold, EIGHTHS),
    "stability_threshold.step_size_threshold: batches": (lambda a: stability.step_size_threshold(a, 2), EIGHTHS),
    "stability_threshold.gradient_descent_threshold": (stability.gradient_descent_threshold, EIGHTHS),
    "stability_bounds.curvature_bounds": (stability.curvature_bounds, EIGHTHS),
    "stability_bounds.alignment": (stability.alignment, EIGHTHS),
    "stability_bounds.one_step_curvature": (stability.one_step_curvature, EIGHTHS),
    "stability_moments.gaussian_curvature": (stability.gaussian_curvature, np.abs(VECTOR)),
    "stability_noise.stationary_covariance": (lambda a: stability.stationary_covariance(a, NOISE, 0.01), EIGHTHS),
    "stability_noise.stationary_covariance: noise": (lambda a: stability.stationary_covariance(EIGHTHS, a, 0.01), NOISE),
    "stability_tangent.kernel_step_size_threshold": (stability.kernel_step_size_threshold, DEFINITE),
    "stability_trajectory.second_moment_trajectory": (lambda a: stability.second_moment_trajectory(a, 0.01, 3), EIGHTHS),
    "stability_operator.second_moment_operator": (lambda a: stability.second_moment_operator(a, 0.25),
                                                  np.array([SYMMETRIC, DEFINITE])),
    "eigen.sharpest": (eigen.sharpest, SYMMETRIC),
    "eigen.sharpest: proved": (lambda a: eigen.sharpest(a, 2, proof=True), SYMMETRIC),
    "eigen.flattest": (eigen.flattest, SYMMETRIC),
    "eigen.smallest_nonzero": (lambda a: eigen.smallest_nonzero(a, 3)[0], DEFINITE),
    "eigen.spectrum": (eigen.spectrum, SYMMETRIC),
    "eigen.batched": (eigen.batched, np.array([SYMMETRIC, DEFINITE])),
    "eigen.batched: two parameters": (eigen.batched, np.array([SYMMETRIC, DEFINITE])[:, :2, :2]),
    "eigen.sharpness_gradient": (lambda a: eigen.sharpness_gradient(LOSS.at(a)).pair.values, VECTOR[:2]),
    "curvature.curvature": (lambda a: curvature.curvature(a).dense(), SYMMETRIC),
    "curvature.matrix_of": (lambda a: curvature.matrix_of(curvature.curvature(a)), SYMMETRIC),
    "from_gradient.from_gradient": (lambda a: from_gradient(lambda at: 2*at, a, analytic=False).product(np.ones(len(a))), VECTOR),
    "estimates.trace": (estimates.trace, SYMMETRIC),
    "estimates.frobenius": (estimates.frobenius, SYMMETRIC),
    "estimates.ceiling": (estimates.ceiling, SYMMETRIC),
    "estimates.density": (estimates.density, SYMMETRIC),
    "estimates.density: places": (lambda a: estimates.density(SYMMETRIC, a), np.sort(VECTOR)),
    "enclosures.enclose": (enclosures.enclose, SYMMETRIC),
    "chance.median_bounds": (chance.median_bounds, np.arange(100)/8),
    "chance.mean_bounds": (lambda a: chance.mean_bounds(a, (0, 16)), np.arange(100)/8),
    "filters.prediction_errors": (lambda a: filters.prediction_errors(a, VECTOR, 0.5, 0.25, 0.5, [0, 1, 5]), np.abs(VECTOR)),
    "filters.prediction_errors: signal": (lambda a: filters.prediction_errors(np.abs(VECTOR), a, 0.5, 0.25, 0.5, [0, 1, 5]), VECTOR),
    "filters.compare_sam_with_gd": (lambda a: filters.compare_sam_with_gd(a, VECTOR, 0.5, 0.25, 0.5, [0, 1, 5]), np.abs(VECTOR)),
    "stable_networks.diagonal_gram": (lambda a: stable_networks.diagonal_gram(VECTOR, VECTOR, a), EIGHTHS),
    "stable_networks.relu_gram": (lambda a: stable_networks.relu_gram(EIGHTHS[:2], VECTOR[:2], a), EIGHTHS),
    "deep_linear.DeepLinear": (lambda a: DeepLinear(a, EIGHTHS[:, :1], (3, 2, 1), 0.5).at(THETA).value, EIGHTHS),
    "deep_linear.DeepLinear: parameters": (lambda a: FAMILY.at(a).value, THETA),
    "deep_linear.layers": (lambda a: layers(a, (3, 2, 1)), THETA),
    "deep_linear.Factorisation": (lambda a: Factorisation(a, 2, 0.5).at(np.ones(14)/8).value, EIGHTHS),
    "deep_linear.Factorisation: pack": (lambda a: FACTORS.pack(a, EIGHTHS[1:, :2]), EIGHTHS[:, :2].copy()),
    "diagonal_linear.DiagonalLinear": (lambda a: DiagonalLinear(a, EIGHTHS[:, 0], 0.5).at(np.ones(6)/8).value, EIGHTHS),
    "two_layer.TwoLayer": (lambda a: TwoLayer(a, EIGHTHS[:, 0], "tanh", 0.5).at(np.ones(8)/8).value, EIGHTHS),
    "two_layer.TwoLayer: targets": (lambda a: TwoLayer(EIGHTHS, a, "tanh", 0.5).at(np.ones(8)/8).value, EIGHTHS[:, 0].copy()),
    "losses.ExactLoss: value": (LOSS.value, EIGHTHS[:, :2].copy()),
    "losses.ExactLoss: hessian": (LOSS.hessian, EIGHTHS[:, :2].copy()),
    "losses.ExactLoss: product": (lambda a: LOSS.product(EIGHTHS[:, :2], a), EIGHTHS[:, 1:].copy()),
    "losses.ExactLoss: at": (lambda a: LOSS.at(a).value, VECTOR[:2]),
    "reals.finite": (lambda a: reals.finite("a", a, 2), EIGHTHS),
}
EXACT_TOO = {                      # integers and Fractions are exact numbers there, and mixed with floats refused
    "stability_threshold.step_size_threshold", "stability_threshold.step_size_threshold: batches",
    "stability_threshold.gradient_descent_threshold", "stability_bounds.curvature_bounds", "stability_bounds.alignment",
    "stability_bounds.one_step_curvature", "stability_moments.gaussian_curvature"}
TAKEN = {("estimates.density: places", "no entries"), ("estimates.density: places", "no columns"),       # counts at no place: none
         ("estimates.density: places", "nothing"),                                              # the default places
         ("enclosures.enclose", "one dimension more"),                                          # a stack of stacks
         ("two_layer.TwoLayer", "no columns"),                                                  # a sum of s(0)
         ("losses.ExactLoss: value", "no entries"), ("losses.ExactLoss: hessian", "no entries"),   # no points: no values
         ("from_gradient.from_gradient", "no entries"), ("from_gradient.from_gradient", "no columns"),    # no products
         ("reals.finite", "no entries"), ("reals.finite", "no columns")}                         # to be refused by its callers

HALF, PAIRS, SYM = Q(1, 2), [[Q(1), Q(1, 2)], [Q(-1, 3), Q(2)]], [[Q(2), Q(1)], [Q(1), Q(2)]]
SAMPLES = [[(Rational(1), Rational(1, 2))], [(Rational(-1, 3), Rational(2))]]
SHRINK, SQUARE = fields.gradient_flow(x**2/2, (x,)), parametrisation.Parametrisation((x**2,), (x,))
SLOPES = lambda a, b: (2*a, b)
LAB = laboratory.Laboratory({"a": HALF})

EXACT = {
    "activations.leaky": (activations.leaky, [0.25]),
    "balls.arithmetic.precision": (lambda b: balls.precision(b).__enter__(), [128]),
    "balls.arithmetic.ball": (balls.ball, [HALF]),
    "balls.arithmetic.box": (balls.box, [Q(0), HALF]),
    "balls.arithmetic.exact_value": (balls.exact_value, [HALF]),
    "balls.arithmetic.compare": (balls.compare, [HALF, HALF]),
    "balls.arithmetic.is_positive": (balls.is_positive, [HALF]),
    "balls.arithmetic.contains_zero": (balls.contains_zero, [HALF]),
    "balls.arithmetic.lower": (balls.lower, [arb(1)]),
    "balls.arithmetic.upper": (balls.upper, [arb(1)]),
    "balls.arithmetic.magnitude": (balls.magnitude, [arb(1)]),
    "balls.arithmetic.power": (balls.power, [arb(1), 2]),
    "balls.arithmetic.absolute": (balls.absolute, [arb(1)]),
    "balls.arithmetic.to_exact": (balls.to_exact, [arb(1)]),
    "balls.arithmetic.from_exact": (balls.from_exact, [HALF, HALF]),
    "balls.arithmetic.serialise": (balls.serialise, [arb(1)]),
    "balls.arithmetic.deserialise": (balls.deserialise, ["1*2^0 +/- 0*2^0"]),
    "balls.arithmetic.text": (balls.text, [arb(1), 15]),
    "balls.expressions.evaluate": (lambda v: balls.evaluate(x + 1, {x: v}), [HALF]),
    "balls.expressions.compiled": (lambda v: balls.compiled(x + 1, (x,))(v), [HALF]),
    "balls.expressions.holds": (lambda v: balls.holds(x > 1, {x: v}), [HALF]),
    "balls.integrals.integral": (lambda low, high: balls.integral(lambda z: z*z, low, high), [Q(0), HALF]),
    "balls.lohner.orbit": (lambda s: next(balls.orbit(lambda p: [p[0]/2], lambda p: [[Q(1, 2)]], s)), [[HALF]]),
    "balls.lohner.iterate": (lambda s, t: balls.iterate(lambda p: [p[0]/2], lambda p: [[Q(1, 2)]], s, t), [[HALF], 3]),
    "balls.matrices.ball_matrix": (balls.ball_matrix, [PAIRS]),
    "balls.matrices.solve": (balls.solve, [PAIRS, [Q(1), Q(2)]]),
    "balls.matrices.is_positive_definite": (balls.is_positive_definite, [SYM]),
    "balls.matrices.eigenvalues": (balls.eigenvalues, [SYM]),
    "balls.matrices.eigenvalues_general": (balls.eigenvalues_general, [PAIRS]),
    "balls.matrices.norm": (balls.norm, [PAIRS]),
    "balls.newton.krawczyk": (lambda b: balls.krawczyk(lambda p: [p[0]*p[0] - 2], lambda p: [[2*p[0]]], b),
                              [[balls.box(Q(7, 5), Q(3, 2))]]),
    "balls.newton.zero_near": (lambda b: balls.zero_near(lambda p: [p[0]*p[0] - 2], lambda p: [[2*p[0]]], b), [[Q(7, 5)]]),
    "balls.newton.interval_newton": (lambda b: balls.interval_newton(lambda p: p*p - 2, lambda p: 2*p, b),
                                     [balls.box(Q(7, 5), Q(3, 2))]),
    "balls.newton.roots": (lambda b, n: balls.roots(lambda p: p*p - 2, lambda p: 2*p, b, (), n), [balls.box(0, 2), 100]),
    "balls.newton.mean_value": (lambda b: balls.mean_value(lambda p: p[0]*p[0], lambda p: [2*p[0]], b), [[balls.box(0, 2)]]),
    "balls.arrays.BallArray: of": (arrays.BallArray.of, [[HALF, HALF]]),
    "balls.arrays.BallArray: holding": (arrays.BallArray.holding, [arb(1)]),
    "balls.bundles.Frame": (bundles.Frame, [PAIRS]),
    "balls.bundles.cells": (bundles.cells, [Q(0), Q(1), 3]),
    "bregman.bregman_projection": (lambda z, v: bregman.bregman_projection([exp(x), exp(y)], (x, y), z, v, 10), [[[1, 1]], [2]]),
    "chance.generator": (chance.generator, ["address"]),
    "chance.order_ranks": (chance.order_ranks, [100, chance.LEVEL]),
    "chance.median_bounds: level": (lambda level: chance.median_bounds(np.arange(100.0), level), [chance.LEVEL]),
    "chance.mean_bounds: range and level": (lambda r, level: chance.mean_bounds(np.arange(100.0), r, level), [[0, 100], chance.LEVEL]),
    "cycles.critical_multiplier": (cycles.critical_multiplier, [mp.matrix([[1, 0], [0, mpf(1)/2]])]),
    "deep_linear.DeepLinear: widths and factor": (lambda w, f: DeepLinear(EIGHTHS, EIGHTHS[:, :1], w, f), [(3, 2, 1), 0.5]),
    "deep_linear.Factorisation: rank and factor": (lambda r, f: Factorisation(EIGHTHS, r, f), [2, 0.5]),
    "diagonal_linear.DiagonalLinear: factor": (lambda f: DiagonalLinear(EIGHTHS, VECTOR[[0, 1, 2, 0]], f), [0.5]),
    "two_layer.TwoLayer: activation and factor": (lambda a, f: TwoLayer(EIGHTHS, VECTOR[[0, 1, 2, 0]], a, f), ["tanh", 0.5]),
    "eigen.ball_eigenvalues": (lambda at: eigen.ball_eigenvalues(LOSS, at), [[Q(1), Q(1)]]),
    "estimates.trace: probes": (lambda k: estimates.trace(SYMMETRIC, probes=k), [200]),
    "estimates.frobenius: probes": (lambda k: estimates.frobenius(SYMMETRIC, probes=k), [200]),
    "fields.Field": (lambda e: fields.Field(e, (x, y)), [[x, y]]),
    "fields.gradient_flow": (lambda e: fields.gradient_flow(e, (x, y)), [x*y]),
    "filters.prediction_errors: numbers": (lambda s, h, r, t: filters.prediction_errors([1.0], [1.0], s, h, r, t), [0.5, 0.5, 0.5, [1]]),
    "filters.best_flow_error": (filters.best_flow_error, [[HALF, Q(1)], [HALF, HALF], HALF, HALF]),
    "filters.worst_rise": (filters.worst_rise, [[HALF, Q(1)], [HALF, Q(1)], HALF]),
    "flows.taylor_series": (lambda s, n: flows.taylor_series(lambda *p: [-a for a in p], s, n), [[HALF], 4]),
    "flows.flow": (lambda s, t, d: flows.flow(SHRINK, s, t, digits=d), [[HALF], HALF, 15]),
    "flows.refined_flow": (lambda s, t, d: flows.refined_flow(SHRINK, s, t, digits=d), [[HALF], HALF, 15]),
    "flows.taylor_step": (lambda t: flows.taylor_step(SHRINK, t, 15)([HALF]), [HALF]),
    "flows.enclose_flow": (lambda s, t: flows.enclose_flow(SHRINK, s, t, digits=15), [[HALF], HALF]),
    "identities.vanishes": (identities.vanishes, [x - x]),
    "identities.lowest_terms": (identities.lowest_terms, [x/2]),
    "inertia.ExactSpectrum": (inertia.ExactSpectrum, [SYM]),
    "inertia.ExactSpectrum: count": (inertia.ExactSpectrum(SYM).count, [HALF]),
    "inertia.ExactSpectrum: enclose": (inertia.ExactSpectrum(SYM).enclose, [1, HALF]),
    "inertia.ExactSpectrum: multiplicity": (inertia.ExactSpectrum(SYM).multiplicity, [1]),
    "jets.jets": (jets.jets, [[HALF], 2]),
    "jets.taylor": (lambda at, n: jets.taylor(x**2, (x,), at, n), [[HALF], 2]),
    "jets.along": (lambda at, v, n: jets.along(x**2, (x,), at, v, n), [[HALF], [[1]], 2]),
    "laboratory.Laboratory: iterate": (lambda n: LAB.iterate(steps.descent(SLOPES, HALF), (HALF, HALF), n), [3]),
    "laboratory.Laboratory: steps": (LAB.steps, [Q(1), HALF]),
    "legendre.closed_form": (lambda s: legendre.closed_form(SQUARE, s), [[HALF]]),
    "legendre.table": (lambda s, d: legendre.table(SQUARE, s, d), [[HALF], [[Q(1, 10)]]]),
    "losses.partial": (lambda e, at: losses.partial(e, x, at={x: at}), [x**2, HALF]),
    "losses.gradient": (losses.gradient, [x**2, [x]]),
    "losses.hessian": (losses.hessian, [x**2, [x]]),
    "losses.third": (losses.third, [x**2, [x], [1]]),
    "losses.along": (losses.along, [x**2, [x], [1]]),
    "losses.compiled": (lambda v: losses.compiled((x**2,), v), [[x]]),
    "losses.ExactLoss": (losses.ExactLoss, [x**2, [x]]),
    "manifold.Valley": (manifold.Valley, [(x**2 - y)**2, [x, y], 1]),
    "memory.budget": (lambda size: memory.budget(size).__enter__(), [2**32]),
    "memory.require": (lambda count: memory.require(count, "this"), [3]),
    "midpoints.midpoints": (midpoints.midpoints, [[HALF]]),
    "mirror.examine": (lambda s, h: mirror.examine(SQUARE, s, h), [[HALF], Rational(1, 16)]),
    "parametrisation.Parametrisation": (parametrisation.Parametrisation, [[x**2], [x]]),
    "parametrisation.quadratic": (parametrisation.quadratic, [[Matrix([[1]])], [x]]),
    "polynomial_maps.rational": (polynomial_maps.rational, [HALF]),
    "polynomial_maps.derivative_weights": (polynomial_maps.derivative_weights, [3]),
    "polynomial_maps.characteristic": (lambda at: polynomial_maps.characteristic(fmpq_mat([[1]]), at), [HALF]),
    "polynomial_maps.common_zeros": (lambda p: polynomial_maps.common_zeros(p, (x,)), [[x**2 - 1]]),
    "reals.scale": (lambda v: reals.scale("v", v), [0.5]),
    "stable_networks.diagonal_gradients": (stable_networks.diagonal_gradients, [[HALF, HALF], [HALF, HALF], PAIRS]),
    "stable_networks.squares_gradients": (stable_networks.squares_gradients, [[HALF, HALF], [HALF, HALF], PAIRS]),
    "stable_networks.relu_gradients": (stable_networks.relu_gradients, [PAIRS, [HALF, HALF], PAIRS, [HALF, HALF]]),
    "stable_networks.half_space_moments": (stable_networks.half_space_moments, [[HALF, HALF], PAIRS]),
    "stable_networks.half_space_floor": (stable_networks.half_space_floor, [PAIRS]),
    "stable_networks.rademacher_complexity": (stable_networks.rademacher_complexity, [PAIRS, "l1"]),
    "stable_networks.mean_absolute_walk": (stable_networks.mean_absolute_walk, [3]),
    "stable_networks.diagonal_path": (stable_networks.diagonal_path, [[HALF, HALF], [HALF, HALF], PAIRS, HALF, [HALF]*4, 2]),
    "stability_exact.largest_curvature": (stability.largest_curvature, [SAMPLES, Rational(1)]),
    "stability_exact.curvature_polynomial": (stability.curvature_polynomial, [SAMPLES]),
    "stability_exact.sample_matrix": (stability.sample_matrix, [SAMPLES]),
    "stability_exact.curvature_operator": (stability.curvature_operator, [SAMPLES]),
    "stability_exact.spread_operator": (stability.spread_operator, [SAMPLES, Rational(1)]),
    "stability_exact.kernel_curvature": (stability.kernel_curvature, [SYM, Rational(1), 1]),
    "stability_trajectory.second_moment_trajectory: step and steps": (
        lambda h, t: stability.second_moment_trajectory(EIGHTHS, h, t), [0.01, 3]),
    "stability_input.sampling_factor": (stability.sampling_factor, [5, 2]),
    "stability_moments.moment_threshold": (stability.moment_threshold, [SAMPLES, 2, 1]),
    "stability_moments.gaussian_curvature: factor": (lambda p: stability.gaussian_curvature([1.0, 2.0], p), [1.0]),
    "stability_moments.trace_bound": (stability.trace_bound, [HALF, 1, 1]),
    "stability_noise.exact_stationary_covariance": (stability.exact_stationary_covariance,
                                                    [SAMPLES, [(1, -1), (-1, 1)], Rational(1, 100)]),
    "stability_noise.stationary_covariance: step": (lambda h: stability.stationary_covariance(NOISE, NOISE, h), [0.01]),
    "stability_operator.second_moment_operator: step": (lambda h: stability.second_moment_operator(DEFINITE[None], h), [0.5]),
    "stability_paths.batches": (stability.batches, [3, 2]),
    "stability_paths.second_moment_path": (stability.second_moment_path, [SAMPLES, Rational(1, 10), 3, 1]),
    "stability_paths.second_moment_by_operator": (stability.second_moment_by_operator, [SAMPLES, Rational(1, 10), 3, 1]),
    "stability_paths.step_matrices": (stability.step_matrices, [SAMPLES, Rational(1, 10), 1]),
    "stability_paths.step_operator": (stability.step_operator, [SAMPLES, Rational(1, 10), 1]),
    "stability_paths.growth": (stability.growth, [SAMPLES, Rational(1, 10), 1]),
    "stability_paths.epoch_operator": (stability.epoch_operator, [SAMPLES, Rational(1, 10)]),
    "stability_paths.epoch_growth": (stability.epoch_growth, [SAMPLES, Rational(1, 10)]),
    "stability_paths.epoch_mean_square": (stability.epoch_mean_square, [SAMPLES, Rational(1, 10)]),
    "stability_threshold.step_size_threshold: factor": (lambda p: stability.step_size_threshold(EIGHTHS, p=p), [0.5]),
    "stability_threshold.step_size_threshold: batch": (lambda b: stability.step_size_threshold(EIGHTHS, b), [1]),
    "steps.descent": (lambda h: steps.descent(SLOPES, h)((HALF, HALF)), [HALF]),
    "steps.ascent": (lambda r: steps.ascent(lambda a, b: (3*a, 4*a), r)((Q(1), Q(1))), [HALF]),
    "steps.normalised_descent": (lambda h: steps.normalised_descent(lambda a, b: (3*a, 4*a), h)((Q(1), Q(1))), [HALF]),
    "steps.sam": (lambda h, r: steps.sam(lambda a, b: (Q(3), Q(4)), h, r)((Q(1), Q(1))), [HALF, HALF]),
    "steps.unnormalised_sam": (lambda h, r: steps.unnormalised_sam(SLOPES, h, r)((Q(1), Q(1))), [HALF, HALF]),
    "steps.stochastic_descent": (lambda h, i: steps.stochastic_descent([lambda a: a], h, i)(HALF), [HALF, 0]),
    "steps.stochastic_sam": (lambda h, r, i: steps.stochastic_sam([lambda a: a], h, r, i)(HALF), [HALF, HALF, 0]),
    "steps.label_noise_descent": (lambda h: steps.label_noise_descent(lambda a: a, lambda a: a, h, HALF)(HALF), [HALF]),
    "steps.heavy_ball": (lambda h, m: steps.heavy_ball(lambda a: a, h, m)((HALF, HALF)), [HALF, HALF]),
    "steps.nesterov": (lambda h, m: steps.nesterov(lambda a: a, h, m)((HALF, HALF)), [HALF, HALF]),
    "steps.mirror_descent": (lambda h: steps.mirror_descent(lambda a: a, h, lambda a: a, lambda a: a)(HALF), [HALF]),
    "sturm.count_roots": (sturm.count_roots, [x**2 - 2, Q(0), Q(2), "[]"]),
    "sturm.sign_at": (sturm.sign_at, [x**2 - 2, HALF]),
    "sturm.isolate_roots": (sturm.isolate_roots, [x**2 - 2]),
    "sturm.enclose_root": (sturm.enclose_root, [x**2 - 2, 0]),
    "surds.Surd: root": (surds.Surd.root, [fmpq(2)]),
}

ACCEPTED = {                       # (name, argument): the forms that are meant
    ("balls.arithmetic.exact_value", 0): {"SymPy's infinity"},                  # an end of an interval
    ("sturm.count_roots", 2): {"SymPy's infinity"}, ("sturm.sign_at", 1): {"SymPy's infinity"},
    ("balls.matrices.ball_matrix", 0): {"no entries", "a row without entries"},
    ("balls.matrices.norm", 0): {"no entries", "a row without entries"},         # no sum: 0
    ("balls.arrays.BallArray: of", 0): {"a number", "no dimension", "no entries", "a row without entries"},
    ("chance.generator", 0): {"a text"},
    ("flows.flow", 0): {"a number"}, ("flows.refined_flow", 0): {"a number"}, ("flows.enclose_flow", 0): {"a number"},
    ("flows.flow", 2): {"nothing"}, ("flows.refined_flow", 2): {"nothing"},      # mpmath's digits
    ("jets.jets", 0): {"no entries"}, ("flows.taylor_series", 0): {"no entries"}, ("legendre.table", 1): {"no entries"}, ("midpoints.midpoints", 0): {"no entries"},
    ("losses.gradient", 1): {"no entries"}, ("losses.hessian", 1): {"no entries"}, ("losses.third", 1): {"no entries"},
    ("stable_networks.relu_gradients", 3): {"nothing"},                          # no biases
    ("stability_threshold.step_size_threshold: factor", 0): {"nothing"},         # that of the batch size
}

# What gets its arguments from functions of the table, or takes functions, symbols and entries of any arithmetic and
# hands on what these give; "*": all of the module.
WITHIN = {
    "activations": "Activation decide_signs",
    "balls.arithmetic": "hull_of_nonnegative",
    "balls.bundles": "Bundle after cover departed grid halves joined largest",
    "balls.lohner": "Tube map_and_jacobian",
    "balls.matrices": "contraction",
    "balls.newton": "Zero solution",
    "cholesky": "*",
    "curvature": "Dense Operator enclosed_hessian matrix_error",
    "cycles": "Midpoint midpoint_slopes midpoint_values two_cycle two_step_jacobian",
    "davidson": "*",
    "decomposed": "*",
    "deep_linear": "DeepPoint",
    "diagonal_linear": "DiagonalPoint",
    "eigen": "SharpnessGradient Spectrum",
    "eigenpairs": "*",
    "enclosures": "Enclosure enclosed exponent gamma kato_temple norm_above product radii rayleigh squared_norm symmetric",
    "estimates": "Density Estimate missed quadrature",
    "evaluation": "*",
    "factor_gradients": "*",
    "fields": "dual_flow mirror_flow",
    "filters": "Comparison Errors",
    "formula": "*",
    "from_gradient": "GradientCurvature",
    "identities": "Finding all_vanish",
    "implicit": "*",
    "jets": "Jet generators is_zero",
    "kinds": "*",
    "krylov": "*",
    "laboratory": "measuring spoiled_data stepped_outside",
    "lanczos": "*",
    "legendre": "Legendre Row",
    "limits": "*",
    "losses": "ExactPoint",
    "measured": "*",
    "memory": "spare",
    "midpoints": "as_mpf middle root rounded",
    "mirror": "End Examination",
    "parametrisation": "Holonomy",
    "polynomial_maps": "attracting_in_batch coprime_part cycle_jacobian in_basis jacobian jury largest_multiplier outside_the_disc "
                       "submatrix symbolic_characteristic without_root_one",
    "product_cycle": "*",
    "ranks": "*",
    "reading": "*",
    "reals": "floats moderate",
    "relu_neuron": "*",
    "ride": "*",
    "secular": "*",
    "squaring": "*",
    "stability_bounds": "CurvatureBounds",
    "stability_certificate": "*",
    "stability_exact": "as_number congruence extreme_root fractions gram_factors hessian identity lyapunov mean_hessian mean_of "
                       "range_polynomial rational read_samples regular symmetric_pairs",
    "stability_input": "Gradients read",
    "stability_kernel": "*",
    "stability_noise": "StationaryCovariance",
    "stability_operator": "Diagonalised Rows Streamed above_rounding diagonalised factored lifted paired streamed",
    "stability_parts": "*",
    "stability_solve": "*",
    "stability_threshold": "Found Threshold in_units mixture threshold_of",
    "stable_networks": "preactivations relu_output",
    "surds": "characteristic_polynomial matrix_product",
    "tangent": "*",
    "threads": "fitting",
    "two_layer": "TwoLayerPoint",
    "two_layer_forms": "*",
    "whole": "Whole",
}
