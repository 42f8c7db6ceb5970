"""Weights from elsewhere and training in phases: what is frozen stays bit for bit, what is not frozen learns."""

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from skerosion import CNNClassifier, CNNRegressor, CRPSRegressor, ImageRows, OrdinalClassifier
from skerosion.inspection import Embedder
from skerosion.training import Phase

BLOCKS = ["block1_conv1", "block1_conv1_norm", "block2_conv1", "block2_conv1_norm"]
HEAD = ["dense1", "dense1_norm", "scores"]


@pytest.fixture(scope="module")
def source(graded, quick):
    """A regressor, so that the head is another one than a classifier's."""
    images, grades, _ = graded
    return CRPSRegressor(**quick, grid="auto").fit(images, 10.0 * grades)


def layer_weights(estimator, network=None):
    network = estimator.model_ if network is None else network
    return {name: network.get_layer(name).get_weights() for name in BLOCKS + HEAD}


def changed(before, after, names=BLOCKS):
    """Of each layer, whether each of its weights is another one."""
    return {name: [not np.array_equal(*pair) for pair in zip(before[name], after[name], strict=True)] for name in names}


def moved(before, after, names=BLOCKS):
    return [name for name, weights in changed(before, after, names).items() if any(weights)]


@pytest.fixture(scope="module")
def tuned(graded, quick, source):
    """A function that fine-tunes a classifier from the source."""

    def fit(**changes):
        images, grades, _ = graded
        return CNNClassifier(**{**quick, "weights": source, **changes}).fit(images, grades)

    return fit


class TestFreezing:
    @pytest.mark.slow
    def test_a_frozen_backbone_stays_bit_for_bit_and_the_head_learns(self, source, tuned):
        once, longer = tuned(phases="head", epochs=1), tuned(phases="head", epochs=3)
        for fitted in (once, longer):
            assert moved(layer_weights(source), layer_weights(fitted)) == []
        assert moved(layer_weights(once), layer_weights(longer), HEAD) == HEAD

    def test_frozen_layers_give_in_training_what_they_give_in_prediction(self, source, tuned, graded):
        """Outputs, not only weights: batch norm of a frozen layer does not look at the batch."""
        from skerosion.training import lease

        fitted = tuned(phases="head")
        with lease(fitted._key) as program:
            program.set_weights(fitted.weights_)
            block = keras.Model(program.network.input, program.network.get_layer("embedding").output)
            images = graded[0][:5].astype("float32")
            outputs = [keras.ops.convert_to_numpy(block(images, training=flag)) for flag in (True, False)]
        np.testing.assert_array_equal(*outputs)

    @pytest.mark.slow
    def test_unfreezing_trains_everything_but_the_statistics_of_batch_norm(self, source, tuned):
        change = changed(layer_weights(source), layer_weights(tuned(phases="head_then_all")))
        assert change["block1_conv1"][0] and change["block2_conv1"][0]
        assert not any(change["block1_conv1_norm"] + change["block2_conv1_norm"])

    def test_batch_norm_learns_where_it_is_told_to(self, source, tuned):
        fitted = tuned(phases=Phase(batch_norm="train"))
        assert moved(layer_weights(source), layer_weights(fitted)) == BLOCKS
        assert all(changed(layer_weights(source), layer_weights(fitted))["block1_conv1_norm"])

    def test_layers_are_freed_from_the_top(self, source, tuned):
        fitted = tuned(phases=[{"trainable": "head", "epochs": 1}, {"trainable": 1, "epochs": 1}])
        assert moved(layer_weights(source), layer_weights(fitted)) == ["block2_conv1"]

    @pytest.mark.slow
    def test_low_layers_learn_at_lower_rates(self, source, tuned):
        """SGD's steps are proportional to the rate, so the first step tells it."""
        before = layer_weights(source)
        settings = {"epochs": 1, "batch_size": 60, "optimizer": "sgd", "dropout": 0.0}
        steps = {}
        for lowest in (1.0, 0.01):
            after = layer_weights(tuned(phases=Phase(lowest_rate=lowest), **settings))
            steps[lowest] = {name: after[name][0] - before[name][0] for name in ("block1_conv1", "block2_conv1")}
        for name, share in (("block1_conv1", 0.01), ("block2_conv1", 0.1)):
            assert np.abs(steps[1.0][name]).max() > 1e-5
            np.testing.assert_allclose(steps[0.01][name], share * steps[1.0][name], rtol=0.02, atol=1e-7)


