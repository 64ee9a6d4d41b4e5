"""The pictures of theorems, each from its certificate's numbers and from what is cheap to compute again.

A picture is a function in `PICTURES`, under the address of the theorem it belongs to: it takes the
records on the page, {address: theorem}, and returns (SVG, caption).  What it computes beside
certified numbers is never judged.  In all of them the claim is a solid line, what was measured a hollow mark
or dots (certified where the key says so, else computed here), a false variant dashed or a cross.
"""

from reports.pictures import mirror, norms, sam, statistical, trace, two_step

PICTURES = {
    "commuting_mirror_equivalence/discrete": (mirror.discrete,),
    "commuting_mirror_equivalence/projection": (mirror.projection,),
    "commuting_mirror_equivalence/swapped": (mirror.swapped,),
    "sam_implicit_regularizer/flow": (sam.speeds, sam.valley, sam.orders),
    "sam_implicit_regularizer/stochastic": (sam.turning,),
    "sam_statistical_error/error": (statistical.early_stopping,),
    "sam_statistical_error/network": (statistical.network,),
    "sam_statistical_error/stopping_helps": (statistical.best_errors,),
    "sgd_stable_minima_norms/gradient_descent": (norms.unit_balls,),
    "sgd_stable_minima_norms/rademacher_relu": (norms.complexity,),
    "sgd_trace_stability/batch": (trace.thresholds,),
    "sgd_trace_stability/gaussian": (trace.spectra,),
    "sgd_trace_stability/threshold": (trace.moments,),
    "two_step_gd/factorization_printed": (two_step.plane, two_step.second_mode),
    "two_step_gd/quartic": (two_step.bifurcation,),
    "two_step_gd/quartic_enclosed": (two_step.multiplier,),
    "two_step_gd/teacher_student_convergence": (two_step.arrival,),
    "two_step_gd/teacher_student_cycle": (two_step.decay,),
}


def drawn(address, records):
    """The (SVG, caption) pairs that someone drew for a theorem."""
    return [draw(records) for draw in PICTURES.get(address, ())]
