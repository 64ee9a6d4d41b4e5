"""The precision in which balls are compared with exact numbers."""

import pytest

from numerics.balls import precision


@pytest.fixture
def working_precision():
    with precision():
        yield