class TestPhases:
    @pytest.mark.once
    def test_the_history_goes_through_the_phases(self, tuned):
        phases = [{"trainable": "head", "epochs": 2}, {"epochs": 1, "rate": 0.1}]
        history = tuned(phases=phases).history_
        assert history["learning_rate"] == pytest.approx([1e-3, 1e-3, 1e-4])
        assert len(history["loss"]) == 3

    def test_the_same_seed_repeats_them(self, tuned, graded):
        first, second = (tuned(phases="head_then_all", epochs=1).predict_proba(graded[0]) for _ in range(2))
        np.testing.assert_array_equal(first, second)

    @pytest.mark.slow
    def test_another_rate_or_other_epochs_need_no_new_program(self, tuned, monkeypatch):
        from skerosion.training import _programs

        tuned(phases=[Phase("head"), Phase(lowest_rate=0.5)])
        built = []
        monkeypatch.setattr(_programs, "build_network", lambda *args: built.append(args))
        tuned(phases=[Phase("head", epochs=1, rate=0.3), Phase(lowest_rate=0.2, epochs=1)], learning_rate=1e-4)
        assert not built

    def test_one_more_epoch_belongs_to_its_phase(self, source, graded, quick):
        images, grades, _ = graded
        phases = [{"trainable": "head", "epochs": 2}, {"trainable": "all"}]
        classifier = CNNClassifier(**quick, weights=source, phases=phases)
        moves = []
        for _ in range(3):
            classifier.partial_fit(images, grades)
            moves.append(moved(layer_weights(source), layer_weights(classifier)))
        assert moves == [[], [], ["block1_conv1", "block2_conv1"]]

    @pytest.mark.once
    def test_a_grid_tunes_them(self, source, graded, quick):
        images, grades, _ = graded
        pipeline = make_pipeline(CNNClassifier(**{**quick, "epochs": 1}, weights=source))
        grid = {"cnnclassifier__phases": [None, "head", [{"trainable": "head"}, {"rate": 0.1}]]}
        search = GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(images, grades)
        assert len(search.cv_results_["mean_test_score"]) == 3

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"phases": "heads"}, "phases must be one of 'head'"),
            ({"phases": Phase(9)}, "at most the backbone's 2 groups, got 9"),
            ({"resize": (8,)}, "resize must be a positive integer"),
        ],
    )
    def test_wrong_ones_are_named(self, tuned, changes, message):
        with pytest.raises(ValueError, match=message):
            tuned(**changes)


class TestWeights:
    def test_a_clone_starts_from_the_same_weights(self, source, quick):
        classifier = clone(make_pipeline(CNNClassifier(**quick, weights=source)))[-1]
        assert classifier.weights is source and not hasattr(classifier, "weights_")

    @pytest.mark.parametrize("wrap", [FrozenEstimator, make_pipeline], ids=["frozen", "pipeline"])
    def test_wrapped_estimators_and_a_grid(self, wrap, source, graded, quick):
        images, grades, _ = graded
        grid = {"weights": [None, FrozenEstimator(wrap(source))]}
        classifier = CNNClassifier(**{**quick, "epochs": 1}, phases="head")
        search = GridSearchCV(classifier, grid, cv=2, error_score="raise", refit=False).fit(images, grades)
        fitted = clone(classifier).set_params(**search.cv_results_["params"][1]).fit(images, grades)
        assert moved(layer_weights(source), layer_weights(fitted)) == []

    def test_the_head_comes_along_where_it_is_wanted(self, source, graded, quick):
        """Frozen, at a rate of nearly nothing: the estimator starts where the other one ended."""
        images, grades, _ = graded
        settings = {**quick, "epochs": 1, "grid": "auto", "learning_rate": 1e-9, "weights": source, "phases": "head"}
        follower = CRPSRegressor(**settings, reset_head=False).fit(images, 10.0 * grades)
        for before, after in zip(*(layer_weights(fitted)["scores"] for fitted in (source, follower)), strict=True):
            np.testing.assert_allclose(after, before, atol=1e-6)

    def test_a_saved_file(self, source, tuned, tmp_path):
        source.model_.save_weights(tmp_path / "joints.weights.h5")
        fitted = tuned(weights=tmp_path / "joints.weights.h5", phases="head")
        assert moved(layer_weights(source), layer_weights(fitted)) == []

    def test_without_weights_the_seed_decides(self, graded, quick):
        images, grades, _ = graded
        settings = {**quick, "epochs": 1, "phases": "head"}
        first, second = (CNNClassifier(**settings).fit(images, grades) for _ in range(2))
        assert moved(layer_weights(first), layer_weights(second)) == []

    def test_going_on_keeps_what_was_learned(self, source, graded, quick):
        """A second fit with warm_start does not load the given weights again."""
        images, grades, _ = graded
        classifier = CNNClassifier(**quick, weights=source, warm_start=True).fit(images, grades)
        first = layer_weights(classifier)
        classifier.set_params(weights=None, phases="head").fit(images, grades)
        assert moved(first, layer_weights(classifier)) == []

    @pytest.mark.once
    @pytest.mark.parametrize("kind", [CNNRegressor, OrdinalClassifier])
    def test_every_estimator_takes_them(self, kind, source, graded, quick):
        images, grades, _ = graded
        fitted = kind(**{**quick, "epochs": 1}, weights=source, phases="head").fit(images, grades)
        assert moved(layer_weights(source), layer_weights(fitted)) == []

    @pytest.mark.parametrize(
        ("weights", "error", "message"),
        [
            (CNNClassifier(), ValueError, "got CNNClassifier before fit.*FrozenEstimator"),
            (3, TypeError, "weights must be None, 'imagenet', a file or a fitted estimator .* got int"),
            ("joints.pt", ValueError, "ending in .keras"),
        ],
    )
    def test_what_has_no_weights_is_named(self, weights, error, message, tuned):
        with pytest.raises(error, match=message):
            tuned(weights=weights)

    def test_another_backbone_is_named(self, tuned):
        with pytest.raises(ValueError, match="'block2_conv1' has the shapes .*the fitted CRPSRegressor"):
            tuned(filters=(4, 6))


