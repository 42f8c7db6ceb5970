import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.decomposition import PCA
from sklearn.frozen import FrozenEstimator

from skerosion.inspection import Embedder
from skerosion.plotting import EmbeddingDisplay

EMBEDDINGS = np.random.default_rng(0).normal(size=(60, 7))


def draw(embeddings, y, **settings):
    return EmbeddingDisplay.from_embeddings(embeddings, y, ax=Figure, **settings)


def test_points_are_the_first_two_components():
    display = draw(EMBEDDINGS, np.tile([0, 1, 2], 20))
    np.testing.assert_allclose(display.points, PCA(2).fit_transform(EMBEDDINGS), atol=1e-9)
    assert display.ax_.get_xlabel() == "principal component 1" and display.ax_.get_ylabel() == "principal component 2"


def test_few_labels_have_markers_and_shades_of_their_own():
    y = np.tile([0, 1, 2, 3, 4, 5], 10)
    display = draw(EMBEDDINGS, y)
    assert list(display.points_) == ["0", "1", "2", "3", "4", "5"]
    np.testing.assert_allclose(display.points_["2"].get_offsets(), display.points[y == 2])
    markers = {tuple(map(tuple, drawn.get_paths()[0].vertices)) for drawn in display.points_.values()}
    lightness = [drawn.get_facecolor()[0, :3].mean() for drawn in display.points_.values()]
    assert len(markers) == 6 and (np.diff(lightness) < 0).all()
    assert display.legend_.get_title().get_text() == "grade"


def test_many_numbers_are_shaded_and_names_are_not():
    display = draw(EMBEDDINGS, np.arange(60.0), target_name="percent eroded")
    assert display.points_["all"].get_array().tolist() == list(range(60))
    assert "percent eroded" in {axes.get_xlabel() for axes in display.figure_.axes}
    assert len(draw(EMBEDDINGS, np.tile(list("abcdefgh"), 8)[:60]).points_) == 8


@pytest.mark.slow
def test_projections_by_name_by_object_or_none():
    points = draw(EMBEDDINGS, np.zeros(60), projection="tsne", random_state=0).points
    np.testing.assert_array_equal(draw(EMBEDDINGS, np.zeros(60), projection="tsne", random_state=0).points, points)
    own = PCA(2, whiten=True)
    np.testing.assert_allclose(draw(EMBEDDINGS, np.zeros(60), projection=own).points.std(axis=0, ddof=1), 1)
    assert not hasattr(own, "components_")
    np.testing.assert_array_equal(draw(EMBEDDINGS[:, :2], np.zeros(60), projection=None).points, EMBEDDINGS[:, :2])


def test_estimators_are_embedded_through_their_pipelines(classifier, joints):
    display = EmbeddingDisplay.from_estimator(classifier, joints.X, joints.grades, name="network", ax=Figure)
    embeddings = Embedder(FrozenEstimator(classifier)).fit_transform(joints.X)
    np.testing.assert_allclose(display.points, PCA(2).fit_transform(embeddings), atol=1e-4)
    assert display.ax_.get_title(loc="left") == "network"


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        ((EMBEDDINGS, [0, 1]), {}, "rows must agree in number: embeddings has 60, y has 2"),
        ((EMBEDDINGS, np.zeros(60)), {"projection": "umap"}, "projection must be 'pca', 'tsne', a transformer or None"),
        (
            (EMBEDDINGS, np.zeros(60)),
            {"projection": None},
            r"two numbers a row, got None and shape \(60, 7\)",
        ),
    ],
)
def test_wrong_input_is_named(arguments, settings, message):
    with pytest.raises(ValueError, match=message):
        draw(*arguments, **settings)
