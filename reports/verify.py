"""`qed verify`: certify theorems, show progress, print a table and what is missing."""

import contextlib
import json
import math
import sys
import time

from reports import machines, messages
from reports.files import output, write
from theorems.kernel.certificate import missing
from theorems.kernel.loading.discover import Unusable

SEARCH = 60                        # seconds for all searches of one run for what would mend it


def add(word):
    word.description = ("Certify every claim of the theorems named (none: all): derive it exactly, simulate it from the "
                        "definitions, refute its false variants. For false variants that no case refutes, it looks for a "
                        "case that would, for a minute in all.")
    word.add_argument("target", nargs="*", metavar="ADDRESS|FILE",
                      help="a folder, a theorem or a claim of `qed list`, a file.py, or file.py/CLAIM")
    word.add_argument("--json", metavar="FILE", type=output, help="write the certificates to FILE")
    machines.add(word, "worker processes", "make the evidence")
    word.add_argument("--seconds", type=machines.positive, metavar="N",
                      help="time limit for one piece of evidence (default 120)")
    word.add_argument("--fresh", action="store_true", help="pass over the store, and draw all samples anew")
    word.add_argument("--sharpness", action="store_true", help="say which evidence refutes which mutants, and look for "
                                                               "a case that separates each survivor")
    word.add_argument("--explain-cache", action="store_true", help="say for each claim why its evidence is made anew, "
                                                                   "or that it is reused")
    word.set_defaults(run=run)


def run(options):
    """Certify, print, and give the exit status."""
    certificate = certified(options, _tell if options.explain_cache else None)
    if options.json:
        from reports import recheck
        write(options.json, json.dumps(recheck.counted(certificate), indent=1, allow_nan=False) + "\n")
    from theorems.kernel.loading.discover import resolve
    files = resolve(options.target)
    show(certificate, files)
    if options.sharpness:
        from reports import sharpness
        print(*sharpness.lines(certificate, files), sep="\n")
    if certificate["unusable"] or not certificate["theorems"]:
        return 2
    return int(any(theorem["verdict"] != "HOLDS" for theorem in certificate["theorems"]))


def _tell(address, reason):
    print(f"{address}: {f'made anew: {reason}' if reason else 'reused'}", flush=True)


def certified(options, explain=None):
    """The certificate, made while a display shows how far it is."""
    from theorems.kernel.loading.discover import resolve
    from theorems.kernel.running.schedule import SECONDS, certify
    if not resolve(options.target):
        raise Unusable("there is no theorem to certify; name a file, qed verify my_conjecture.py")
    fresh = ""
    if options.fresh:
        import secrets
        fresh = secrets.token_hex(8)
    with machines.cluster(options) or contextlib.nullcontext() as executor, _Display() as display:
        return certify(options.target, executor=executor, workers=options.workers, seconds=options.seconds or SECONDS,
                       fresh=fresh, progress=display.claim, explain=explain)


class _Display:
    """Progress on the terminal's error stream: a live bar, or lines where it is no terminal."""

    def __enter__(self):
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
        self.console = Console(stderr=True, highlight=False)
        self.bar = Progress(SpinnerColumn(), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(),
                            TextColumn("{task.description}", markup=False), console=self.console, transient=True)
        if self.console.is_terminal:
            self.bar.start()
            self.task = self.bar.add_task("loading", total=None)
        return self

    def __exit__(self, *_):
        if self.console.is_terminal:
            self.bar.stop()

    def claim(self, done, total, record):
        told = f"{record['address']}  {record['verdict']}"
        if self.console.is_terminal:
            self.bar.update(self.task, completed=done, total=total, description=told)
        else:
            print(f"[{done}/{total}] {told}  {float(record['seconds']):.1f} s", file=sys.stderr, flush=True)


