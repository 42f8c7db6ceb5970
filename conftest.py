"""What tests and the examples of docstrings and guide share: a metric registered by one is not seen by the next."""

import sys

import pytest

# Below the filters that a test names itself. Slow tests fit on so few patients that warnings of it are no news.
WARNED = pytest.mark.filterwarnings("default", "ignore:__array__ implementation doesn't accept a copy keyword")


def pytest_collection_modifyitems(items):
    """Leave the guide, one test of half a minute, to the slow tests; these show warnings, which fail the others."""
    for item in items:
        if item.path.suffix == ".md":
            item.add_marker(pytest.mark.slow)
        if item.get_closest_marker("slow"):
            item.add_marker(WARNED, append=False)


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
