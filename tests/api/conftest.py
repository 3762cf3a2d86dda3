"""A partner's system, such as most of these tests speak as."""

import pytest


@pytest.fixture
def lumen(cast):
    """Lumen Social's, which reports."""
    return cast.system(cast.lumen_client)
