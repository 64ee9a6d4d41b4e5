"""From addresses to certificates: jobs over any executor, each in a guarded process, kept on disk.

The unit of work is one claim; where there are many theorems on one machine, one theorem.
A job runs in a worker process with a time limit for each piece of evidence and a memory
limit; a piece that hangs, crashes its process or exhausts memory is UNDECIDED with that
reason, and all other pieces are made.
"""

import contextlib
import json
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing import resource_tracker
from pathlib import Path

from theorems.kernel.running import store
from theorems.kernel.certificate import certificate, claim_record, status, theorem_record, versions
from theorems.kernel.loading.discover import Unusable, aimed, means, project_digest, rested_on, resolve, source_digest, sources
from theorems.kernel.evidence import digest

SECONDS = 120                      # for one piece of evidence
MEMORY = 6*2**30                   # bytes, for one worker
MANY = 16                          # modules, from which on each is one job here, and not each claim
_own, _workers, _starting = threading.local(), set(), threading.Lock()
_untouched = {}                    # (file, source digest) -> the stamps of the texts when they were found to be current
_PROJECT = project_digest()        # of the texts that the worker processes of this process run
_FIRST = "theorems.kernel.running.worker"                      # before anything that loads NumPy
_PRELOADED = {__name__}


def certify(targets=(), *, executor=None, workers=None, seconds=SECONDS, fresh="", progress=None, explain=None):
    """The certificate for `targets` (addresses, their beginnings, files or claims of files; none: everything).

    `executor` is any concurrent.futures.Executor whose workers see this project; by default
    threads, each guarding one worker process.  `fresh` is a text that draws all samples anew
    and passes over the store.  `progress(done, total, record)` is called after each claim, or
    after each theorem where there are many.  `explain(address, reason)` is called for each claim
    before it is made, with `why_made_anew`.
    """
    own = executor is None
    executor = executor or ThreadPoolExecutor(workers or os.cpu_count() or 1)
    try:
        files = resolve(targets)
        expect(files.values())
        return _certify(files, {target: aimed(target)[1] for target in targets}, executor, seconds, fresh, progress or (lambda *_: None),
                        explain, own)
    except (KeyboardInterrupt, OSError):
        if own:                    # whoever interrupts, or closes what is printed to, does not wait for claims under way
            own = executor.shutdown(wait=False, cancel_futures=True)
        raise
    finally:
        if own:
            executor.shutdown()
            close()


def expect(files, *modules):
    """Worker processes start with `modules`, what these files use of numerics, and many with what the kernel seldom uses.

    Each process would load it for itself otherwise; none loads what no file uses.
    """
    _PRELOADED.update(modules)
    with contextlib.suppress(OSError):     # a file that cannot be read is told of when its turn comes
        used = {name for file in files for name in sources(file) if name.startswith("numerics/")}
        _PRELOADED.update(name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in used)
    if len(files) >= MANY:
        _PRELOADED.add("scipy.optimize")


def _certify(files, aims, executor, seconds, fresh, progress, explain, own):
    def chosen(address, meta):
        return [name for name in meta["outlines"] if not aims
                or any(means(aim, f"{address}/{name}") for aim in aims.values())]

    def take(address, name, record):
        if "unusable" in record:
            unusable.append({"address": f"{address}/{name}", "reason": record["unusable"]})
            described.pop(address, None)                   # what lacks a claim must not be said to hold
        else:
            records[address][name] = record

    many = own and len(files) >= MANY
    described, unusable, records = {}, [], {address: {} for address in files}
    waiting = {executor.submit(module_job, address, str(file), seconds, fresh, chosen, explain) if many else
               executor.submit(theorem_job, address, str(file), seconds): address for address, file in files.items()}
    for done, future in enumerate(as_completed(waiting), 1):
        address, found = waiting[future], _result(future)
        if "unusable" in found:
            unusable.append({"address": address, "reason": found["unusable"]})
            continue
        described[address] = found
        for name, record in found.get("claims", {}).items():
            take(address, name, record)
        if many and address in described and records[address]:
            progress(done, len(files), _theorem(found, records[address].values()))
    names = {address: chosen(address, described[address]["meta"]) for address in files if address in described}
    unusable += [{"address": target, "reason": f"{target}: no evidence has this address; see qed list"} for target, aim in aims.items()
                 if not any(means(aim, one) for one in files if one not in described)
                 and not any(means(aim, f"{one}/{name}") for one in names for name in names[one])]
    if not many:
        wanted = [(address, name) for address in names for name in names[address]]
        for address, name in wanted if explain else ():
            explain(f"{address}/{name}", why_made_anew(address, str(files[address]), name, fresh))
        jobs = {executor.submit(claim_job, address, str(files[address]), name, seconds, fresh): (address, name)
                for address, name in wanted}
        for future in as_completed(jobs):
            record = _result(future)
            take(*jobs[future], record)
            if "unusable" not in record:
                progress(sum(map(len, records.values())), len(wanted), record)
    theorems = []
    for address in names:
        if address in described and names[address]:
            record = _theorem(described[address], [records[address][name] for name in names[address]])
            theorems.append(_placed(record) if names[address] == [*described[address]["meta"]["outlines"]] else record)
    return certificate(theorems, sorted(unusable, key=lambda one: one["address"]))


