"""A domain cut out by relations, the signs on it of polynomials, and the signs of numbers.

A relation is taken in as a constraint g >= 0 or g > 0, as g != 0, or as g = 0 by which all else is
reduced; whether a polynomial has a sign on the domain is then asked of the methods, one after the other.
"""

from contextlib import contextmanager
from dataclasses import replace
from math import lcm

from theorems.kernel.deciding.algebra import Restart
from theorems.kernel.deciding.arithmetic import COMPLEX, Exact, Inexact, ball, ball_sign, between, evaluate, exact_at, quick
from theorems.kernel.deciding.canonical import Refused, names, show, substitute
from theorems.kernel.deciding.methods import Methods, Proof

BOXES = 4000                            # boxes of balls looked at
SIDES = {"nonzero": "!= 0", "nonnegative": ">= 0", "positive": "> 0"}


class Domain(Methods):
    """The algebra of a goal, with what its assumptions say: constraints g >= 0 or g > 0, and g != 0."""

    def __init__(self, relations, points, indices, room):
        super().__init__(indices, room)
        self.points, self.hints = points, []
        self.constraints, self.unequal, self.proofs, self.depth = [], [], {}, 0
        for operator, node in sorted(relations, key=lambda r: (len(repr(r[1])), repr(r))):
            self.relate(operator, node)

    def assume(self, poly, strict):
        if not poly.is_constant() and self.real(poly):
            self.constraints.append((poly, strict))
            self.proofs = {}

    def relate(self, operator, node):
        """Take in the relation `node` operator 0."""
        num, den = self.quotient(node)
        sign = self.sign(den)
        num = self.normal(self.product(num, den) if sign is None else num*sign)
        if operator == "=":
            self.equate(num)
        elif operator in ("!=", ">"):
            self.unequal += [factor for factor, _ in num.factor()[1]]
        if operator in (">", ">=") and self.real(den):         # the square of what is not real may be negative
            self.assume(num, operator == ">")
        for kind, poly, _ in self.sides:                       # a relation that holds is defined
            if kind == "nonzero":
                self.unequal += [factor for factor, _ in poly.factor()[1]]
            else:
                self.assume(poly, kind == "positive")
        self.sides, self.proofs = [], {}

    def equate(self, poly):
        """Reduce by poly = 0 if it is real and can be solved for a symbol, its leading coefficient nonzero."""
        choices = [(int(d), not self.lead(poly, i).is_constant(), i) for i, d in enumerate(poly.degrees())
                   if d and self.trees[i][0] == "x"] if not poly.is_zero() and self.real(poly) else []
        for degree, loose, i in sorted(choices):
            rest, lead = self.coefficients(poly, i)[0], self.lead(poly, i)
            # lead x + rest = 0 with rest != 0 says that lead differs from 0
            if not loose or self.nonzero(lead) or (degree == 1 and self.nonzero(rest) is not None):
                self.unequal += [factor for factor, _ in lead.factor()[1]]
                self.relations.insert(0, (i, poly))
                kept = ((self.normal(g), strict) for g, strict in self.constraints)
                self.constraints = [(g, strict) for g, strict in kept if not g.is_constant()]
                self.done, self.proofs = {}, {}
                return

    # ---- questions

    def sign(self, poly):
        """1 or -1 if poly >= 0 or poly <= 0 is proved, else None."""
        return next((sign for sign in (1, -1) if self.prove(poly*sign, False)), None)

    def nonzero(self, poly):
        """Proofs that every irreducible factor differs from zero, or None."""
        found = []
        for factor, _ in sorted(self.normal(poly).factor()[1], key=str):
            if any(factor == g or factor == -g for g in self.unequal):
                found.append(Proof(True, "given", {}))
                continue
            if not self.real(factor):
                found.append(self.apart(factor))
                continue
            found.append(self.prove(factor, True) or self.prove(-factor, True) or self.prove(factor**2, True))
        return found if all(found) and not self.normal(poly).is_zero() else None

    def apart(self, poly):
        """A Proof that a polynomial which need not be real has no zero, by complex balls on boxes, or None."""
        number = self.boxes({self.trees[i][1] for i in self.symbols(poly)}, self.tree_of(poly), COMPLEX,
                            lambda value: None if value.contains(0) else True)
        return number and Proof(True, "balls on boxes", {"boxes": number})

    def boxes(self, names, node, field, fits):
        """How many boxes cover the domain so that `fits` is true of the node's ball on each; or None.

        A box is halved where `fits` is None or the node has no finite value, and all is given up where it is False.
        """
        names, box, count = sorted(names), [], 0
        for name in names:
            low, high, *_ = self.bounds(self.keys["x", name])
            if low is None or high is None:
                return None
            box.append((low, high))
        waiting = [(box, 0)]
        while waiting:
            box, depth = waiting.pop()
            count += 1
            value = ball(node, {name: between(*side) for name, side in zip(names, box)}, field=field)
            fitting = None if value is None else fits(value)
            if fitting:
                continue
            if count > BOXES or fitting is False or not box:
                return None
            axis = depth % len(box)
            low, high = box[axis]
            waiting += [([*box[:axis], half, *box[axis + 1:]], depth + 1)
                        for half in ((low, (low + high)/2), ((low + high)/2, high))]
        return count

    def factors(self, num, den):
        """(sign of the number in front, [(irreducible factor, power)]) of num*den, in the order of their text."""
        sign, found = 1, {}
        for poly in (num, den):
            content, factors = poly.factor()
            sign = sign if content > 0 else -sign
            for factor, power in factors:
                found[str(factor)] = factor, found.get(str(factor), (factor, 0))[1] + int(power)
        return sign, [found[name] for name in sorted(found)]

    def prove(self, poly, strict):
        """A Proof that poly > 0 (strict) or poly >= 0 on the domain, or None."""
        poly = self.normal(poly)
        key = (str(poly), strict)
        if key not in self.proofs:
            self.proofs[key] = None                            # a question within itself stays open
            self.depth += 1
            self.proofs[key] = self._prove(poly, strict) if self.depth < 6 else None
            self.depth -= 1
        return self.proofs[key]

    def _prove(self, poly, strict):
        if poly.is_constant():
            number = poly.leading_coefficient() if not poly.is_zero() else 0
            return Proof(number > 0, "a number", {}) if number > 0 or (number == 0 and not strict) else None
        if not self.real(poly) or self.contradicted(poly, strict):
            return None
        if not self.symbols(poly):
            sign = ball_sign(self.tree_of(poly))
            if sign:
                return Proof(True, "balls", {}) if sign > 0 else None
        elif poly.total_degree() % 2 and not self.linked(poly)[1]:
            return None                                        # of odd degree, and nothing bounds it
        for method in self.methods():
            proof = method(poly, strict)
            if proof:
                return self.written(proof, poly)
        return None

    def written(self, proof, poly):
        """A proof by counting, with a sum of products beside it that anybody can multiply out, where one is found."""
        if proof.how not in ("Sturm count", "Bernstein coefficients") or proof.data.get("products"):
            return proof
        found = self.squares(poly, proof.strict) or self.products(poly, proof.strict)
        return replace(proof, data={**proof.data, **found.data}) if found else proof

    def contradicted(self, poly, strict):
        """Whether a known point of the domain shows that there is nothing to prove."""
        node = self.tree_of(poly)
        for point in self.points:
            value = quick(node, point)
            if value is not None and (value < 0 or (strict and value == 0)):
                return True
        return False

    def sign_at(self, poly, x, value):
        """The sign of a polynomial where the symbol g_x has a rational value; None if it was not found."""
        return sign_here(self.tree_of(poly), {self.trees[x][1]: str(value)})

    def granted(self):
        """Whether all side conditions are proved; the first that is not is kept in `open_side`."""
        for kind, poly, before in self.sides:
            with self.only(before):
                proof = self.nonzero(poly) if kind == "nonzero" else self.prove(poly, kind == "positive")
            if proof is None:
                self.open_side = f"{show(self.tree_of(poly))} {SIDES[kind]}"
                return False
        return True

    @contextmanager
    def only(self, count):
        """What is known of the first `count` generators, and of no later one."""
        kept = self.relations, self.constraints, self.unequal, self.proofs
        early = lambda poly: not any(poly.degrees()[count:])
        self.relations = [(i, poly) for i, poly in self.relations if early(poly)]
        self.constraints = [(poly, strict) for poly, strict in self.constraints if early(poly)]
        self.unequal = [poly for poly in self.unequal if early(poly)]
        if [*map(len, kept[:3])] != [len(self.relations), len(self.constraints), len(self.unequal)]:
            self.proofs = {}
        try:
            yield
        finally:
            self.relations, self.constraints, self.unequal, self.proofs = kept


