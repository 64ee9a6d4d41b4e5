"""Evidence and searches made on a Dask cluster: jobs go out as data, findings come back, the store stays at home.

A worker hands its jobs to a process of its own, `python -m reports.cluster`, which guards each piece
of evidence as at home.  It is needed because Dask's workers are daemonic, and Python lets no daemonic
process start others by multiprocessing.  It ends when its standard input closes, so with its worker.
"""

import contextlib
import hashlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from theorems.kernel.certificate import versions
from theorems.kernel.loading.discover import ROOT, Unusable, sources
from theorems.kernel.running.schedule import changes, guarded, isolated

WAITING = 256                      # claims under way at once: threads here that only wait for the cluster
SEARCH = "boxes", "falsify", "polynomials", "probes", "regions", "search"     # modules of this folder that a search rests on
_SECONDS = 10                      # for the scheduler to answer
_own = threading.local()


class Cluster(ThreadPoolExecutor):
    """An executor for `schedule.certify` whose evidence is made on the cluster of a Dask scheduler.

    A job reads the store at home, travels only if its evidence is not there, and keeps what comes
    back: an interrupted run is resumed from home, whatever has become of the workers.  Dask gives
    the job of a worker that ended to another one, and waiting jobs to one that joins late.

    Raises  Unusable, with the mend, if Dask is not installed or no scheduler answers
    """

    def __init__(self, address):
        self._client = _client(address)
        self._cluster, self._sent = self._client.get_executor(pure=False), weakref.WeakSet()
        self.room = threading.BoundedSemaphore(max(1, sum(self._client.ncores().values())))   # regions searched at once
        super().__init__(WAITING)

    def submit(self, function, *job):
        return super().submit(function, *job, make=self._made)

    def _made(self, job, seconds):
        try:
            sent = self._cluster.submit(perform, parcel(job, seconds))
            self._sent.add(sent)
            return sent.result()
        except Exception as error:                         # whatever Dask or a worker's Python raises
            return {"unusable": f"{job['file']}: the cluster gave no result ({type(error).__name__}: {error}); the same "
                                f"demonstrandum must be installed for its scheduler and its workers"}, False

    def begin(self, function, *arguments):
        """As `submit`, for functions that do not make evidence."""
        return super().submit(function, *arguments)

    def search(self, job, seconds):
        """The record of one region of a search for a counterexample; Unusable says why there is none."""
        made, _ = self._made(job, seconds)
        if "unusable" in made:
            raise Unusable(made["unusable"])
        return made

    def drop(self, futures):
        """Leave out what has not begun, here or on the cluster; nobody waits for what is under way."""
        for future in (*futures, *list(self._sent)):
            future.cancel()

    def __exit__(self, *_):
        self.shutdown(wait=False, cancel_futures=True)     # who interrupts does not wait for claims under way
        self._client.close()


def _client(address):
    try:
        from distributed import Client
    except ImportError:
        raise Unusable("--executor dask needs Dask, which is not installed here: python -m pip install distributed") from None
    try:
        client = Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise Unusable(f"{address}: no Dask scheduler answers there ({error}); start one with `dask scheduler`, and give "
                       f"the address that it prints, such as tcp://HOST:8786") from None
    if not client.scheduler_info()["workers"]:
        print(f"{address} has no workers yet; start one with: dask worker {address}", file=sys.stderr)
    return client


def parcel(job, seconds):
    """A job as data that any machine can use: the text of a file, or an address where it lies in the package."""
    file = Path(job["file"])
    text = None if file.is_relative_to(ROOT) else file.read_text(encoding="utf-8")
    return {"job": job, "seconds": seconds, "text": text, "sources": _texts(file, job), "versions": versions()}


def _texts(file, job):
    """{name: SHA-256} of the texts on which a job's result rests."""
    own = {f"reports/{name}.py": Path(__file__).with_name(f"{name}.py") for name in SEARCH if "region" in job}
    return sources(file) | {name: hashlib.sha256(one.read_bytes()).hexdigest() for name, one in own.items()}


def perform(parcel):
    """[what was made, whether it may be kept] for a parcel, on a worker of the cluster."""
    guard = _guard()
    try:
        guard.stdin.write(json.dumps(parcel) + "\n")
        guard.stdin.flush()
        answer = guard.stdout.readline()
    except BrokenPipeError:
        answer = ""
    if answer:
        return json.loads(answer)
    return [{"unusable": f"{parcel['job']['file']}: the process that guards it on the cluster ended "
                         f"(exit code {_ended(guard)})"}, False]


def _guard():
    """This thread's guarding process."""
    if getattr(_own, "guard", None) is None:
        _own.guard = subprocess.Popen([sys.executable, "-m", "reports.cluster"], text=True, stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, start_new_session=True)
    return _own.guard


def _ended(guard):
    """The exit code of this thread's guarding process, which has closed its output; the next job starts another."""
    _own.guard = None
    with contextlib.suppress(BrokenPipeError):             # what it has not read is lost with it
        guard.stdin.close()
    guard.stdout.close()
    return guard.wait()


def performed(parcel):
    """As `perform`, in the process that guards: the same texts and versions as at home, or nothing."""
    told = parcel["job"]["file"]
    with tempfile.TemporaryDirectory(prefix="qed-") as folder:
        file = _placed(parcel, Path(folder).resolve())
        texts = _texts(file, parcel["job"]) if file.is_file() else {**parcel["sources"], "this module": "no file"}
        other = [*changes(parcel["sources"], texts, ("another text or none", "only there", "missing")),
                 *changes(parcel["versions"], versions(), ("another version", "only there", "missing"))]
        if other:
            return [{"unusable": f"{told}: a worker of the cluster differs from here ({'; '.join(other)}); "
                                 f"install the same demonstrandum and packages there"}, False]
        made, sound = _answer({**parcel["job"], "file": str(file)}, parcel["seconds"])
    if "unusable" in made:
        made = {"unusable": made["unusable"].replace(str(file), told)}
    return [made, sound]


def _answer(job, seconds):
    """What a job gives: the record of a region that it searches, or else evidence; and whether it is whole."""
    if "region" not in job:
        return guarded(job, seconds)
    from reports.falsify import GRACE, searched
    try:
        return isolated(searched, (job["file"], job, seconds), round(seconds) + GRACE), True
    except Unusable as reason:
        return {"unusable": str(reason)}, False


def _placed(parcel, folder):
    """The module's file on this machine, written into `folder` if it is no module of the package."""
    if parcel["text"] is None:
        return ROOT.joinpath(*parcel["job"]["address"].split("/")).with_suffix(".py")
    file = folder/Path(parcel["job"]["file"]).name
    file.write_text(parcel["text"], encoding="utf-8")
    return file


def serve():
    """Answer parcels, a line of JSON each, until the standard input closes."""
    parcels = queue.SimpleQueue()
    threading.Thread(target=_read, args=(parcels,), daemon=True).start()
    while True:
        print(json.dumps(performed(json.loads(parcels.get())), allow_nan=False), flush=True)


def _read(parcels):
    for line in sys.stdin:
        parcels.put(line)
    os._exit(0)                    # the worker is gone, and nobody waits for what is under way


if __name__ == "__main__":
    serve()
