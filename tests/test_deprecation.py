"""What will go warns until its version comes, and not longer."""

import inspect
import pathlib
import re

import pytest
from sklearn.base import BaseEstimator, clone

import skerosion
from skerosion._deprecation import deprecated, renamed_parameters
from tests.package_files import modules

PACKAGE = pathlib.Path(skerosion.__file__).parent
GONE_IN = re.compile(r"""^\s*@.*gone_in="([\d.]+)\"""", re.MULTILINE)


class Estimator(BaseEstimator):
    """With a parameter that was called `units`."""

    @renamed_parameters(units="filters", gone_in="0.9")
    def __init__(self, *, filters=4):
        self.filters = filters


def test_an_estimator_takes_the_old_name_and_shows_the_new_one():
    with pytest.warns(FutureWarning, match=r"units of Estimator.__init__ .* skerosion 0.9: use filters") as caught:
        estimator = Estimator(units=8)
    assert pathlib.Path(caught[0].filename) == pathlib.Path(__file__)
    assert clone(estimator).get_params() == {"filters": 8}
    assert list(inspect.signature(Estimator).parameters) == ["filters"]


def test_both_names_are_an_error():
    with pytest.raises(TypeError, match="got units and filters"):
        Estimator(units=8, filters=8)


def test_a_function_warns_where_it_is_called():
    old = deprecated("abs", gone_in="0.9")(lambda value: abs(value))
    with pytest.warns(FutureWarning, match="gone in skerosion 0.9: use abs") as caught:
        assert old(-1) == 1
    assert pathlib.Path(caught[0].filename) == pathlib.Path(__file__)


def test_nothing_stays_longer_than_it_says():
    here = numbers(skerosion.__version__)[:2]
    promised = {path: GONE_IN.findall(path.read_text(encoding="utf-8")) for path in modules(PACKAGE)}
    assert not [path for path, found in promised.items() if any(numbers(version) <= here for version in found)]


def numbers(version):
    return [int(part) for part in version.split(".")]