def show(certificate, files=None):
    """The table of claims, then what is not as it should be, then the totals."""
    from rich.console import Console
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 110
    if certificate["theorems"]:
        console.print(table(certificate))
    deadline = time.monotonic() + SEARCH
    for theorem in certificate["theorems"]:
        for told in open_findings(theorem, (files or {}).get(theorem["address"]), deadline):
            print(f"\n{messages.clean(told)}")
    for one in certificate["unusable"]:
        print(f"\nunusable: {messages.clean(one['reason'])}")
    print(f"\n{totals(certificate)}")


def table(certificate):
    """One row per theorem, with its claims below it."""
    from rich import box
    from rich.table import Table
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    made.add_column("theorem, claims", overflow="fold")
    for name in ("verdict", "level", "variants", "mutants", "nearest, bars", "seconds"):
        made.add_column(name, justify="left" if name in ("verdict", "level") else "right", no_wrap=True)
    for theorem in certificate["theorems"]:
        claims = theorem["claims"]
        made.add_row(_plain(theorem["address"], "bold"), _verdict(theorem["verdict"]), _count(len(claims), "claim"),
                     _sum(claims, "false_variants"), _sum(claims, "mutants"), "", f"{float(theorem['seconds']):.1f}")
        for claim in claims:
            made.add_row(_plain(f"  {claim['name']}"), _verdict(claim["verdict"]), claim["level"],
                         _of(claim["false_variants"]), _of(claim["mutants"]), claim["mutants"]["nearest"],
                         f"{float(claim['seconds']):.1f}")
    return made


def _plain(text, style=""):
    from rich.text import Text
    return Text(messages.clean(text), style)


def _verdict(verdict):
    return _plain(verdict, {"HOLDS": "green", "REFUTED": "bold red"}.get(verdict, "bold yellow"))


def _of(counts):
    return f"{counts['refuted']}/{counts['total']}"


def _sum(claims, key):
    return _of({name: sum(claim[key][name] for claim in claims) for name in ("refuted", "total")})


def open_findings(theorem, file=None, deadline=math.inf):
    """Every piece of a theorem that is not as it should be, in words; until the deadline, its file serves to look for a mend."""
    for claim in theorem["claims"]:
        found = missing(claim["evidence"])
        waiting = [one for one in found if messages.consequence(one)]
        for evidence in (one for one in found if one not in waiting):
            told = messages.finding(evidence, claim, theorem, _instance(evidence, claim, theorem, file, deadline))
            yield f"{told}\n  address     {evidence['address']}"
        if waiting:
            yield f"{claim['address']}: {len(waiting)} counter-checks wait for a measurement that holds"
    for one in theorem["errata"]:
        if one["verdict"] != "REFUTED":
            yield (f"{theorem['address']}, erratum \"{one['printed']}\": {one['verdict']}\n"
                   f"  found       {one['because']}\n  address     {one['address']}")


def _instance(evidence, claim, theorem, file, deadline):
    """A case that would mend a false variant that was not refuted, if one is found in time."""
    from reports import mistakes
    if file is None or not mistakes.is_unrefuted(evidence):
        return ""
    seconds = min(deadline - time.monotonic(), SEARCH)
    if seconds <= 0:
        return ""
    from reports import sharpness
    from theorems.kernel.running.schedule import isolated
    try:
        return isolated(sharpness.instance, (theorem["address"], str(file), claim["name"], mistakes.variant(evidence)), seconds)
    except Unusable:
        return ""


def totals(certificate):
    """`3 theorems, 21 claims: 21 HOLD ...`, the last line."""
    counts, unusable = certificate["summary"], len(certificate["unusable"])
    told = [f"{counts['holds']} HOLDS"] + [f"{counts[key]} {key.upper()}" for key in ("refuted", "undecided")
                                           if counts[key]]
    told += [f"{unusable} unusable input{'s' if unusable > 1 else ''}"] if unusable else []
    mutants = counts["mutants"]
    return (f"{_count(counts['theorems'], 'theorem')}, {_count(counts['claims'], 'claim')}: {', '.join(told)}; "
            f"{mutants['refuted']} of {mutants['total']} mutants refuted")


def _count(number, word):
    return f"{number} {word}{'' if number == 1 else 's'}"