# ---- numbers

def number_sign(node, zeros=True):
    """The sign of a real number given by a tree: 1, 0, -1, or None if it was not decided (an irrational zero never, if not `zeros`).

    A nonzero sign is proved by a rational value or a ball.  Zero is proved by reduction, or, for an
    algebraic number, by a ball smaller than every nonzero root of a polynomial that it solves.
    """
    if names(node) or names(node, "free") or names(node, "nc"):
        return None
    try:
        value = evaluate(node, {}, Exact)
        return (value > 0) - (value < 0)
    except Inexact:
        pass
    found = ball_sign(node)
    if found is not None or not zeros:
        return found
    try:
        domain, (num, den) = build([], node)
        if not domain.granted():
            return None
        return 0 if domain.normal(num).is_zero() or domain.vanishes(num) else None
    except Refused:
        return None


def sign_here(node, point, zeros=True):
    """The sign of a tree at a point {name: tree of a number}, as `number_sign` gives it."""
    try:
        value = exact_at(node, point)
        return (value > 0) - (value < 0)
    except Inexact:
        return number_sign(substitute(node, point), zeros)


def build(relations, node, points=(), arguments=()):
    """The domain of the relations, some points of it being known, and the tree's quotient in it, where the arguments have values."""
    indices, room = {}, 24
    for _ in range(40):
        try:
            domain = Domain(relations, points, indices, room)
            found = domain.quotient(node)
            for argument in arguments:                         # for their side conditions
                domain.quotient(argument)
            return domain, found
        except Restart as need:
            if need.key is None:
                room *= 2
            else:
                indices[need.key] = lcm(indices.get(need.key, 1), need.index)
    raise Refused("the roots in the goal are nested too deeply")
