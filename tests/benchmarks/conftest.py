"""Where benchmarks are disabled, as in a plain `pytest`, everything runs once and small: to see that it works and agrees."""

import pytest


@pytest.fixture
def once(request):
    """Whether times do not matter now."""
    return not request.config.getoption("benchmark_enable")