def _theorem(described, claims):
    return theorem_record(described["meta"], list(claims), described["evidence"])


def _placed(record):
    """The record with the theorem's standings so far, this one last."""
    history = store.history(record["address"], lambda before: {
        "status": status(record, before), "digest": record["digest"], "version": versions()["demonstrandum"]})
    return {**record, "status": history[-1]["status"], "history": history}


def _result(future):
    """What a job gave; one that its executor lost is unusable, and all others still count."""
    try:
        return future.result()
    except Exception as error:
        return {"unusable": f"its job was lost ({type(error).__name__}: {error}); run again, what is finished is kept"}


def theorem_job(address, file, seconds=SECONDS, make=None):
    """{"meta", "evidence"} of a module, or {"unusable": reason}; `make` as in `claim_job`."""
    return _kept(address, file, None, seconds, "", make)


def claim_job(address, file, name, seconds=SECONDS, fresh="", make=None):
    """The record of one claim, or {"unusable": reason}.

    `make(job, seconds)` is what makes evidence that the store lacks: `guarded`, here or on
    another machine.  Either way the store at home is read first and written afterwards.
    """
    found = _kept(address, file, name, seconds, fresh, make)
    return found if "unusable" in found else claim_record(found["meta"], found["evidence"])


def module_job(address, file, seconds, fresh, chosen, explain):
    """What `theorem_job` gives, and "claims": {name: record} of those that are chosen.

    A process that stays with a module loads it once, and decides a goal that two claims share once.
    """
    found = theorem_job(address, file, seconds)
    if "unusable" in found:
        return found
    claims = {}
    for name in chosen(address, found["meta"]):
        if explain:
            explain(f"{address}/{name}", why_made_anew(address, file, name, fresh))
        claims[name] = claim_job(address, file, name, seconds, fresh)
    return {**found, "claims": claims}


def _kept(address, file, name, seconds, fresh, make):
    try:
        source = source_digest(file)
        key = _key(address, name, source)
        if fresh:
            return _made(address, file, name, seconds, fresh, make, source)
        found = store.read(key)
        if found is None:
            with store.held(key):
                found = store.read(key) or _made(address, file, name, seconds, fresh, make, source)
        return found
    except OSError as error:
        return {"unusable": f"{error.filename or file}: {error.strerror}"}


def _made(address, file, name, seconds, fresh, make, source):
    key = _key(address, name, source)
    kept = key if name and not fresh and make is None else ""   # where pieces wait for the others, should this run be killed
    job = {"address": address, "file": file, "claim": name, "fresh": fresh, "source": source, "kept": kept}
    made, sound = (make or guarded)(job, seconds)
    found = json.loads(json.dumps(made, allow_nan=False))  # the same from the store as made anew
    if sound and not fresh and "unusable" not in found and _current(file, source):
        store.write(key, found)
        store.write(_last(address, name), {"sources": sources(file), "versions": versions()})
        store.forget(key)
    return found


def _current(file, source):
    """Whether the texts on disk are those that made what a job gives: an edit meanwhile makes it unfit to keep.

    This is asked for every piece: texts that nobody touched since they were last read are not read again.
    """
    with contextlib.suppress(OSError):
        known = _untouched.get((file, source))
        if known is None or _stamps(known) != known:
            stamps = _stamps(rested_on(file))
            if source_digest(file) != source or project_digest() != _PROJECT:
                return False
            _untouched[file, source] = stamps
        return True
    return False


def _stamps(paths):
    return {path: (one.st_mtime_ns, one.st_size, one.st_ino) for path in paths for one in (os.stat(path),)}


def _key(address, name, source):
    return digest({"what": [address, name], "source": source, "versions": versions()})


def _last(address, name):
    return digest({"rested on": [address, name]})


def why_made_anew(address, file, name, fresh=""):
    """"" if the store has a claim's evidence, else why not: what changed since it was last kept."""
    if fresh:
        return "asked to draw anew"
    try:
        key, texts = _key(address, name, source_digest(file)), sources(file)
    except OSError as error:
        return f"{error.filename or file}: {error.strerror}"
    if store.read(key) is not None:
        return ""
    last = store.read(_last(address, name))
    if last is None:
        return "never kept: not certified before, or a piece was cut off"
    texts = changes(last["sources"], texts, ("changed", "used now", "no longer used"))
    packages = changes(last["versions"], versions(), ("another version", "installed now", "no longer installed"))
    return "; ".join([*texts, *packages]) or "its entry in the store is missing or damaged"


