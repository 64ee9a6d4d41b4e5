"""The threshold's cost, method against method in one run.

Default sizes, d = 400 and n from d/8 to 5d, take half a minute.  DEMONSTRANDUM_LARGE=1 runs d = 1000, and d = n =
2000 and 4000 besides (several minutes, 2.3 GiB).  Times in the extra
information are medians of processor time, over all threads, so that other load on the machine counts
little; with OMP_NUM_THREADS=1 they are those of one core.  They are recorded, never asserted; what is
asserted is what the methods must agree on.

    pytest tests/benchmarks/test_stability.py --benchmark-enable --benchmark-columns=median

The plot of record 33 is DEMONSTRANDUM_LARGE=1 DEMONSTRANDUM_PLOT=reports/decisions/0033-cost.svg and -k cost_grows.
"""

import os
import resource
from fractions import Fraction
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
import pytest

from numerics.stability import step_size_threshold
from numerics.stability_certificate import certified
from numerics.stability_moments import gaussian_curvature
from numerics.stability_operator import diagonalised
from numerics.stability_solve import largest
from reports.svg import Plot

LARGE = bool(os.environ.get("DEMONSTRANDUM_LARGE"))
WIDTH = 1000 if LARGE else 400
REGIMES = [(WIDTH//8, WIDTH), (WIDTH//2, WIDTH), (WIDTH - 1, WIDTH), (WIDTH, WIDTH), (2*WIDTH, WIDTH), (5*WIDTH, WIDTH)]
SQUARES = [(2000, 2000), (4000, 4000)] if LARGE else []


def gaussian(n, d):
    return np.random.default_rng(n + d).standard_normal((n, d))


def seconds(function, rounds=3):
    times = []
    for _ in range(rounds):
        start = process_time()
        result = function()
        times.append(process_time() - start)
    return median(times), result


def rate_of_products(n, d):
    """Multiplications and additions per second of the machine's own matrix product of that shape."""
    left, right = gaussian(n, d), gaussian(d, d)
    return 2*n*d*d/seconds(lambda: left @ right)[0]


def kronecker(gradients):
    """The published formula: C and D as d^2 x d^2 matrices, pseudo-inverse, general eigenvalues."""
    n, d = gradients.shape
    mean, one = gradients.T @ gradients/n, np.eye(d)
    spread = sum(np.kron(np.outer(g, g), np.outer(g, g)) for g in gradients)/n
    return np.linalg.eigvals(np.linalg.pinv((np.kron(mean, one) + np.kron(one, mean))/2) @ spread).real.max()


def test_against_the_dense_kronecker_eigenproblem(benchmark, once):
    gradients = gaussian(40, 20) if once else gaussian(80, 40)
    dense, curvature = seconds(lambda: kronecker(gradients), rounds=1)
    problem_alone = seconds(lambda: largest(diagonalised(gradients, 1, len(gradients))[0], 1.0), rounds=9)[0]
    found = benchmark.pedantic(lambda: step_size_threshold(gradients), rounds=9, warmup_rounds=1)
    whole = seconds(lambda: step_size_threshold(gradients), rounds=9)[0]
    benchmark.extra_info |= {"Kronecker over value": dense/problem_alone,
                             "Kronecker over value with proved bounds": dense/whole}
    # Ten digits were asked for; the dense formula's own error is about d^2 u times C's condition.
    assert f"{2/found.value:.9e}" == f"{curvature:.9e}" and found.kind == "rigorous"


def measured(n, d, once, p=Fraction(1)):
    """Seconds of the value and of the bounds, the operations of the value, and what was found; `once`: at a quarter of the size."""
    n, d, rounds = (n//4, d//4, 1) if once else (n, d, 1 if n*d > 10**7 else 3)
    rows = gaussian(n, d)/8
    value, (problem, basis, solution) = seconds(lambda: _solved(rows, float(p)), rounds)
    bounds, proof = seconds(lambda: certified(rows, problem, basis, solution, p), rounds)
    size = min(n, d)
    operations = (solution.iterations + 1)*4*n*size*size + 3*n*d*size + 9*size**3
    return value, bounds, operations, proof, solution


def _solved(rows, p):
    problem, basis = diagonalised(rows, 1, len(rows))
    return problem, basis, largest(problem, p)


@pytest.mark.parametrize("p", [Fraction(1), Fraction(1, 4)])
@pytest.mark.parametrize("n, d", REGIMES)
def test_bounds_against_the_value(benchmark, n, d, p, once):
    value, bounds, _, proof, solution = benchmark.pedantic(lambda: measured(n, d, once, p), rounds=1)
    benchmark.extra_info |= {"seconds of the value": value, "seconds of the bounds": bounds, "bounds over value": bounds/value,
                             "applications": solution.iterations, "relative width": proof[1]/proof[0] - 1}
    assert proof[1]/proof[0] - 1 < 1e-8                              # what is promised for Gaussian data


@pytest.mark.parametrize("n, d", [(5*WIDTH, WIDTH), (WIDTH, WIDTH), *SQUARES])
def test_against_the_machine_s_own_product_rate(benchmark, n, d, once):
    value, bounds, operations, proof, solution = benchmark.pedantic(lambda: measured(n, d, once), rounds=1)
    benchmark.extra_info |= {"seconds of the value": value, "seconds of the bounds": bounds,
                             "bounds over value": bounds/value, "applications": solution.iterations,
                             "value's rate (4nr^2 each) over DGEMM's": operations/value/rate_of_products(*(n//4, d//4) if once else (n, d)),
                             "relative width": proof[1]/proof[0] - 1,
                             "peak GiB so far": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/2**20}
    assert proof[1]/proof[0] - 1 < 1e-8


STYLE = """<style>svg{color-scheme:light dark}text{fill:#1b1f24;font:11px system-ui,sans-serif}path{fill:none;stroke:#1b1f24}
.value{stroke:#a40e26;stroke-width:1.6}.guide{stroke:#57606a}.exact{stroke-dasharray:7 3}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}path{stroke:#e6edf3}.value{stroke:#ff8b82}.guide{stroke:#9aa4af}}</style>"""
SHAPES = {"n = 5d": [(250, 50), (500, 100), (1000, 200)], "n = d": [(100, 100), (200, 200), (400, 400)]}
LARGER = {"n = 5d": [(2000, 400), (3500, 700), (5000, 1000)], "n = d": [(800, 800), (1500, 1500), (2500, 2500), (4000, 4000)]}


def test_cost_grows_as_the_formula_says(benchmark, once):
    """Seconds of value and bounds against the formula's operations, a plot with DEMONSTRANDUM_PLOT=FILE.svg.

    The formula: 4 n r^2 for each application, 3 n d r to reduce and 9 r^3 to diagonalise.
    """
    shapes = {name: one + (LARGER[name] if LARGE else []) for name, one in SHAPES.items()}
    found = benchmark.pedantic(lambda: {name: [(*shape, *measured(*shape, once)[:3]) for shape in one]
                                        for name, one in shapes.items()}, rounds=1)
    rate = rate_of_products(*(150, 150) if once else (1500, 1500))
    for name, series in found.items():
        for n, d, value, bounds, operations in series:
            benchmark.extra_info |= {f"{name}, d = {d}: formula's operations per DGEMM operation's time": operations/value/rate,
                                     f"{name}, d = {d}: bounds over value": bounds/value}
    if os.environ.get("DEMONSTRANDUM_PLOT"):
        Path(os.environ["DEMONSTRANDUM_PLOT"]).write_text(cost_plot(found, rate) + "\n", encoding="utf-8")
    assert all(value > 0 and bounds > 0 for series in found.values() for *_, value, bounds, _ in series)


def cost_plot(found, rate):
    """Seconds over the formula's operations, both logarithmic, beside the machine's own product rate."""
    points = [(operations, seconds) for series in found.values() for *_, value, bounds, operations in series
              for seconds in (value, bounds)]
    x, y = ((10**np.floor(np.log10(min(p[j] for p in points))), 10**np.ceil(np.log10(max(p[j] for p in points))))
            for j in (0, 1))
    plot = Plot(x, y, size=(680, 380), log=(True, True), labels=("operations by the formula 4nr\u00b2 per application + 3ndr + 9r\u00b3",
                                                            "seconds of processor time, one core"),
                key=[("exact", "", f"the machine's own DGEMM, {rate/1e9:.0f} GF/s"),
                     *((kind, shape, f"{what}, {name}") for (name, shape) in zip(found, ("circle", "square"))
                       for kind, what in (("value", "threshold"), ("guide", "proved bounds")))])
    plot.line([(max(x[0], y[0]*rate), max(y[0], x[0]/rate)), (min(x[1], y[1]*rate), min(y[1], x[1]/rate))], "exact")
    for (name, series), shape in zip(found.items(), ("circle", "square")):
        for n, d, value, bounds, operations in series:
            plot.mark(operations, value, shape, "value", f"n = {n}, d = {d}: value {value:.2g} s")
            plot.mark(operations, bounds, shape, "guide", f"n = {n}, d = {d}: bounds {bounds:.2g} s")
        place = plot.at(operations, value)
        plot.text(place[0] - 8, place[1] - 8, f"n = {n}, d = {d}: {value:.2g} s", "end")
    return plot.svg(f"Seconds against operations for {sum(map(len, found.values()))} sizes: the thresholds' marks follow a line "
                    "parallel to the machine's own product rate, the proved bounds lie below them.", STYLE)


def test_gaussian_samples_approach_the_population(benchmark):
    """|Lambda/population - 1| for 1000 and 16000 samples of N(0, I_30); Lambda_pop = d + 2."""
    population = gaussian_curvature([1]*30)

    def distance(n):
        return abs(2/step_size_threshold(gaussian(n, 30)).value/float(population) - 1)
    near, far = benchmark.pedantic(lambda: (distance(16000), distance(1000)), rounds=1)
    benchmark.extra_info |= {"1000 samples": far, "16000 samples": near}
    assert population == 32 and near < far
