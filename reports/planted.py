"""Twenty-two conjectures that look true and are not, each beside the true statement it is mistaken for.

They come from the negative controls and errata of the certified theorems.  An entry is a name, the
assumptions, what is measured from the definition, the true relation, the false one, and a case on
which the false one holds.
"""

TEMPLATE = '''"""Planted."""
from sympy import Eq, Ge, Gt, Integer, Le, Lt, Matrix, Max, Min, Rational, atan, sqrt, symbols
{imports}from theorems import Theorem

a, b, x, y, z = symbols("a b x y z", real=True)
eta, rho, beta, s, t, K, mu, norm, other = symbols("eta rho beta s t K mu norm other", positive=True)
k = symbols("k", integer=True, positive=True)
value = symbols("value", real=True)
theorem = Theorem("planted", assumes=({assumes}))


@theorem.data
def data(case):
    known = {{"norm": "g", "other": "h"}}
    read = lambda one: sum(v**2 for v in case.data[known[one.name]]) if one.name in known else case.data[one.name]
    return {{one: read(one) for one in (a, b, x, y, z, eta, rho, beta, s, t, K, mu, norm, other, k)
            if known.get(one.name, one.name) in case.data}}


claim = theorem.claim("planted", {statement}, false={{"far off": Eq(value, 10**9), "further off": Eq(value, -10**9)}})


@claim.enclosure
def measured(lab):
    {measured}


theorem.case("given", {case})
'''

IMPORTS = [("numerics.stability", "largest_curvature"), ("numerics.steps", "descent"), ("numerics.steps", "heavy_ball"),
           ("numerics.steps", "unnormalised_sam"), ("theorems.two_step_gd.factorization_stability", "cubic")]
STEP = "return lab.iterate(descent(lambda w: lab.s*w, lab.eta), Integer(1), 1)"
ASCENDED = "return lab.iterate(unnormalised_sam(lambda w: lab.s*w, lab.eta, lab.rho), Integer(1), 1)"
GAP = ("run = lambda radius, sign: (lab.iterate(unnormalised_sam(lambda w: lab.s*(w - lab.t - sign), lab.eta, radius), "
       "Integer(0), lab.k) - lab.t)**2\n    return sum(run(lab.rho, sign) - run(0*lab.rho, sign) for sign in (1, -1))/2")
VARIANCE = ("run = lambda sign: lab.iterate(descent(lambda w: lab.s*(w - sign), lab.eta), Integer(0), 2)\n"
            "    return (run(1) - run(-1))**2/4")
CYCLE = "return 9 - 2*(lab.K + 1)**2"
ROUND = ("points = [(sqrt(1 + 3/lab.K) + sign*sqrt(1 - 1/lab.K))/2 for sign in (1, -1)]\n"
         "    return (1 - lab.K*(3*points[0]**2 - 1))*(1 - lab.K*(3*points[1]**2 - 1))")
MOMENTUM = ("step = heavy_ball(lambda w: lab.s*w, lab.eta, lab.beta)\n"
            "    (p, q), (r, s) = (lab.iterate(step, one, 1) for one in ((Integer(1), Integer(0)), (Integer(0), Integer(1))))\n"
            "    return (1 + p)*(1 + s) - q*r                   # the characteristic polynomial of a step at -1")
JURY = ("_, a2, a1, a0 = cubic(lab.K, lab.K*lab.s, lab.K*lab.s*(lab.t + 1/lab.t))\n"
        "    return 1 - a0**2 + a0*a2 - a1                  # positive where the cycle attracts")
BRACKET = ("at, where = (x, y, z), {x: lab.x, y: lab.y, z: lab.z}\n"
           "    first = (x**2 + y**2)/(x**2 + y**2 + lab.a**2)\n"
           "    X, Y = (Matrix([G.diff(one) for one in at]) for G in (first, (z - lab.a*atan(y/x))*first))\n"
           "    turned = (Y.jacobian(at)*X - X.jacobian(at)*Y).subs(where)\n"
           "    return (turned.T*turned)[0]")
PRINTED = "K > 1, K <= Rational(1121, 1000), s < 1, K*(1/t + t*s) <= 2, K*(t + s/t) <= 2"
LOWER = "return lab.mu*(sqrt(1 + 3/lab.K) - sqrt(1 - 1/lab.K))**2/4"
CURVATURE = "return largest_curvature([[lab.g], [lab.h]])"
SAMPLES = "g=(Integer(1), Integer(0)), h=(Integer(0), Integer(1))"

