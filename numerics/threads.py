"""One thread for matrix products that are too small for two.

NumPy's and SciPy's wheels each carry a pool of BLAS threads.  A product that is shared between threads ends when the
last of them does: where another program holds the second core, after its time slice of some 16 ms.
"""

from contextlib import nullcontext
from functools import cache

from threadpoolctl import ThreadpoolController

WORTH = 10**8      # operations of one matrix product from which a second thread pays


@cache
def _pools():
    return ThreadpoolController()


def fitting(operations):
    """A context in which BLAS takes one thread, if products have fewer than `WORTH` operations each.

    Cost    30 microseconds where there are several threads, else 2
    """
    several = operations < WORTH and any(pool.num_threads > 1 for pool in _pools().lib_controllers)
    return _pools().limit(limits=1, user_api="blas") if several else nullcontext()
