"""No test of this room sees a cluster that it didn't make."""

import pytest


@pytest.fixture(autouse=True)
def alone(no_cluster: None) -> None:
    """Keeps each test away from the clusters of whoever runs it."""