PLANTED = [
    ("descent contracts below 3/a", "eta*s < 3,", STEP, "Lt(value, 1)", "Lt(value**2, 1)", "s=1, eta=Rational(1, 3)"),
    ("descent never overshoots", "eta*s < 2,", STEP, "Lt(value**2, 1)", "Gt(value, 0)", "s=1, eta=Rational(1, 3)"),
    ("1.121 is where the quartic's cycle stops attracting", "K > 1, K < sqrt(5) - 1", ROUND, "Gt(value, -1)", "Gt(value, 0)",
     "K=Rational(11, 10)"),
    ("the quartic's cycle attracts up to 5/4", "K > 1, K <= Rational(5, 4)", CYCLE, "Lt(value, 1)", "Gt(value, -1)",
     "K=Rational(11, 10)"),
    ("the lower point of the cycle is below 1 for every mu", "K > 1, K < Rational(3, 2)", LOWER, "Lt(value, mu)", "Lt(value, 1)",
     "mu=1, K=Rational(9, 8)"),
    ("2 b^2 > a x makes the flip supercritical with room", "a > 0, 2*b**2 > a*x", "return 3*lab.b**2 - lab.a*lab.x",
     "Ge(value, b**2)", "Ge(value, 2*b**2)", "a=1, b=1, x=-1"),
    ("heavy ball is stable below 2(1 + 2 beta)", "beta < 1, eta*s < 2*(1 + 2*beta)",
     MOMENTUM, "Gt(value, -2*beta)", "Gt(value, 0)", "s=1, eta=1, beta=Rational(1, 2)"),
    ("SAM has the lower bias at every step size", "eta*s < 1,", ASCENDED, "Lt(value, 1 - eta*s)",
     "Le(value**2, (1 - eta*s)**2)", "s=1, eta=Rational(1, 4), rho=Rational(1, 2)"),
    ("SAM's filter with the sign of ascent reversed", "eta*s < 1,", ASCENDED, "Eq(value, 1 - eta*s*(1 + rho*s))",
     "Eq(value, 1 - eta*s*(1 + rho*s)*(1 - eta)/(1 - eta*s))", "s=1, eta=Rational(1, 4), rho=Rational(1, 2)"),
    ("SAM has the smaller error at every step", "eta*s*(1 + rho*s) < 1,", GAP, "Lt(value, 1)", "Lt(value, 0)",
     "s=1, t=3, eta=Rational(1, 10), rho=Rational(1, 2), k=1"),
    ("the variance is 1 - gamma^(2k)", "eta*s < 3,", VARIANCE, "Eq(value, (1 - (1 - eta*s)**2)**2)", "Eq(value, 1 - (1 - eta*s)**4)",
     "s=1, eta=1"),
    ("the trace bound for batches of two", "norm + other < 100,",
     "return largest_curvature([[lab.g], [lab.h]], Rational(1, 2))", "Ge(value, (norm + other)/4)", "Ge(value, (norm + other)/2)",
     "g=(Integer(1), Integer(0)), h=(Integer(1), Integer(0))"),
    ("the trace bound for two outputs", "norm + other < 100,", "return largest_curvature([[lab.g, lab.h]])",
     "Ge(value, (norm + other)/2)", "Ge(value, norm + other)", "g=(Integer(1), Integer(0)), h=(Integer(1), Integer(0))"),
    ("the trace condition suffices", "norm + other < 100,", CURVATURE, "Le(value, Max(norm, other))",
     "Le(value, (norm + other)/2)", SAMPLES),
    ("two means of the norms give the threshold", "norm + other < 100,", CURVATURE,
     "Ge(value, (norm**2 + other**2)/(norm + other))", "Eq(value, (norm**2 + other**2)/(norm + other))", SAMPLES),
    ("D_1 - D_0 is positive semidefinite", "x**2 + y**2 + z**2 > 0,",
     "return (lab.x**2 + lab.z**2)/2 - (lab.x**2 + 2*lab.y**2 + lab.z**2)/4", "Ge(value, -y**2/2)", "Ge(value, 0)",
     "x=Integer(1), y=Integer(0), z=Integer(1)"),
    ("stable paths have a bounded mean square", "((1 - eta*s)*(1 - eta*t))**2 < 1,",
     "return ((1 - lab.eta*lab.s)**2 + (1 - lab.eta*lab.t)**2)/2", "Ge(value, 0)", "Le(value, 1)",
     "s=1, t=Rational(1, 2), eta=1"),
    ("reshuffling keeps the trace bound", "((1 - eta*s)*(1 - eta*t))**2 <= 1,", "return lab.eta*(lab.s + lab.t)/2",
     "Gt(value, 0)", "Le(value, 2)", "s=1, t=Rational(1, 2), eta=1"),
    ("lambda_min in place of lambda_1", "a >= 0, b >= 0", "return Max(lab.a, lab.b)", "Ge(value, Min(a, b))", "Le(value, Min(a, b))",
     "a=1, b=1"),
    ("the average direction's sharpness", "x**2 + y**2 > 0,", "return (lab.a*lab.x**2 + lab.b*lab.y**2)/(lab.x**2 + lab.y**2)",
     "Ge(value, Min(a, b))", "Eq(value, (a + b)/2)", "a=Integer(1), b=Integer(1), x=Integer(1), y=Integer(1)"),
    ("commuting is necessary", "a >= 0, x > 0", BRACKET, "Eq(value, 16*a**6*(x**2 + y**2)**2/(x**2 + y**2 + a**2)**7)", "Eq(value, 0)",
     "a=0, x=1, y=Rational(1, 2), z=1"),
    ("the printed condition on factorisation's starts", PRINTED, JURY, "Gt(value, -1)", "Gt(value, 0)",
     "K=Rational(361, 336), s=Rational(4, 25), t=Rational(16, 25)"),
]


def module(entry, planted):
    """The text of one conjecture: the false statement if `planted`, else the true one."""
    _, assumes, measured, true, false, case = entry
    imports = "".join(f"from {where} import {name}\n" for where, name in IMPORTS if f"{name}(" in measured)
    return TEMPLATE.format(imports=imports, assumes=assumes if assumes.endswith(",") else assumes + ",", measured=measured, case=case,
                           statement=false if planted else true)
