"""In which form images are handed in, and which source stands behind each."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from skerosion.datasets import ArraySource, form_of
from skerosion.datasets._given import as_source

BYTES = np.arange(120, dtype=np.uint8).reshape(5, 4, 3, 2)


def test_a_source_is_taken_as_it_is_and_arrays_by_their_dimensions():
    source = ArraySource(BYTES)
    assert as_source(source) is source
    assert repr(as_source(BYTES)) == "ArraySource(array of uint8, 5x4x3x2)"
    assert repr(as_source([[1, 2]])) == "FeatureSource(1x2)"


@pytest.mark.parametrize(
    ("given", "form"),
    [
        (BYTES, "images"),
        (BYTES[..., 0], "images"),
        (BYTES.tolist(), "images"),
        (list(BYTES), "pictures"),
        ([np.zeros((2, 3)), np.zeros((4, 3))], "pictures"),
        (["a.png"], "paths"),
        (pd.DataFrame({"path": ["a.png", None]}), "paths"),
        (pd.DataFrame({"age": [40, 50]}), "numbers"),
        ([[1.0, 2.0]], "numbers"),
        ([], "numbers"),
        (csr_array(np.eye(2)), "numbers"),
    ],
)
def test_every_form_has_its_name(given, form):
    assert form_of(given) == form
