"""`qed falsify`: look for an exact counterexample to a claim within its assumptions.

The regions of `regions` are searched by guarded processes, here or on a Dask cluster; the
counterexample of the first region that has one counts, so that it does not depend on their
number.  Finding none is no support for the claim, and is reported as what was tried.  The process
that a user starts only plans and joins what it is told; it loads no SymPy.
"""

import argparse
import contextlib
import multiprocessing
import os
import time
from concurrent.futures import ThreadPoolExecutor

from reports import machines
from reports.listing import nearest
from reports.messages import clean
from theorems.kernel.loading.discover import Unusable, aimed, means, resolve, source_digest
from theorems.kernel.running.schedule import expect, isolated

LOADING = 60                       # seconds beyond the budget, for planning
GRACE = 10                         # the same, for a region: loading, and a measurement that no alarm interrupts
LATE = "the budget was used up before all that was planned was tried"


def add(word):
    word.description = ("Look for an exact counterexample. Exit status: 0 none found, 1 found, 2 unusable input, or nothing "
                        "could be measured.")
    word.add_argument("target", metavar="FILE|ADDRESS", help="a file.py, file.py/CLAIM, or the address of a theorem or a claim")
    word.add_argument("--budget", type=_seconds, default=30, metavar="SECONDS", help="for each claim (default 30)")
    machines.add(word, "processes that search at once", "search")
    word.set_defaults(run=command)


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= 86400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds between 0 and 86400")
    return seconds


def command(arguments):
    """Run the search for every claim of the target; the exit status."""
    target, meant = aimed(arguments.target)
    found, empty, asked, files = False, False, [], resolve([target])
    expect(files.values(), "reports.regions")
    for address, file in files.items():
        asked += [(address, file, claim, regions) for claim, regions in
                  isolated(planned, (address, str(file)), arguments.budget + LOADING)
                  if means(meant, f"{address}/{claim}")]
    if not asked:
        raise Unusable(f"{arguments.target}: no claim has this address; {nearest(arguments.target, target)}")
    with machines.cluster(arguments) or _Here(arguments.workers or os.cpu_count() or 1) as searcher:
        for address, file, claim, regions in asked:
            record = _searched(searcher, address, file, claim, regions, arguments.budget)
            found = found or record["found"] is not None
            empty = empty or not record["tried"]
            print(told(f"{address}/{claim}", clean(record)), flush=True)
    return 1 if found else 2 if empty else 0


def _searched(searcher, address, file, claim, regions, budget):
    """The joined record of a claim's regions, in their order, up to the first counterexample."""
    deadline, records, lost = time.monotonic() + budget, [], []
    job = {"address": address, "file": str(file), "claim": claim, "fresh": "", "source": source_digest(file)}
    futures = [searcher.begin(_region, searcher, {**job, "region": region}, deadline) for region in regions]
    for region, future in zip(regions, futures):
        try:
            records.append(future.result())
        except Unusable as reason:                         # one region that crashes hides no other
            lost.append(f"a region ({region[0]}) was lost: {reason}")
        if records and (records[-1]["found"] or region[0] == "given" and _none_measured(records[-1])):
            break                                          # a measurement that fails on its own cases is not bent
    searcher.drop(futures)
    return joined([_noted(lost), *records])


def _none_measured(record):
    return record["unmeasured"] and not record["tried"]


def _noted(notes):
    """The record of a region that was not searched."""
    return {**joined(()), "notes": notes}


def _region(searcher, job, deadline):
    """The record of one region, searched as soon as there is room, with the time that is left then."""
    with searcher.room:
        seconds = deadline - time.monotonic()
        return searcher.search(job, seconds) if seconds > 0 else _noted([LATE])


def planned(address, file):
    """[(claim's name, its regions)] of a module, in a process of its own."""
    from reports import regions
    return regions.planned(address, file)


def searched(file, job, seconds):
    """The record of one region, in a process of its own."""
    from reports import regions
    return regions.searched(file, job, seconds)


class _Here(ThreadPoolExecutor):
    """Regions searched on this machine, each in a process of its own."""

    room = contextlib.nullcontext()                        # as much as there are threads
    begin = ThreadPoolExecutor.submit

    def search(self, job, seconds):
        return isolated(searched, (job["file"], job, seconds), round(seconds) + GRACE)

    def drop(self, futures):
        """End what is under way: its region no longer counts."""
        for future in futures:
            future.cancel()
        while not all(future.done() for future in futures):
            self._end_processes()
            time.sleep(0.01)

    def _end_processes(self):
        for process in multiprocessing.active_children():
            if process.name not in self.others:
                process.kill()

    def __enter__(self):
        self.others = {process.name for process in multiprocessing.active_children()}
        return super().__enter__()

    def __exit__(self, *_):
        self.shutdown(wait=False, cancel_futures=True)     # who interrupts does not wait for what is under way
        self._end_processes()


def joined(records):
    """One record of several, in their order; a counterexample ends them, and what came after it does not count."""
    total = {"tried": {}, "outside": 0, "unmeasured": 0, "why": "", "closest": None, "boxes": [], "found": None, "notes": []}
    for one in records:
        for kind, number in one["tried"].items():
            total["tried"][kind] = total["tried"].get(kind, 0) + number
        total["outside"] += one["outside"]
        total["unmeasured"] += one["unmeasured"]
        total["why"] = total["why"] or one["why"]
        total["closest"] = min(filter(None, (total["closest"], one["closest"])), key=lambda call: call[0], default=None)
        total["boxes"] += one["boxes"]
        total["notes"] += [note for note in one["notes"] if note not in total["notes"]]
        if one["found"]:
            return {**total, "found": one["found"]}
    return total


def told(address, record):
    """The report of a search, ready to print."""
    if not record["tried"]:
        why = record["why"] or next(iter(record["notes"]), "none meets the assumptions")
        return f"{address}: nothing was searched, for no instance could be measured\n  {why}"
    first = _refuted(address, record["found"]) if record["found"] else _nothing(address, record)
    return "\n".join([*first, *_searched_lines(record)])


def _refuted(address, found):
    yield f"{address}: REFUTED by an instance that meets every assumption"
    yield f"  statement   {found['statement']}"
    if found["data"]:
        yield f"  data        {found['data']}"
    yield f"  measured    {found['measured']}"
    yield f"  fails by    {'0: both sides are equal' if found['because'] == 'exactly equal' else found['because']}"
    yield "  Add it to the module, where it refutes the claim:"
    yield f"    theorem.case(\"counterexample\"{found['case']})"
    yield ("  or, where the theorem does not mean such data, add the relation that excludes them to assumes=(...), "
           "and show that it is needed:")
    yield f"    theorem.outside(\"counterexample\", breaks=NEW_RELATION{found['case']})"


def _nothing(address, record):
    yield f"{address}: no counterexample found; this supports nothing, it says where none was met"
    if record["closest"]:
        yield f"  closest     {record['closest'][1]}"
    from reports import boxes
    for line in boxes.lines(record["boxes"]):
        yield f"  box         {line}"


def _searched_lines(record):
    yield f"  measured    {sum(record['tried'].values())} instances"
    for kind, number in record["tried"].items():
        yield f"  {number:10d}  {kind}"
    yield f"  {record['outside']:10d}  more did not meet the assumptions"
    if record["unmeasured"]:
        yield f"  {record['unmeasured']:10d}  more gave nothing to judge, first {record['why']}"
    for note in record["notes"]:
        yield f"  note        {note}"
