import pytest


@pytest.fixture
def cora(cast):
    """The Centre's coordinator, signed in."""
    return cast.browser(cast.cora)
