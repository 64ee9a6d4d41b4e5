"""What runs in a worker process: load a module, make the evidence of one claim, send it piece by piece."""

import contextlib
import gc
import inspect
import io
import multiprocessing
import os
import re
import sys
import threading
import time
from collections.abc import Mapping
from functools import wraps

os.environ.setdefault("OMP_NUM_THREADS", "1")  # of BLAS, before NumPy is loaded: there are as many such processes as cores

import sympy
import sympy.physics.units             # with which SymPy prints formulas: made of texts, which `serve` refuses
from sympy.parsing import sympy_parser
from sympy.utilities.iterables import flatten

from theorems.kernel import rules
from theorems.kernel.loading.discover import Unusable, load
from theorems.kernel.statement import Box, Each, relations


def serve(connection, memory):
    """Answer jobs until the connection closes, or the process that sends them ends."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit_memory(memory)
    _refuse_text()
    sys.dont_write_bytecode = True     # or what was loaded could pass for the text of an edit within the same second
    gc.freeze()                        # what was loaded before the fork stays: no collection walks through it again
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        try:
            for message in answer(job):
                connection.send(message)
        except Unusable as error:
            connection.send(("unusable", str(error)))
        except Exception as error:                         # of our own making: every piece guards the module's
            connection.send(("unusable", f"{job['file']}: {type(error).__name__}: {error}"))


def _refuse_text():
    """SymPy runs texts that it gets for expressions; in a process that runs theorem modules it shall get none."""
    def refused(*_):
        raise ValueError("SymPy would run this text as Python; write expressions of symbols and functions, not text")

    compiled = sympy.lambdify

    @wraps(compiled)
    def of_expressions(args, expr, *more, **named):
        if any(isinstance(one, str) for one in flatten([args, expr])):
            refused()
        return compiled(args, expr, *more, **named)
    sympy_parser.eval_expr, sympy.lambdify = refused, of_expressions


def _end_with_parent():
    multiprocessing.parent_process().join()
    os._exit(1)                    # whatever is under way has nobody left to report to


def answer(job):
    """Messages for one job: ("piece", evidence) for each piece made, then ("done", meta)."""
    sink = _Sink()
    with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
        theorem = load(job["address"], job["file"])
        if job["claim"] is None:
            for evidence in rules.errata(theorem):
                yield "piece", evidence.json()
            yield "done", describe(theorem)
            return
        claim = next(one for one in theorem.claims if one.name == job["claim"])
        outline = list(rules.outline(claim))
        yield "outline", outline
        begun, total, last = _begun(outline, job["begun"]), 0.0, time.perf_counter()
        kept = {address: one["verdict"] for address, one in begun.items()}
        for (address, _), evidence in zip(outline, rules.pieces(claim, job["skip"], job["fresh"], kept)):
            now = time.perf_counter()
            piece = {**evidence.json(), "seconds": f"{now - last:.3f}"} if evidence else begun[address]
            total, last = total + float(piece["seconds"]), now
            yield "piece", piece
        yield "done", {**describe_claim(claim), "seconds": f"{total:.3f}", "printed": sink.characters}


def _begun(outline, pieces):
    """{address: piece} of those made before; without the last, the mutants, where others are missing.

    Where the mutants are there, nothing is measured again, and a piece that is missing would be compared with nothing.
    """
    found = {one["address"]: one for one in pieces}
    if not all(address in found for address, _ in outline):
        found.pop(outline[-1][0], None)
    return found


def describe(theorem):
    """What the certificate says of a theorem beside its evidence."""
    module = inspect.getmodule(theorem.claims[0].measurement.function)
    broken = {str(case.breaks): case.name for claim in theorem.claims for case in claim.all_outsides()}
    return {
        "address": theorem.address, "title": theorem.title, "source": str(theorem.source),
        "about": inspect.getdoc(module) or "",
        "outlines": {claim.name: [address for address, _ in rules.outline(claim)] for claim in theorem.claims},
        "assumes": [{"text": str(one), "latex": latex(one),
                     "outside": broken.get(str(one), "not known to be needed")} for one in theorem.assumes],
        "errata": [{"source": f"{theorem.source.authors}, {one.at}", "printed": one.printed, "fault": one.fault,
                    "witness": ", ".join(f"{key} = {value}" for key, value in one.witness.items()),
                    "repaired": one.repaired} for one in theorem.errata],
        "canonical": [theorem.title, str(theorem.source), [sympy.srepr(one) for one in theorem.assumes],
                      [[sympy.srepr(one.statement), canonical(one.witness)] for one in theorem.errata]],
    }


def describe_claim(claim):
    """What the certificate says of a claim beside its evidence."""
    names = [case.name for case in claim.all_cases()]
    tied = "".join(f", {symbol} = {rule}" for symbol, rule in claim.measurement.tied.items())
    limit = f" as {claim.measurement.small} -> 0{tied}" if claim.measurement.small is not None else ""
    return {
        "address": f"{claim.theorem.address}/{claim.name}", "name": claim.name, "says": claim.says,
        "outline": [address for address, _ in rules.outline(claim)],
        "statement": sympy.srepr(_whole(claim.statement)), "text": _text(claim.statement),
        "latex": r" \\ ".join(latex(one) for one in relations(claim.statement)),
        "pretty": "\n".join(sympy.pretty(one, wrap_line=False, use_unicode=True) for one in relations(claim.statement)),
        "level": str(claim.measurement.level), "scope": claim.scope or "all values that meet the assumptions",
        "measured_scope": f"the cases {', '.join(names)}{limit}",
        "argument": (inspect.getdoc(claim.argument) or "") if claim.argument else "",
        "measurement": inspect.getdoc(claim.measurement.function) or "",
        "variants": [{"name": name, "text": _text(wrong), "latex": r" \\ ".join(map(latex, relations(wrong)))}
                     for name, wrong in claim.false.items()],
        "data": {case.name: canonical(case.data) for case in [*claim.all_cases(), *claim.all_outsides()]},
    }


def canonical(value):
    """Deterministic text of a case's data."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {canonical(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "(" + ", ".join(map(canonical, value)) + ")"
    if isinstance(value, Each):
        return f"each of {canonical(value.values)}"
    if isinstance(value, Box):
        return f"[{value.low}, {value.high}]"
    if isinstance(value, (sympy.Basic, sympy.MatrixBase, int, str)) or hasattr(value, "numerator"):
        return str(value)
    return type(value).__name__ if not callable(value) else getattr(value, "__qualname__", type(value).__name__)


def _whole(statement):
    parts = relations(statement)
    return parts[0] if len(parts) == 1 else sympy.Tuple(*parts)


def latex(relation):
    """LaTeX in which a name of several letters reads as a word, not as a product."""
    plain = {symbol: sympy.latex(symbol) for symbol in relation.free_symbols}
    return sympy.latex(relation, symbol_names={symbol: re.sub(r"^([A-Za-z]{2,})", r"\\text{\1}", name)
                                               for symbol, name in plain.items()})


def _text(statement):
    return " and ".join(map(str, relations(statement)))


class _Sink(io.TextIOBase):
    """Counts what a module prints, and keeps none of it."""

    characters = 0

    def write(self, text):
        self.characters += len(text)
        return len(text)


def _limit_memory(memory):
    try:
        import resource
    except ImportError:            # no such limit on this platform; the time limit still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))
