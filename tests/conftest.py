"""One thread of BLAS for each process of tests, which share the cores.

Property tests draw the same examples in every run: a few seconds' worth, or thousands with HYPOTHESIS_PROFILE=thousands.
"""

import gc
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")          # before NumPy is loaded

from hypothesis import HealthCheck, settings

LENIENT = {"deadline": None, "database": None,
           "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}
settings.register_profile("quick", max_examples=60, derandomize=True, **LENIENT)
settings.register_profile("thousands", max_examples=4000, print_blob=True, **LENIENT)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_collection_finish():
    """No collection of garbage walks again through what the tests were collected with."""
    gc.freeze()
