"""Where a command does its work: the options for processes of this machine, and for a cluster."""

import argparse

from theorems.kernel.loading.discover import Unusable


def add(word, processes, done):
    """Add the options to a command; `processes` says what its processes are, `done` what a cluster does."""
    word.add_argument("--workers", type=positive, metavar="N", help=f"{processes} (default: one per core)")
    word.add_argument("--executor", choices=("dask",), help=f"{done} on a Dask cluster (extra: cluster)")
    word.add_argument("--address", dest="scheduler", metavar="ADDRESS", help="the cluster's scheduler, tcp://HOST:PORT")


def positive(text):
    """A positive whole number that was typed."""
    if not (text.isascii() and text.isdigit()) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no positive whole number")
    return int(text)


def cluster(options):
    """The cluster that was asked for, to be used in a `with`; None for this machine.

    Raises   Unusable if half a cluster is asked for, or for what keeps it from being used
    """
    kind, address = getattr(options, "executor", None), getattr(options, "scheduler", None)
    if kind is None and address is None:
        return None
    if kind is None or address is None or options.workers:
        raise Unusable("a cluster needs --executor dask and --address tcp://HOST:PORT, and no --workers: "
                       "it is as large as the `dask worker` processes that joined it")
    from reports.cluster import Cluster
    return Cluster(address)
