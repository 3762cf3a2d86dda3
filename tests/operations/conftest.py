"""What the tests of access made, for those who ask whether it still holds elsewhere."""

from tests.access.conftest import world
from tests.access.test_two_locks import without_the_filters

__all__ = ["without_the_filters", "world"]
