"""Canonical trees as quotients of polynomials over QQ in algebraically related generators.

A generator is a symbol, an unknown function, a root r with r^L = A, an exponential exp(m/L)
of a monomial m, or a logarithm of a prime, an irreducible polynomial or the like; sines,
hyperbolic functions and inverses are written by these.  `relations` are polynomials that
vanish, each with the generator it reduces.  `sides` are the conditions under which the
quotient has a meaning (denominators nonzero, radicands nonnegative, logarithms of positive
numbers); whoever uses the quotient must prove them, each by what is known of the generators
that were there before: what is known of a root holds only where there is one.
"""

from fractions import Fraction

import flint

from theorems.kernel.deciding.canonical import Refused, parts, plus, times
from theorems.kernel.deciding.roots import rational

TERMS, POWER, DEGREE = 2_000_000, 1000, 5000               # products of more terms, higher powers and higher degrees are refused
ROUNDS = 100                                               # through all relations, before they are taken to reduce to one another


class Restart(Exception):
    """A generator must be finer (`key` wants a multiple of `index`), or there must be more room."""

    def __init__(self, key=None, index=1):
        self.key, self.index = key, index


def _double(a):
    return times("2", a)


def _minus(a):
    return times("-1", a)


def _turn(a, sign):
    """(exp(ia) + sign exp(-ia))/2"""
    turn = times(("I",), a)
    return times("1/2", plus(("exp", turn), times(str(sign), ("exp", _minus(turn)))))


def _inverse_sinh(a):
    return ("log", plus(a, ("^", plus("1", ("^", a, "2")), "1/2")))


def _inverse_cosh(a):
    return ("log", plus(a, times(("^", plus(a, "-1"), "1/2"), ("^", plus(a, "1"), "1/2"))))


BY_EXPONENTIALS = {
    "sinh": lambda a: times("1/2", plus(("exp", a), _minus(("exp", _minus(a))))),
    "cosh": lambda a: times("1/2", plus(("exp", a), ("exp", _minus(a)))),
    "tanh": lambda a: plus("1", times("-2", ("^", plus("1", ("exp", _double(a))), "-1"))),
    "sin": lambda a: times(_minus(("I",)), _turn(a, -1)),
    "cos": lambda a: _turn(a, 1),
    "tan": lambda a: times(("sin", a), ("^", ("cos", a), "-1")),
    "acos": lambda a: plus(times("1/2", ("pi",)), _minus(("asin", a))),
    "asinh": _inverse_sinh,
    "acosh": _inverse_cosh,
    "atanh": lambda a: times("1/2", plus(("log", plus("1", a)), _minus(("log", plus("1", _minus(a)))))),
}


