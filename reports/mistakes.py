"""Authors' most frequent mistakes, told in full sentences: what was asked, what was found, what to do.

A false variant that equals the claim on every case, one that the claim implies, and a limit
that is off.  Everything is read from a certificate's records.
"""

import re

import sympy

from reports.messages import as_written, theorem_of

EQUAL, WEAKER = "it equals the claim on every case given", "the claim implies it"
_NOT_REFUTED = re.compile(r"the false variant (['\"])(.*?)\1 was not refuted")
_FOR_INSTANCE = re.compile(r"for instance with (.*)$")
_OFF = re.compile(r"left - right = (\S+) \+/- \S+, (\S+) bars")
_FUNCTION = re.compile(r"look for a float in `(\w+)`")

MENDS = [                          # what a reason holds, and what to do about it
    ("takes nothing from its laboratory", "read the case's data as lab.NAME, and take steps with lab.iterate(step, start, count)"),
    ("the case has no datum", "give it in the case, theorem.case(name, NAME=...), or read one of those that it has"),
    ("None of type NoneType is not exact", "end the measurement with `return` and the value"),
    ("nothing is measured", "leave out of the data the symbol that is to be measured"),
    ("did not move in a spoiled laboratory", "compute the value from the data and from steps taken with lab.iterate; "
     "if it is a whole number (a time, a count), add a case within 1/1000 of where it jumps"),
    ("the proof also accepts the mutant", "yield a goal into which the statement's own sides enter, such as "
     "zero(derived - claimed.rhs, why): one for each relation, and for Equivalent one for each direction"),
    ("the proof yields no goals", "yield zero(left - right, why) for each step of the derivation"),
    ("NotImplementedError: GAP", "write what the gap says in place of that line"),
]


def mend(evidence):
    """What to do about a finding, where its reason leaves that open."""
    if evidence["verdict"] != "UNDECIDED":
        return ""
    return next((what for reason, what in MENDS if reason in evidence["because"]), "")


def told(evidence, claim, theorem=None, instance=""):
    """The lines for a finding that is such a mistake, else none."""
    if claim is None:
        return []
    if evidence["about"] == "false variant" and EQUAL in evidence["because"]:
        return list(_equal(evidence, claim, instance))
    if evidence["about"] == "false variant" and WEAKER in evidence["because"]:
        return list(_weaker(evidence, claim, theorem or {}, instance))
    if evidence["about"] == "claim" and evidence["level"] == "OBSERVED" and evidence["verdict"] == "REFUTED":
        return list(_off(evidence, claim, theorem))
    return []


def is_unrefuted(evidence):
    """Whether it is a false variant that equals the claim on every case, or that the claim implies."""
    return evidence["about"] == "false variant" and any(one in evidence["because"] for one in (EQUAL, WEAKER))


def variant(evidence):
    """The name of the false variant."""
    return _NOT_REFUTED.search(evidence["because"]).group(2)


def _equal(evidence, claim, instance):
    name, (where, mend) = variant(evidence), _reason(claim)
    yield f'{theorem_of(claim)}, claim "{claim["says"]}": UNDECIDED'
    yield f'  The false variant "{name}" equals the claim on every case given'
    yield f"  {where}so no measurement can tell them apart."
    at = _FOR_INSTANCE.search(evidence["because"])
    instance = instance or (at.group(1) if at else "")
    yield f"  Add a case {mend}{f', for instance {instance}' if instance else ''}."


