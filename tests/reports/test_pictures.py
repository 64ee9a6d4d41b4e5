"""What pictures compute, against closed forms: exactly, or to the tenth of a pixel at which it is drawn."""

import math
from fractions import Fraction

from reports.pictures import mirror, sam, statistical, trace, two_step
from reports.svg import Plot

PAPER = Plot((-2, 2), (-2, 2), (680, 400))


def drawn(*point):
    return tuple(round(10*place) for place in PAPER.at(*point))


def test_the_flows_of_the_valley_end_where_their_closed_forms_say():
    # z' = -e^z gives e^-z = e^-z0 + t, and z' = e^-z/2 gives e^z = e^z0 + t/2.
    sharpest, flattest = sam._flow(lambda z: -math.exp(z)), sam._flow(lambda z: math.exp(-z)/2)
    assert drawn(*sharpest[-1]) == drawn(sam.TIME, -math.log(math.exp(-sam.START) + sam.TIME))
    assert drawn(*flattest[-1]) == drawn(sam.TIME, math.log(math.exp(sam.START) + sam.TIME/2))


def test_the_turning_valley_s_eigenvalues_add_up_to_its_trace():
    # At z = 0 the Hessian is [[5/2, 1/4], [1/4, 5/4]]; its top eigenvector v gives the slope v'(dH)v.
    found = sam._eigenvalues(0)
    angle = math.atan2(1/2, 5/4)/2
    c, s = math.cos(angle), math.sin(angle)
    assert drawn(found.top/2, 0) == drawn((5/2*c*c + c*s/2 + 5/4*s*s)/2, 0)
    assert drawn(found.sharper/2, 0) == drawn((5/2*c*c + c*s/8 - 5/8*s*s)/2, 0)
    assert drawn(found.sharper/2 + found.flatter/2, 0) == drawn(found.trace/2, 0)


def test_sam_of_radius_zero_would_be_descent_and_the_gradients_fit_their_losses():
    # (1 + 1/4, 3) at z = 0: values of 2 e^z x, e^-z y and half the difference of their squares.
    assert sam._two_modes(math.exp, 1.5, .5, 0) == (3.0, .5, (4.5 - .25)/2)
    first = sam._turning(math.exp, 1.0, 0.0, 0.0, (2, 0))    # f1 = 3x/2 + x^2/3 = 11/6, its slope 13/6
    assert drawn(first[0]/8, 0) == drawn(2*11/6*13/6/8, 0)


def test_at_the_edge_the_cubic_of_factorisation_has_its_three_roots():
    for square, ratio in ((Fraction(3, 4), Fraction(7, 8)), (Fraction(25, 36), Fraction(36, 49)), (Fraction(2), Fraction(1, 3))):
        a, b, c, d = two_step._cubic(Fraction(1), ratio, ratio*(square + 1/square))
        for root in (Fraction(1), square**2*ratio**2, ratio**2/square**2):
            assert a*root**3 + b*root**2 + c*root + d == 0


def test_one_step_of_the_neuron_changes_the_points_of_its_cycle():
    for K in (21/20, 11/10, 6/5):
        high, low = two_step.cycle(K)
        assert drawn(*two_step.neuron(high, high, 0.0, K)[:2]) == drawn(low, low)
        assert drawn(*two_step.neuron(low, low, 0.0, K)[:2]) == drawn(high, high)


def test_swapped_controls_end_as_far_apart_as_the_claim_says():
    for e in (1/64, 1/8, 1/2):
        assert drawn(math.dist(mirror._both(1.0, .5, e, 0), mirror._both(1.0, .5, e, 1)), 0) == drawn(mirror._difference(1.0, .5, e), 0)
        assert mirror._commuting(e) < mirror.ROUNDING


def test_the_projection_solves_the_problem_and_mirror_descent_ends_there():
    beta, start = 2*mirror.UP*mirror.DOWN, mirror.UP**2 - mirror.DOWN**2
    end = mirror._end(beta, mirror._dual(start, beta))
    assert drawn(mirror.ROW @ end - mirror.TARGET, 0) == drawn(0, 0)
    assert drawn(*mirror._discrete(1/32, mirror=True)[-1]) == drawn(*end) == drawn(*mirror._gradient_flow()[-1])


def test_gaussian_data_of_one_scale_have_the_isotropic_threshold():
    # h (p (d + 1) + 1) in d = 2 dimensions.
    for h, p in ((1/3, 1), (1/3, 1/2), (1/4, 1)):
        assert drawn(trace._gaussian((h, h), p), 0) == drawn(h*(3*p + 1), 0)


def test_the_network_starts_at_its_products_and_ends_on_the_smallest_feature():
    features, up, down = (1, 1/2), (1, 6/5), (1/3, 2/5)
    target = sum(f*u*v for f, u, v in zip(features, up, down))
    assert drawn(*statistical._predictor(features, features, up, down, target, 0)) == drawn(1/3, 12/25)
    assert drawn(*statistical._predictor(features, features, up, down, target, 40)) == drawn(0, target/features[1])
