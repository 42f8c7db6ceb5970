"""What tests and the examples of the docstrings share: a metric registered by one is not seen by the next."""

import sys

import pytest


@pytest.fixture(autouse=True)
def built_in_metrics():
    """Take out again what a test or an example has registered."""
    yield
    if (module := sys.modules.get("skerosion.metrics._metric")) is not None:
        for name in set(module._METRICS) - set(module._BUILT_IN):
            del module._METRICS[name]


@pytest.fixture(autouse=True)
def closed_figures():
    """Close the figures that a test or an example has opened: pyplot keeps them, and warns of more than 20."""
    yield
    if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
        pyplot.close("all")
