import time

import _forecasts
import _measure
import numpy as np
import psutil
import pytest


def test_temporaries_are_counted_though_they_are_gone():
    assert _measure.peak_megabytes(lambda: np.ones(2**20).sum()) == pytest.approx(8, abs=0.5)
    assert _measure.peak_megabytes(lambda: None) < 0.1


def test_the_peak_of_a_process_stays_when_memory_is_freed():
    array = np.ones(2**22)
    held = psutil.Process().memory_info().rss / _measure.MEGABYTE
    del array
    assert _measure.process_peak_megabytes() >= held - 1
    assert _measure.process_peak_megabytes() < psutil.virtual_memory().total / _measure.MEGABYTE


def test_seconds_are_those_of_the_function():
    assert _measure.measured(lambda: time.sleep(0.05))["seconds"] == pytest.approx(0.05, abs=0.04)


def test_warm_calls_are_counted_and_the_first_are_not():
    calls = []
    _measure.warm_seconds(lambda: calls.append(1), repeats=4, warmups=2)
    assert len(calls) == 6


def test_forecasts_are_cdfs_of_whole_percentages():
    targets, cdf, pmf = _forecasts.make_forecasts(300)
    assert targets.min() >= 0 and targets.max() <= 100 and targets.dtype.kind == "i"
    assert (np.diff(cdf) >= 0).all() and (cdf[:, -1] == 1).all() and (pmf >= 0).all()
    np.testing.assert_allclose(pmf.cumsum(axis=1), cdf, atol=1e-14)
