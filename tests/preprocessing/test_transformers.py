"""The transformers as steps: lazy on rows, equal on arrays and rows, clones and pickles."""

import pickle

import numpy as np
import pytest
from PIL import Image
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skerosion.datasets import FileSource, ImageRows, MappedSource
from skerosion.preprocessing import ContrastStretcher, HistogramEqualizer, equalize_histogram, stretch_contrast

TRANSFORMERS = [ContrastStretcher(saturated=0.02), HistogramEqualizer()]


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(40, 120, (6, 8, 9, 1), dtype="uint8")


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=repr)
def test_rows_are_changed_as_arrays_are(transformer, images):
    rows = ImageRows(images, groups=list("aabbcc"), sample_weight=np.arange(6.0))[[4, 1, 1]]
    changed = clone(transformer).fit_transform(rows)
    assert isinstance(changed, ImageRows) and changed.groups.tolist() == ["c", "a", "a"]
    assert changed.sample_weight.tolist() == [4, 1, 1]
    np.testing.assert_array_equal(np.asarray(changed), transformer.transform(images)[[4, 1, 1]])
    np.testing.assert_array_equal(np.asarray(pickle.loads(pickle.dumps(changed))), np.asarray(changed))
    assert np.asarray(rows).max() < 120, "the rows before the step stay as they were"


def test_the_transformers_are_their_functions(images):
    np.testing.assert_array_equal(ContrastStretcher(saturated=0.1).transform(images), stretch_contrast(images, 0.1))
    np.testing.assert_array_equal(HistogramEqualizer().transform(images), equalize_histogram(images))


def test_files_are_read_when_a_batch_asks(images, tmp_path, monkeypatch):
    paths = [tmp_path / f"{number}.png" for number in range(len(images))]
    for path, image in zip(paths, images, strict=True):
        Image.fromarray(image[..., 0]).save(path)
    reads = []
    read = FileSource.read
    monkeypatch.setattr(FileSource, "read", lambda self, indices: reads.extend(indices) or read(self, indices))
    steps = make_pipeline(ContrastStretcher(), HistogramEqualizer())
    rows = steps.fit_transform(ImageRows(FileSource(paths)))
    assert rows.paths.tolist() == [str(path) for path in paths] and not reads
    np.testing.assert_array_equal(rows[2:4].read(), equalize_histogram(stretch_contrast(images[2:4])))
    assert reads == [2, 3]


def test_wrong_parameters_are_refused_in_fit(images):
    with pytest.raises(ValueError, match="saturated"):
        ContrastStretcher(saturated=0.7).fit(images)


def test_features_and_other_shapes_are_refused(images):
    with pytest.raises(ValueError, match="must hold images"):
        HistogramEqualizer().fit_transform(ImageRows(np.zeros((3, 4))))
    with pytest.raises(ValueError, match="must keep shape and dtype"):
        MappedSource(images, lambda pixels: pixels[:, :2]).read([0])