@pytest.mark.slow
def test_resized_images_meet_a_network_of_that_size(graded, quick):
    images, grades, _ = graded
    classifier = CNNClassifier(**{**quick, "epochs": 1}, resize=8).fit(images, grades)
    assert classifier.model_.get_layer("block1_conv1").output.shape == (None, 8, 8, 4)
    assert classifier.input_shape_ == (16, 16, 1)
    # Keras' own layer for resizing lets batch norm behind it think that a plain call is training.
    called = keras.ops.convert_to_numpy(classifier.model_(images.astype("float32")))
    np.testing.assert_allclose(called, classifier.predict_proba(images), atol=1e-5)
    with pytest.raises(ValueError, match="resize needs images, got resize=8 for feature vectors"):
        CNNClassifier(**quick, resize=8).fit(images.reshape(60, -1)[:, :5], grades)


@pytest.mark.once
class TestFrozenEmbeddings:
    """Heads on what a frozen backbone gives."""

    @pytest.fixture
    def embedded(self, monkeypatch):
        """Numbers of rows that went through the network, one entry a call."""
        seen = []
        transform = Embedder.transform
        monkeypatch.setattr(Embedder, "transform", lambda self, X: seen.append(len(X)) or transform(self, X))
        return seen

    def test_computed_once_they_feed_every_candidate(self, source, graded, quick, embedded):
        images, grades, _ = graded
        features = Embedder(FrozenEstimator(source), layer="embedding").fit_transform(images)
        grid = {"dense_units": [(), (4,)], "dropout": [0.0, 0.5]}
        head = CNNClassifier(**{**quick, "epochs": 1})
        search = GridSearchCV(head, grid, cv=2, error_score="raise", refit=False).fit(features, grades)
        assert len(search.cv_results_["mean_test_score"]) == 4 and embedded == [60]

    @pytest.mark.parametrize(("cached", "of_training_rows"), [(False, 8), (True, 2)])
    def test_the_memory_of_a_pipeline_keeps_those_of_training_rows(
        self, cached, of_training_rows, source, graded, embedded, tmp_path
    ):
        """Two folds of 40 and 20 rows, four candidates: scikit-learn caches `fit_transform`, never `transform`."""
        images, grades, _ = graded
        embedder = Embedder(FrozenEstimator(source), layer="embedding")
        memory = str(tmp_path) if cached else None
        pipeline = Pipeline([("embedding", embedder), ("head", KNeighborsClassifier())], memory=memory)
        folds = [(np.arange(40), np.arange(40, 60)), (np.arange(20, 60), np.arange(20))]
        grid = {"head__n_neighbors": [1, 3, 5, 7]}
        GridSearchCV(pipeline, grid, cv=folds, error_score="raise", refit=False).fit(ImageRows(images), grades)
        assert embedded.count(40) == of_training_rows and embedded.count(20) == 8