class Algebra:
    """Polynomials over QQ in up to `room` generators; `indices` says how fine roots must be."""

    def __init__(self, indices, room):
        self.ring = flint.fmpq_mpoly_ctx.get([f"g{i}" for i in range(room)], flint.Ordering.lex)
        self.gens, self.one = self.ring.gens(), self.ring.constant(1)
        self.indices, self.room = indices, room
        self.keys, self.trees, self.relations, self.sides, self.done, self.logs = {}, [], [], [], {}, {}
        self.unreal = set()            # generators that are no real numbers: i, and exponentials in which it stands

    # ---- quotients (numerator, denominator)

    def quotient(self, node):
        if node not in self.done:
            self.done[node] = self._quotient(node)
        return self.done[node]

    def _quotient(self, node):
        if isinstance(node, str):
            return self.number(Fraction(node)), self.one
        kind = node[0]
        if kind in ("+", "*"):
            total = self.quotient(node[1])
            for part in node[2:]:
                total = (self.add if kind == "+" else self.multiply)(total, self.quotient(part))
            return total
        if kind == "^":
            return self.power(self.quotient(node[1]), Fraction(node[2]))
        if kind == "exp":
            return self.exponential(self.quotient(node[1]))
        if kind == "log":
            return self.logarithm(self.quotient(node[1]))
        if kind in BY_EXPONENTIALS:
            return self.quotient(BY_EXPONENTIALS[kind](node[1]))
        if kind == "asin":             # not real beyond [-1, 1]
            num, den = self.quotient(plus("1", _minus(("^", node[1], "2"))))
            self.side("nonnegative", self.normal(self.product(num, den)))
        # an opaque generator, known by its name and the reduced forms of its arguments
        key = (*node[:len(node) - len(parts(node))], *(str(self.quotient(part)) for part in parts(node)))
        new = key not in self.keys
        generator = self.generator(key, node)
        if kind == "I" or not all(map(self.real, (poly for part in parts(node) for poly in self.quotient(part)))):
            self.unreal.add(self.keys[key])
        if new and kind == "I":
            self.relations.append((self.keys[key], generator**2 + 1))
        return generator, self.one

    def number(self, q):
        return self.ring.constant(flint.fmpq(q.numerator, q.denominator))

    def side(self, kind, poly, before=None):
        """Note that `poly` must be what `kind` says; `before` generators were there, or all that there are now."""
        if kind != "nonzero" and poly.is_constant() and not poly.is_zero() and poly.leading_coefficient() < 0:
            raise Refused("the expression is real nowhere: a root or a logarithm is taken of what is negative")
        self.sides.append((kind, poly, len(self.trees) if before is None else before))

    def generator(self, key, node):
        if key not in self.keys:
            if len(self.trees) == self.room:
                raise Restart()
            self.keys[key] = len(self.trees)
            self.trees.append(node)
        return self.gens[self.keys[key]]

    def product(self, a, b):
        if len(a)*len(b) > TERMS:
            raise Refused(f"expanding needs more than {TERMS} terms; split the goal")
        return a*b

    def lowest(self, num, den):
        if den.is_constant():
            return num/den.leading_coefficient(), self.one
        common = num.gcd(den)
        return num/common, den/common

    def add(self, a, b):
        if a[1] == b[1]:
            return self.lowest(a[0] + b[0], a[1])
        common = a[1].gcd(b[1])
        left, right = a[1]/common, b[1]/common
        return self.lowest(self.product(a[0], right) + self.product(b[0], left), self.product(a[1], right))

    def multiply(self, a, b):
        return self.lowest(self.product(a[0], b[0]), self.product(a[1], b[1]))

    def inverse(self, a):
        num = self.normal(a[0])
        if num.is_zero():
            raise Refused("a denominator is identically zero")
        self.side("nonzero", num)
        return self.lowest(a[1], a[0])

    # ---- powers, exponentials, logarithms

    def power(self, base, q):
        if q.denominator > 1:
            return self.root(base, q)
        if abs(q)*max(1, *(int(poly.total_degree()) for poly in base)) > DEGREE:
            raise Refused(f"a power of more than {DEGREE}")
        base, found = (base if q >= 0 else self.inverse(base)), (self.one, self.one)
        for bit in bin(abs(q.numerator))[2:]:
            found = self.multiply(found, found)
            found = self.multiply(found, base) if bit == "1" else found
        return found

    def root(self, base, q):
        """base^q for a nonnegative base: by prime numbers and factors of known sign, the rest in one piece."""
        if self.normal(base[0]).is_zero():
            if q < 0:
                raise Refused("a denominator is identically zero")
            return base[0]*0, self.one
        before, (number, known, rest) = len(self.trees), self.split(base)
        if number < 0:
            rest.append((-self.one, 1))
        found = (self.one, self.one)
        for n, sign in ((abs(number.numerator), 1), (number.denominator, -1)):
            for prime, e in flint.fmpz(n).factor():
                found = self.multiply(found, self.piece(self.number(Fraction(int(prime))), q*e*sign))
        for factor, e in known:
            found = self.multiply(found, self.piece(factor, q*e))
        over = self.one                                        # the odd part, of which only the whole is >= 0
        for factor, e in rest:
            over = self.product(over, factor**(e % 2))
            if e - e % 2:
                found = self.multiply(found, self.piece(factor**2, q*((e - e % 2)//2)))
        if over != 1:
            self.side("positive" if q < 0 else "nonnegative", self.normal(over), before)
            found = self.multiply(found, self.piece(over, q))
        return found

    def split(self, a):
        """a = number * product of known nonnegative factors^e * product of others^e."""
        number, known, rest = Fraction(1), [], []
        a = self.reduced(a)
        if not all(map(self.real, a)):
            raise Refused("a root or a logarithm of sines, cosines or i has parts that are not real; name what stands under it")
        for poly, direction in zip(a, (1, -1)):
            content, factors = poly.factor()
            number *= rational(content)**direction
            for factor, e in sorted(factors, key=str):
                sign = self.sign(factor)
                number *= sign**e if sign else 1
                (known if sign else rest).append((factor*sign if sign else factor, e*direction))
        return number, known, rest

    def piece(self, base, q):
        """base^q for one nonnegative polynomial, by the generator base^(1/L)."""
        for key, i in self.keys.items():
            if base == self.gens[i] and key[0] in ("root", "exp"):
                return self.fine(key[:2], q/self.indices.get(key[:2], 1), base)
        return self.fine(("root", repr(self.tree_of(base))), q, base)

    def fine(self, key, q, base):
        index = self.indices.get(key, 1)
        if index % q.denominator:
            raise Restart(key, q.denominator)
        if key[0] == "root" and index == 1:
            generator = base
        else:
            new = key not in self.keys
            generator = self.generator(key, None)
            if new:
                self.define(key, index, base, generator)
        if abs(q)*index > POWER:
            raise Refused(f"a power beyond {POWER} of a root or an exponential")
        power = generator**int(abs(q)*index)
        return (power, self.one) if q > 0 else self.inverse((power, self.one))

    def define(self, key, index, base, generator):
        """A new root of `base`, or exponential of the quotient `base`, with what is known of it."""
        if key[0] == "root":
            self.trees[-1] = ("^", self.tree_of(base), f"1/{index}")
            self.relations.append((len(self.trees) - 1, generator**index - base))
            self.assume(generator, self.nonzero(base) is not None)
            content, factors = base.factor()
            if index == 2 and content == 1 and [e for _, e in factors] == [2]:
                self.assume(generator - factors[0][0], False)  # |f| >= f and |f| >= -f
                self.assume(generator + factors[0][0], False)
            return
        exponent = times(f"1/{index}", self.tree_of(base[0]), ("^", self.tree_of(base[1]), "-1"))
        self.trees[-1] = ("exp", exponent)
        if all(map(self.real, base)):
            self.assume(generator, True)
            self.convex(generator, base[0]/index, base[1])
            return
        self.unreal.add(len(self.trees) - 1)
        self.unequal.append(generator)
        if self.uses(base[0], "pi") and base == (self.gens[self.keys["I",]]*self.gens[self.keys["pi",]], 1):
            # exp(i pi/L), a primitive root of unity
            cyclotomic = flint.fmpz_poly.cyclotomic(2*index).coeffs()
            self.relations.append((len(self.trees) - 1, sum((generator**k*c for k, c in enumerate(cyclotomic)), 0)))

    def convex(self, grown, num, den):
        """What is known of exp(m) = grown beside its sign: 1 + m <= grown, and m <= m grown."""
        if den == 1:
            self.assume(grown - 1 - num, self.nonzero(num) is not None)
            self.assume(num*(grown - 1), self.nonzero(num) is not None)

    def uses(self, poly, *key):
        return key in self.keys and poly.degrees()[self.keys[key]] > 0

    def real(self, poly):
        """Whether no generator in it is known not to be real, so that a square in it is not negative."""
        return not any(poly.degrees()[i] for i in self.unreal)

    def terms(self, a):
        """The quotient as a list (rational coefficient, monomial/denominator in lowest terms)."""
        num, den = self.reduced(a)
        whole, rest = divmod(num, den)
        for exponents, c, under in [*((*term, self.one) for term in whole.terms()), *((*term, den) for term in rest.terms())]:
            top, bottom = self.lowest(self.ring.from_dict({exponents: 1}), under)
            lead = bottom.leading_coefficient()
            yield rational(c)/rational(lead), (top, bottom/lead)

    def exponential(self, a):
        found = (self.one, self.one)
        for c, monomial in self.terms(a):
            log = next((key for key, i in self.keys.items() if key[0] == "log" and monomial == (self.gens[i], 1)), None)
            if log:
                part = self.root(self.logs[log], c)
            else:
                key = ("exp", repr((self.tree_of(monomial[0]), self.tree_of(monomial[1]))))
                part = self.fine(key, c, monomial)
            found = self.multiply(found, part)
        return found

    def logarithm(self, a):
        """log of a positive quotient: the sum over primes, exponentials and factors of known sign."""
        if self.normal(a[0]).is_zero():
            raise Refused("the logarithm of zero")
        before, (number, known, rest) = len(self.trees), self.split(a)
        whole = [(self.number(Fraction(n)), s) for n, s in ((number.numerator, 1), (number.denominator, -1)) if n > 0]
        found = (self.ring.constant(0), self.one)
        for poly, sign in whole:
            for prime, e in flint.fmpz(int(poly.leading_coefficient().p)).factor() if poly != 1 else ():
                found = self.add(found, self.log_of(self.number(Fraction(int(prime))), sign*e))
        for factor, e in known:
            self.side("positive", factor, before)
            found = self.add(found, self.log_of(factor, e))
        over = self.number(Fraction(-1 if number < 0 else 1))
        for factor, e in rest:                                 # the whole is > 0, so it is the product of the |factor|^e
            over = self.product(over, factor**(e % 2))
            found = self.add(found, self.log_of(factor**2, Fraction(e, 2)))
        if over != 1:
            self.side("positive", self.normal(over), before)
        for factor, _ in rest:
            self.side("nonzero", self.normal(factor), before)
        return found

    def log_of(self, num, e):
        """e log(num) by one generator, or by the exponent if num is an exponential or a root."""
        for key, i in self.keys.items():
            if num == self.gens[i] and key[0] in ("root", "exp"):
                node = self.trees[i]
                inner = self.quotient(node[1]) if key[0] == "exp" else self.log_of(self.quotient(node[1])[0],
                                                                                 Fraction(node[2]))
                return self.multiply(inner, (self.number(Fraction(e)), self.one))
        node = ("log", self.tree_of(num))
        key = ("log", repr(node))
        generator = self.generator(key, node)
        if key not in self.logs:
            self.logs[key] = (num, self.one)
            if self.nonzero(num) is not None:
                strict = self.nonzero(num - 1) is not None
                self.assume(num - 1 - generator, strict)
                self.assume(num*generator - (num - 1), strict)
        return generator*self.number(Fraction(e)), self.one

    def tree_of(self, poly):
        """The canonical tree of a polynomial."""
        terms = []
        for exponents, c in poly.terms():
            powers = [self.trees[i] if e == 1 else ("^", self.trees[i], str(e)) for i, e in enumerate(exponents) if e]
            number = [str(c)] if c != 1 or not powers else []
            terms.append(times(*number, *powers) if len(number + powers) > 1 else (number + powers)[0])
        return plus(*terms) if terms else "0"

    # ---- reduction

    def reduced(self, a):
        """The quotient with numerator and denominator reduced by all relations."""
        (num, up), (den, down) = self.divide(a[0]), self.divide(a[1])
        return self.lowest(self.product(num, down), self.product(den, up))

    def normal(self, poly):
        """The remainder by all relations, which has the sign of `poly` on the domain."""
        return self.divide(poly)[0]

    def divide(self, poly):
        """(rest, factor): factor poly = rest modulo the relations; the factor is a square, nonzero on the domain."""
        factor, rounds, changed = self.one, 0, True
        while changed:
            rounds, changed = rounds + 1, False
            for i, relation in reversed(self.relations):
                degree = relation.degrees()[i]
                if poly.is_zero() or poly.degrees()[i] < degree:
                    continue
                if rounds > ROUNDS or poly.degrees()[i] > 2*POWER:
                    raise Refused("the relations reduce to one another without end")
                lead, changed = self.lead(relation, i), True
                if lead.is_constant():
                    poly = self.remainder(poly, relation, i, lead)
                    continue
                square = lead**2
                while not poly.is_zero() and poly.degrees()[i] >= degree:
                    taken = self.product(self.lead(poly, i)*self.gens[i]**int(poly.degrees()[i] - degree), lead)
                    poly = self.product(poly, square) - self.product(taken, relation)
                    factor = self.product(factor, square)
        return poly, factor

    def remainder(self, poly, relation, i, lead):
        """The remainder by a relation whose leading coefficient in g_i is a number."""
        rows, below = self.coefficients(poly, i), self.coefficients(relation, i)[:-1]
        while len(rows) > len(below):
            top = rows.pop()/lead
            if not top.is_zero():
                for k, row in enumerate(below, len(rows) - len(below)):
                    rows[k] -= self.product(top, row)
        return sum((row*self.gens[i]**k for k, row in enumerate(rows)), self.one*0)

    def lead(self, poly, i):
        """The coefficient of the highest power of g_i, as a polynomial in the others."""
        top = poly.degrees()[i]
        return self.ring.from_dict({(*exponents[:i], 0, *exponents[i + 1:]): c for exponents, c in poly.terms() if exponents[i] == top})

    def coefficients(self, poly, i):
        """Coefficients of g_i^0, g_i^1, ... as polynomials in the others."""
        rows = [{} for _ in range(int(poly.degrees()[i]) + 1)]
        for exponents, c in poly.terms():
            rows[int(exponents[i])][(*exponents[:i], 0, *exponents[i + 1:])] = c
        return [self.ring.from_dict(row) for row in rows]
