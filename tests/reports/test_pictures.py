"""What pictures show and say; what they compute, against closed forms, to the tenth of a pixel at which it is drawn."""

import inspect
import math
import re
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from xml.etree import ElementTree

import pytest

from reports import pictures
from reports.pictures import mirror, sam, statistical, trace, two_step
from reports.pictures.data import ball
from reports.svg import Plot
from theorems.kernel.loading.discover import modules

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


DRAWN = [(address, draw) for address, draws in pictures.PICTURES.items() for draw in draws]


@pytest.mark.parametrize("address, draw", DRAWN, ids=[f"{address}-{draw.__name__}" for address, draw in DRAWN])
def test_every_picture_is_small_described_and_the_same_twice(address, draw):
    assert address in modules()
    svg, caption = draw({})
    assert (svg, caption) == draw({}) and len(svg) < 150_000
    root = ElementTree.fromstring(svg)
    assert len(root.get("aria-label")) > 80 and len(caption) > 80
    assert not [node for node in root.iter() if node.tag.endswith(("script", "image", "foreignObject"))]
    assert "nan" not in svg and "inf" not in svg.replace("information", "")


@pytest.mark.parametrize("address, draw", DRAWN, ids=[f"{address}-{draw.__name__}" for address, draw in DRAWN])
def test_a_picture_tells_claim_and_false_variant_apart_without_colour(address, draw):
    # Claims are solid lines, false variants dashed lines or crosses; the sample of each stands in the key.
    kinds = {part.get("class").split()[0] for part in ElementTree.fromstring(draw({})[0]).iter() if part.get("class")}
    css = (Path(pictures.__file__).parents[1]/"page.css").read_text()
    dashed = {kind for kind in kinds if re.search(rf"svg \.{kind} {{[^}}]*stroke-dasharray", css)}
    assert all(f"svg .{kind} " in css or kind == "axis" for kind in kinds)
    assert "says" in kinds - dashed and ("false" in dashed & kinds or "miss" in kinds)


def test_marks_of_a_picture_are_the_certificate_s_numbers():
    measured = {"K": "6/5", "Lambda": ["ball", "-697932185600*2^-40", "1*2^-60"]}
    claim = measured_claim("attraction", [measured])
    svg = two_step.multiplier({"two_step_gd/quartic_range": {"claims": [claim]}})[0]
    assert "<title>K = 1.2: -0.634766</title>" in svg
    assert "<title>" not in two_step.multiplier({})[0]


def test_numbers_of_a_certificate_are_read_exactly_or_not_at_all():
    assert ball(["ball", "3*2^-1", "1*2^-4"]) == (1.5, 0.0625) and ball("-7/8") == (-0.875, 0.0)
    assert ball(["+", "1", ["*", "1/2", ["^", "4", "1/2"]]]) == (2.0, 0.0)
    assert math.isnan(ball(["unheard of", "1"])[0]) and math.isnan(ball("oo")[0])
    plot = Plot((0, 1), (0, 1))
    for x, y in ((math.nan, .5), (.5, math.nan), (2, .5)):
        plot.mark(x, y, "circle", "seen")
    plot.whisker(.5, math.nan, math.nan, "bar")
    assert plot.parts == []


def test_boxes_that_miss_the_exact_curve_are_not_drawn():
    wrong = [{"Lambda": ["ball", "5*2^0", "1*2^-4"]}]*11
    right = [{"Lambda": ["ball", "1*2^-1", "1*2^-1"]}, {"Lambda": ["ball", "-1*2^-1", "5*2^-3"]}]
    for runs, boxes in ((wrong, 0), (right, 2)):
        record = {"claims": [measured_claim("through_the_birth", runs, "{beyond: [0, 59/250], mu: 1}")]}
        assert two_step.multiplier({"two_step_gd/quartic_enclosed": record})[0].count("<rect") == 1 + boxes


@pytest.mark.parametrize("address, draw", DRAWN, ids=[f"{address}-{draw.__name__}" for address, draw in DRAWN])
def test_a_picture_of_claims_that_lost_their_symbols_is_still_drawn(address, draw):
    class Anything(dict):
        """A page on which every claim asked for was measured, of symbols that no picture knows."""

        def get(self, theorem, default):
            return {"claims": [measured_claim(name, [{"unknown": "1"}]) for name in asked]}

    asked = re.findall(r'"[a-z_]+/[a-z_]+/([a-z_]+)"', inspect.getsource(inspect.getmodule(draw))) + ["smaller", "larger"]
    svg, _ = draw(Anything())
    assert "nan" not in svg and ElementTree.fromstring(svg).get("role") == "img"


def measured_claim(name, runs, written="{K: 6/5}"):
    one = {"about": "claim", "address": f"t/{name}/enclosed/a-case", "data": {"K": "6/5"}, "payload": {"at": runs}}
    return {"name": name, "data": {"a case": written}, "evidence": [one]}


def test_the_picture_of_two_steps_draws_the_cycle_where_descent_ends():
    # At K = 9/8 descent settles on (sqrt(1 + 3/K) +- sqrt(1 - 1/K))/2, which the exact curve passes.
    svg = two_step.bifurcation({})[0]
    plot = Plot((0.9, 2), (0, 1.6), (680, 360))
    plot.top = int(re.search(r'class="axis" d="M56,(\d+)V', svg)[1])
    cloud = max(re.findall(r'class="cloud" d="([^"]*)"', svg), key=len)
    moves = [map(float, dot.removesuffix("z").split(",")) for dot in re.split("[Mm]", cloud)[1:]]
    dots = set(zip(*map(accumulate, zip(*moves))))
    size = 0.9 + 1.1*round((9/8 - 0.9)/1.1*330)/330
    for sign in (1, -1):
        place = plot.at(size, ((1 + 3/size)**.5 + sign*(1 - 1/size)**.5)/2)
        assert tuple(round(2*z)/2 for z in place) in dots
