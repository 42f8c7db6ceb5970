import keras
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.manifold import TSNE
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline

from skerosion import CNNClassifier
from skerosion.inspection import Embedder


def test_last_hidden_layer_is_what_the_scores_are_computed_from(classifier, squares):
    embeddings = Embedder(FrozenEstimator(classifier)).fit_transform(squares.X)
    assert embeddings.shape == (48, 8) and embeddings.dtype == np.float32
    scores = classifier.model_.get_layer("scores")
    logits = embeddings @ keras.ops.convert_to_numpy(scores.kernel) + keras.ops.convert_to_numpy(scores.bias)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(classifier.predict_proba(squares.images), expected, atol=1e-5)


def test_named_layers_and_maps_averaged_over_places(classifier, squares):
    names = {"embedding": 8 * 36, "dense1": 8, "block1_conv1": 4}
    for layer, width in names.items():
        embedder = Embedder(FrozenEstimator(classifier), layer=layer).fit(squares.images)
        assert embedder.transform(squares.images[:5]).shape == (5, width)
        assert len(embedder.get_feature_names_out()) == width
    network = classifier.model_
    maps = keras.Model(network.input, network.get_layer("block1_conv1").output)(squares.images[:5].astype("float32"))
    expected = keras.ops.convert_to_numpy(maps).mean(axis=(1, 2))
    found = Embedder(FrozenEstimator(classifier), layer="block1_conv1").fit_transform(squares.images[:5])
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_fit_trains_a_clone_and_a_frozen_estimator_stays(classifier, squares):
    quick = clone(classifier).set_params(epochs=1)
    embedder = Embedder(quick).fit(squares.images, squares.grades)
    assert not hasattr(quick, "weights_") and embedder.estimator_.history_["loss"]
    frozen = Embedder(FrozenEstimator(classifier)).fit(squares.images)
    assert frozen.estimator_.estimator is classifier
    with pytest.raises(NotFittedError):
        Embedder(FrozenEstimator(CNNClassifier())).fit(squares.images)
    with pytest.raises(NotFittedError):
        Embedder(classifier).transform(squares.images)


@pytest.mark.once
def test_embedding_goes_through_the_pipeline_of_its_estimator(pipeline, squares):
    found = Embedder(FrozenEstimator(pipeline)).fit_transform(squares.X)
    np.testing.assert_array_equal(found, Embedder(FrozenEstimator(pipeline[-1])).fit_transform(squares.images))


@pytest.mark.once
def test_pipelines_to_the_plane_and_to_neighbours(regressor, squares):
    embedder = Embedder(FrozenEstimator(regressor))
    plane = make_pipeline(embedder, PCA(5), TSNE(perplexity=5, max_iter=250, random_state=0))
    assert plane.fit_transform(squares.X).shape == (48, 2)
    grades = make_pipeline(embedder, KNeighborsClassifier(3)).fit(squares.X, squares.grades)
    assert grades.score(squares.X, squares.grades) > 0.8
    percent = make_pipeline(embedder, KNeighborsRegressor(3)).fit(squares.X, squares.percent)
    assert percent.score(squares.X, squares.percent) > 0.5


@pytest.mark.once
def test_cross_validation_trains_anew_in_each_fold(classifier, squares):
    quick = clone(classifier).set_params(epochs=1)
    chain = make_pipeline(Embedder(quick), KNeighborsClassifier(3))
    settings = {"cv": GroupKFold(2), "groups": squares.patients, "error_score": "raise"}
    assert cross_val_score(chain, squares.X, squares.grades, **settings).shape == (2,)


def test_names_and_frames(classifier, squares):
    embedder = Embedder(FrozenEstimator(classifier)).set_output(transform="pandas")
    frame = embedder.fit_transform(squares.images)
    assert list(frame.columns) == [f"embedder{number}" for number in range(8)]
    assert embedder.n_features_in_ == 24 * 24


@pytest.mark.once
def test_embeddings_stand_beside_other_columns_by_name(classifier, squares, tmp_path):
    paths = [str(tmp_path / f"{number}.png") for number in range(8)]
    for path, image in zip(paths, squares.images, strict=False):
        Image.fromarray(image[..., 0] if image.ndim == 3 else image).save(path)
    # scikit-learn 1.7 forgets the index of a column that is named alone.
    for column, index in (("path", None), (["path"], list("abcdefgh"))):
        table = pd.DataFrame({"path": paths, "age": np.arange(50.0, 58.0)}, index=index)
        steps = [("images", Embedder(FrozenEstimator(classifier)), column), ("rest", "passthrough", ["age"])]
        columns = ColumnTransformer(steps).set_output(transform="pandas").fit(table)
        frame = columns.transform(table)
        assert list(frame.columns) == [*(f"images__embedder{number}" for number in range(8)), "rest__age"]
        assert frame.columns.tolist() == columns.get_feature_names_out().tolist()
        assert frame.index.tolist() == table.index.tolist() and frame["rest__age"].tolist() == table["age"].tolist()
        expected = Embedder(FrozenEstimator(classifier)).fit_transform(squares.images[:8])
        np.testing.assert_allclose(frame.iloc[:, :8], expected, atol=1e-5)


def test_features_have_embeddings_too():
    features = np.random.default_rng(0).random((20, 5)).astype("float32")
    estimator = CNNClassifier(dense_units=(4,), epochs=1, verbose=0).fit(features, np.tile([0, 1], 10))
    assert Embedder(FrozenEstimator(estimator)).fit_transform(features).shape == (20, 4)


def test_fit_parameters_reach_the_estimator(classifier, squares):
    quick = clone(classifier).set_params(epochs=1)
    with pytest.raises(ValueError, match="sample_weight must have a positive entry"):
        Embedder(quick).fit(squares.images, squares.grades, sample_weight=np.zeros(48))


def test_unknown_layer_is_named(classifier, squares):
    with pytest.raises(ValueError, match="layer must be one of the network's"):
        Embedder(FrozenEstimator(classifier), layer="last").fit(squares.images)
