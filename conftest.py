"""What tests and the examples of docstrings and guide share: what one registers is not seen by the next."""

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


REGISTRIES = {
    "skerosion.networks._backbones": "_BACKBONES",
    "skerosion.networks._heads": "_HEADS",
    "skerosion.metrics._metric": "_METRICS",
}


@pytest.fixture(autouse=True)
def registries():
    """Keep what a test or an example registers from those after it, whose workers would look for its module."""
    loaded = [vars(sys.modules[module])[name] for module, name in REGISTRIES.items() if module in sys.modules]
    before = [dict(registry) for registry in loaded]
    yield
    for registry, parts in zip(loaded, before, strict=True):
        registry.clear()
        registry.update(parts)


@pytest.fixture(autouse=True)
def closed_figures():
    """Close the figures that a test or an example has opened: pyplot keeps them, and warns of more than 20."""
    yield
    if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
        pyplot.close("all")
