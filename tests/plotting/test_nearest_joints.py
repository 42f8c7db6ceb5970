import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.frozen import FrozenEstimator

from skerosion.inspection import Embedder, nearest_joints
from skerosion.plotting import NearestJointsDisplay

EMBEDDINGS = np.random.default_rng(0).normal(size=(60, 3))


def draw(joints, rows, **settings):
    return NearestJointsDisplay.from_embeddings(joints.X, joints.grades, EMBEDDINGS, rows, ax=Figure, **settings)


def test_each_joint_comes_before_its_nearest(joints):
    display = draw(joints, [7, 2], n_neighbors=3, line_names=["first", "second"])
    near = nearest_joints(EMBEDDINGS, joints.grades, n_neighbors=3, groups=joints.patients).set_index("query")
    for line, row in enumerate([7, 2]):
        shown = [row, *near.loc[row].neighbor]
        np.testing.assert_array_equal(display.images[line], joints.X.read(shown))
        assert display.labels[line].tolist() == joints.grades[shown].tolist()
        np.testing.assert_allclose(display.distances[line], near.loc[row].distance)
        assert joints.patients[row] not in joints.patients[shown[1:]]
    assert len(display.axes_) == 8 and len(display.frames_) == 2
    assert display.axes_[0].get_title(loc="left") == f"grade {joints.grades[7]}\nasked about"
    assert [axes.texts[0].get_text() for axes in display.axes_[[0, 4]]] == ["first", "second"]


def test_without_patients_a_joint_is_not_its_own_neighbour(joints):
    X = joints.X.with_groups(None)
    display = NearestJointsDisplay.from_embeddings(X, joints.grades, EMBEDDINGS, [0], n_neighbors=59, ax=Figure)
    assert (display.distances > 0).all() and (np.diff(display.distances) >= 0).all()


def test_estimators_are_embedded_through_their_pipelines(classifier, joints):
    settings = {"n_neighbors": 2, "target_name": "Ratingen", "ax": Figure}
    display = NearestJointsDisplay.from_estimator(classifier, joints.X, joints.grades, [4], **settings)
    embeddings = Embedder(FrozenEstimator(classifier)).fit_transform(joints.X)
    same = NearestJointsDisplay.from_embeddings(joints.X, joints.grades, embeddings, [4], **settings)
    np.testing.assert_array_equal(display.images, same.images)
    assert display.axes_[1].get_title(loc="left").startswith("Ratingen ")


def test_wrong_input_is_named(joints):
    with pytest.raises(ValueError, match="X must hold images to be drawn"):
        NearestJointsDisplay.from_embeddings(np.zeros((60, 4)), joints.grades, EMBEDDINGS, [0], ax=Figure)
    with pytest.raises(ValueError, match="rows must agree in number: X has 60, y has 60, embeddings has 5"):
        NearestJointsDisplay.from_embeddings(joints.X, joints.grades, EMBEDDINGS[:5], [0], ax=Figure)