def _reason(claim):
    """(what the cases have in common, in brackets, and what a case should have instead)."""
    cases = {one["address"].rsplit("/", 1)[-1]: one["data"] for one in claim["evidence"]
             if one["about"] == "claim" and one.get("data")}
    listed = ", ".join(f'"{as_written(claim, name)}"' for name in cases)
    used = [name for name in next(iter(cases.values()), {}) if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", claim["text"])]
    zero = next((name for name in reversed(used) if all(data.get(name) == "0" for data in cases.values())), None)
    if zero:
        return f"({zero} = 0 for {listed}), ", f"with {zero} != 0"
    tied = next(((one, other) for k, one in enumerate(used) for other in used[k + 1:]
                 if all(data.get(one) == data.get(other) for data in cases.values())), None)
    if tied:
        return f"({tied[0]} = {tied[1]} for {listed}), ", f"with {tied[0]} != {tied[1]}"
    return f"({listed}), " if listed else "", "on which they differ"


def _weaker(evidence, claim, theorem, instance):
    name = variant(evidence)
    yield f'{theorem_of(claim)}, false variant "{name}": not refuted'
    implied = _implication(claim, name, theorem)
    yield f"  The claim implies it{f' ({implied})' if implied else ''}; a weaker bound is never false."
    yield ("  Replace it by a stronger one, and give a case that attains the claim"
           f"{f', for instance {instance}' if instance else ''}.")


def _implication(claim, name, theorem):
    """`square/mean >= mean/2 whenever square >= mean^2`, where both are bounds on the same symbol; else nothing."""
    right = claim["text"].split(" and ")
    wrong = next((one["text"].split(" and ") for one in claim["variants"] if one["name"] == name), [])
    for changed in (one for one in wrong if one not in right):
        side, _, bound = changed.partition(" >= ") if " >= " in changed else changed.partition(" <= ")
        sign = " >= " if " >= " in changed else " <= "
        own = next((one.partition(sign)[2] for one in right if one.partition(sign)[0] == side and sign in one), None)
        if own:
            given = ", ".join(one["text"] for one in theorem.get("assumes", ())).replace("**", "^")
            return f"{own}{sign}{bound}{f' whenever {given}' if given else ''}"
    return ""


def _off(evidence, claim, theorem):
    case = evidence["address"].rsplit("/", 1)[-1]
    title = as_written(claim, case)
    alone = theorem is not None and len(theorem["claims"]) == 1
    yield f'{theorem_of(claim)}{"" if alone else ", claim " + chr(34) + claim["says"] + chr(34)}, case "{title}": REFUTED'
    numbers, values = evidence["measured"], _claimed(evidence, claim)
    for name in (name for name in numbers if not re.search(r" (bar|order)$", name)):
        limit, right = numbers[name], values.get(name, "")
        width, of = max(len(limit), len(right)), f" of {name}" if len(numbers) > 3 else ""
        bar, order = float(numbers[f"{name} bar"]), _order(numbers[f"{name} order"])
        yield f"  measured limit{of}   {limit:<{width}}   (bar {bar:.1e}, observed order {order})"
        if right:
            yield f"  claimed       {' '*len(of)}   {right:<{width}}   {_distance(evidence)}".rstrip()
    if not values:
        yield f"  {_distance(evidence) or evidence['because']}"
    found = _FUNCTION.search(evidence["because"])
    off = _OFF.search(evidence["because"])
    if found or off and 1e-18 < abs(float(off.group(1))) < 1e-12:
        where = f"`{found.group(1)}`" if found else "the measurement"
        yield f"  The discrepancy is of the size of double precision: look for a float in {where}."


def _order(text):
    return text if text == "exact" else f"{float(text):.2f}"


def _distance(evidence):
    found = _OFF.search(evidence["because"])
    return f"off by {abs(float(found.group(1))):.1e} = {found.group(2)} bars" if found else ""


def _claimed(evidence, claim):
    """{symbol: the value that an equation of the statement claims for it, in decimals}, where the data give it."""
    statement = sympy.sympify(claim["statement"])
    data = {name: sympy.sympify(value) for name, value in evidence.get("data", {}).items() if "+/-" not in value}
    found = {}
    for one in statement if isinstance(statement, sympy.Tuple) else (statement,):
        if isinstance(one, sympy.Eq) and one.lhs.is_Symbol:
            value = one.rhs.subs({symbol: data[symbol.name] for symbol in one.rhs.free_symbols if symbol.name in data})
            if value.is_number and one.lhs.name in evidence["measured"]:
                found[one.lhs.name] = re.sub(r"0+$", "", str(sympy.N(value, 15))).removesuffix(".")
    return found