def changes(old, new, told):
    """Phrases for the names to which two dicts do not give the same value; `told` = (differs, new, gone)."""
    kinds = {told[0]: [name for name in old if name in new and old[name] != new[name]],
             told[1]: [name for name in new if name not in old], told[2]: [name for name in old if name not in new]}
    return [f"{kind}: {', '.join(sorted(names))}" for kind, names in kinds.items() if names]


def guarded(job, seconds):
    """(result, whether no piece was cut off) of a job in this thread's worker process."""
    skip = {}
    while True:
        begun = store.added(job["kept"]) if job["kept"] else []
        made, reason = _collect(_worker((job["file"], job["source"])), {**job, "skip": skip, "begun": begun}, seconds)
        if "unusable" in made or "meta" in made:
            return made, not skip
        _stop()
        late = next((address for address, _ in made["outline"][len(made["evidence"]):]), None)
        if late is None or late in skip:
            place = "while it was loaded" if not made["outline"] else "when its evidence was made"
            return {"unusable": f"{job['file']}: {place}, it {reason}; nothing of it can be certified"}, False
        skip = {**skip, late: f"it {reason}; raise the limit with --seconds, or choose smaller data"}


def _collect(worker, job, seconds):
    made, begun = {"evidence": [], "outline": []}, {piece["address"] for piece in job["begun"]}
    try:
        worker[1].send(job)
        while worker[1].poll(seconds):
            kind, what = worker[1].recv()
            if kind == "unusable":
                return {"unusable": what}, ""
            if kind == "done":
                return {"meta": what, "evidence": made["evidence"]}, ""
            if kind == "outline":
                made["outline"] = what
            else:
                made["evidence"].append(what)
                new = what["address"] not in begun
                if job["kept"] and not job["skip"] and new and _current(job["file"], job["source"]):
                    store.add(job["kept"], what)
        return made, f"gave no result within {seconds} s"
    except (EOFError, OSError):
        worker[0].join(5)
        return made, f"ended its worker process (exit code {worker[0].exitcode})"


def _worker(module):
    """This thread's worker process; a new one for each text of a module, so that none sees another's changes."""
    kept = getattr(_own, "worker", None)
    if kept is not None and (_own.module != module or not kept[0].is_alive()):
        _stop()
        kept = None
    if kept is None:
        context = _context()
        here, there = context.Pipe()
        process = context.Process(target=_serve, args=(there, MEMORY), daemon=True)
        with _undisturbed():
            process.start()
        there.close()
        _own.worker, _own.module = (process, here, threading.current_thread()), module
        _workers.add(_own.worker)
    return _own.worker


def _serve(connection, memory):
    from theorems.kernel.running.worker import serve       # there: here it would take a second
    serve(connection, memory)


@contextlib.contextmanager
def _undisturbed():
    """Processes started here import nothing from the current folder, and do not see the terminal's interrupt: they end with
    the process that started them."""
    with _starting:
        safe = os.environ.get("PYTHONSAFEPATH", "")
        os.environ["PYTHONSAFEPATH"] = "1"         # or a json.py beside a conjecture would be run for Python's own
        if hasattr(signal, "pthread_sigmask"):
            resource_tracker.ensure_running()      # its own start would let the interrupt through again
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            os.environ["PYTHONSAFEPATH"] = safe    # an empty one counts as none
            if hasattr(signal, "pthread_sigmask"):
                signal.pthread_sigmask(signal.SIG_SETMASK, before)


def isolated(function, arguments, seconds):
    """function(*arguments) in a process of its own, ended after `seconds`; Unusable says why it gave nothing."""
    context = _context()
    here, there = context.Pipe()
    process = context.Process(target=_send_result, args=(there, function, arguments), daemon=True)
    with _undisturbed():
        process.start()
    there.close()
    try:
        if not here.poll(seconds):
            raise Unusable(f"{arguments[0]}: no result within {seconds} s")
        kind, value = here.recv()
    except (EOFError, OSError):
        process.join(5)
        raise Unusable(f"{arguments[0]}: the process ended (exit code {process.exitcode})") from None
    finally:
        process.kill()
        process.join()
    if kind == "unusable":
        raise Unusable(value)
    return value


def _send_result(connection, function, arguments):
    try:
        connection.send(("value", function(*arguments)))
    except Unusable as error:
        connection.send(("unusable", str(error)))


def _context():
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload([_FIRST, *sorted(_PRELOADED)])
    return context


def _stop():
    _end(*_own.worker)
    _own.worker = None


def close(own=False):
    """End the worker processes of threads that have ended, and this thread's if `own`."""
    if own and getattr(_own, "worker", None) is not None:
        _stop()
    for process, connection, thread in list(_workers):
        if not thread.is_alive():
            _end(process, connection, thread)


def _end(*worker):
    process, connection, _ = worker
    process.kill()
    process.join()
    connection.close()
    _workers.discard(worker)
