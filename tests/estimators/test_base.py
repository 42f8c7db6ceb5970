"""What all estimators promise: parameters, weights, splits, callbacks, warm starts, errors that teach."""

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, PredefinedSplit, ShuffleSplit

from skerosion import CNNClassifier, CNNRegressor, CRPSRegressor, ImageRows
from skerosion.estimators import _base_network

EVERY = [CNNClassifier, CRPSRegressor, CNNRegressor]


def same_weights(first, second):
    return all(np.array_equal(one, other) for one, other in zip(first.weights_, second.weights_, strict=True))


@pytest.fixture
def trained_rows(monkeypatch):
    """What reaches the training loop."""
    seen = []
    train = _base_network.train

    def watch(program, batches, **options):
        seen.append((batches, options["validation"]))
        return train(program, batches, **options)

    monkeypatch.setattr(_base_network, "train", watch)
    return seen


class TestParameters:
    @pytest.mark.parametrize("estimator", EVERY)
    def test_a_misspelt_one_is_an_error(self, estimator):
        with pytest.raises(TypeError, match="learning_rat"):
            estimator(learning_rat=0.1)
        with pytest.raises(ValueError, match="optimizer__foo"):
            estimator().set_params(optimizer__foo=1)

    @pytest.mark.once
    @pytest.mark.parametrize("estimator", EVERY)
    def test_every_one_survives_a_clone_after_a_fit(self, estimator, graded, quick):
        fitted = estimator(**quick, augmentation={"rotation": 5.0}, callbacks=[keras.callbacks.TerminateOnNaN])
        fitted.fit(graded[0], 10 * graded[1])
        copy = clone(fitted)
        assert copy.get_params() == fitted.get_params() and not hasattr(copy, "history_")

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"epochs": 0}, "epochs must be an integer of at least 1, got 0"),
            ({"dropout": 1.0}, "dropout must be a number of at least 0 and below 1, got 1.0"),
            ({"learning_rate": -1.0}, "learning_rate must be a finite number above 0 or a function .*, got -1.0"),
            ({"dense_units": (0,)}, "dense_units must be a sequence of positive integers, got"),
            ({"filters": "44"}, "filters must be a sequence of positive integers, got '44'"),
            ({"patience": 3}, "needs a validation_split"),
            ({"backbone": "resnet"}, "backbone must be one of .*'vgg'.*got 'resnet'"),
            ({"validation_split": 1.5}, "validation_split must be None, a share between 0 and 1 or a splitter"),
            ({"validation_split": GroupKFold(3)}, "groups"),
            ({"class_weight": {0: 1.0, 1: 2.0}}, "2"),
            ({"augmentation": {"turn": 3}}, "augmentation has no 'turn'"),
            ({"decision": "median"}, "decision must be one of"),
            ({"image_shape": (8, 8, 1)}, "image_shape"),
            ({"optimizer": keras.optimizers.Adam(1e-4)}, "optimizer has a learning rate of its own"),
            ({"random_state": -1}, "random_state must be None, an integer of at least 0"),
        ],
    )
    def test_wrong_values_are_named(self, changes, message, graded, quick):
        with pytest.raises((ValueError, TypeError), match=message):
            CNNClassifier(**{**quick, **changes}).fit(*graded[:2])

    @pytest.mark.slow
    @pytest.mark.parametrize("optimizer", ["sgd", keras.optimizers.SGD, keras.optimizers.SGD(momentum=0.9)])
    def test_optimisers_come_as_name_class_or_object(self, optimizer, graded, quick):
        assert CNNClassifier(**quick, optimizer=optimizer).fit(*graded[:2]).history_["learning_rate"] == [
            pytest.approx(1e-3),
            pytest.approx(1e-3),
        ]


class TestForms:
    def test_the_same_images_in_any_form_give_the_same_predictions(self, graded, path_column, quick, tmp_path):
        images, grades, _ = graded
        file = tmp_path / "images.npy"
        np.save(file, images)
        flat = images.reshape(len(images), -1)
        expected = CNNClassifier(**quick).fit(images, grades).predict_proba(images)
        for X in (images[..., 0], np.load(file, mmap_mode="r"), path_column, ImageRows(images)):
            np.testing.assert_array_equal(CNNClassifier(**quick).fit(X, grades).predict_proba(X), expected)
        flattened = CNNClassifier(**quick, image_shape=(16, 16, 1)).fit(flat, grades)
        np.testing.assert_array_equal(flattened.predict_proba(flat), expected)

    def test_float_images_after_a_fit_on_bytes(self, graded, quick):
        images, grades, _ = graded
        classifier = CNNClassifier(**quick).fit(images, grades)
        as_float = classifier.predict_proba((images / 255).astype("float32"))
        np.testing.assert_allclose(as_float, classifier.predict_proba(images), atol=1e-5)

    def test_flattened_images_pass_a_sampler(self, graded, quick):
        from imblearn.over_sampling import RandomOverSampler
        from imblearn.pipeline import make_pipeline

        from skerosion import RowSampler

        images, grades, _ = graded
        classifier = CNNClassifier(**quick, image_shape=(16, 16, 1))
        pipeline = make_pipeline(RowSampler(RandomOverSampler(random_state=0)), classifier)
        flat = images.reshape(len(images), -1)
        assert pipeline.fit(flat, grades).predict(flat).shape == grades.shape
        assert classifier.get_params()["image_shape"] == (16, 16, 1)

    def test_another_shape_at_prediction_is_an_error(self, graded, quick):
        classifier = CNNClassifier(**quick).fit(*graded[:2])
        with pytest.raises(ValueError, match=r"rows of shape \(20, 20, 1\).*fitted on rows of shape \(16, 16, 1\)"):
            classifier.predict(np.zeros((2, 20, 20, 1), "uint8"))

    def test_files_of_another_size_are_read_at_the_size_of_the_fit(self, graded, path_column, quick, tmp_path):
        from PIL import Image

        classifier = CNNClassifier(**quick).fit(path_column, graded[1])
        Image.new("L", (40, 30)).save(tmp_path / "other.png")
        assert classifier.predict([[str(tmp_path / "other.png")]]).shape == (1,)


class TestWeights:
    def test_weight_zero_is_leaving_the_row_out(self, graded, quick):
        images, grades, _ = graded
        weights = np.ones(60)
        weights[::7] = 0
        kept = weights > 0
        weighted = CNNClassifier(**quick).fit(images, grades, sample_weight=weights)
        assert same_weights(weighted, CNNClassifier(**quick).fit(images[kept], grades[kept]))

    def test_only_zero_weights_are_an_error(self, graded, quick):
        with pytest.raises(ValueError, match="sample_weight must have a positive entry"):
            CNNClassifier(**quick).fit(*graded[:2], sample_weight=np.zeros(60))

    @pytest.mark.once
    @pytest.mark.parametrize("weights", ["balanced", {0: 1.0, 1: 0.0, 2: 3.0}])
    def test_class_weight_is_the_short_form_of_the_step(self, weights, graded, quick):
        from imblearn.pipeline import make_pipeline

        from skerosion import ClassWeighter

        short = CNNClassifier(**quick, class_weight=weights).fit(*graded[:2])
        step = make_pipeline(ClassWeighter(weights), CNNClassifier(**quick)).fit(*graded[:2])
        assert same_weights(short, step[-1])

    def test_weights_of_rows_and_of_fit_multiply(self, graded, quick, trained_rows):
        images, grades, _ = graded
        rows = ImageRows(images, sample_weight=np.full(60, 2.0))
        CNNClassifier(**quick).fit(rows, grades, sample_weight=np.full(60, 3.0))
        np.testing.assert_allclose(trained_rows[0][0].weights, 6.0)

    def test_a_length_from_before_a_sampler_is_explained(self, graded, quick):
        images, grades, patients = graded
        with pytest.raises(ValueError, match=r"groups has the shape \(30,\), X has 60 rows. A sampler step before"):
            CNNClassifier(**quick).fit(images, grades, groups=patients[:30])

    @pytest.mark.slow
    @pytest.mark.parametrize("estimator", EVERY)
    def test_balanced_weights_favour_the_rare_grade(self, estimator, quick):
        """On images that say nothing, the prediction moves towards the rare grade."""
        images = np.zeros((60, 16, 16, 1), "uint8")
        grades = np.repeat([0, 1], [50, 10])
        settings = {**quick, "epochs": 12, "learning_rate": 0.05, "dropout": 0.0}
        if estimator is CRPSRegressor:
            settings["grid"] = "auto"

        def mean_grade(**changes):
            fitted = estimator(**settings, **changes).fit(images, grades)
            forecast = fitted.forecast(images[:1])
            return float(forecast.probabilities[0, 1] if forecast.probabilities is not None else forecast.prediction[0])

        assert mean_grade(class_weight="balanced") > mean_grade() + 0.15


class TestValidation:
    def test_patients_are_on_one_side(self, graded, quick, trained_rows):
        images, grades, patients = graded
        CNNClassifier(**quick, validation_split=0.25).fit(images, grades, groups=patients)
        training, validation = trained_rows[0]
        assert not set(training.rows.groups) & set(validation.rows.groups)
        assert len(training.rows) + len(validation.rows) == 60
        assert abs(len(validation.rows) - 15) <= 2

    @pytest.mark.parametrize("splitter", [GroupKFold(4), ShuffleSplit(1, test_size=15, random_state=0)])
    def test_any_splitter(self, splitter, graded, quick, trained_rows):
        images, grades, patients = graded
        groups = patients if isinstance(splitter, GroupKFold) else None
        fitted = CNNClassifier(**quick, validation_split=splitter).fit(images, grades, groups=groups)
        assert len(fitted.history_["val_loss"]) == 2
        assert len(trained_rows[0][1].rows) in (14, 15, 16)

    def test_the_parts_of_the_data_set_by_hand(self, graded, quick, trained_rows):
        fold = np.where(np.arange(60) < 20, 0, -1)
        CNNClassifier(**quick, validation_split=PredefinedSplit(fold)).fit(*graded[:2])
        assert sorted(trained_rows[0][1].rows.indices) == list(range(20))

    def test_early_stopping_restores_the_best_weights(self, graded, quick):
        images, grades, _ = graded
        noise = np.random.default_rng(1).permutation(grades)
        settings = {**quick, "epochs": 30, "learning_rate": 0.05}
        stopped = CNNClassifier(**settings, validation_split=0.4, patience=2).fit(images, noise)
        losses = stopped.history_["val_loss"]
        best = int(np.argmin(losses))
        assert len(losses) == best + 3 < 30
        again = CNNClassifier(**{**settings, "epochs": best + 1}, validation_split=0.4).fit(images, noise)
        assert same_weights(stopped, again)


class TestCallbacks:
    def test_they_are_made_anew_for_each_fit_and_not_kept(self, graded, quick):
        made = []

        class Watch(keras.callbacks.Callback):
            def __init__(self):
                super().__init__()
                made.append(self)

        classifier = CNNClassifier(**quick, callbacks=[Watch])
        classifier.fit(*graded[:2]).fit(*graded[:2])
        assert len(made) == 2
        assert not any(isinstance(value, keras.callbacks.Callback) for value in vars(classifier).values())

    def test_an_object_is_refused(self, graded, quick):
        classifier = CNNClassifier(**quick, callbacks=[keras.callbacks.TerminateOnNaN()])
        with pytest.raises(TypeError, match="callbacks must hold classes or functions"):
            classifier.fit(*graded[:2])

    def test_a_callback_may_predict_with_another_estimator(self, graded, quick):
        """Of the same architecture, so that both want the same program."""
        other = CNNClassifier(**quick).fit(*graded[:2])
        expected = other.predict_proba(graded[0])
        seen = []

        class Predict(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                seen.append(other.predict_proba(graded[0]))

        with_callback = CNNClassifier(**quick, callbacks=[Predict]).fit(*graded[:2])
        assert all(np.array_equal(values, expected) for values in seen) and len(seen) == 2
        assert same_weights(with_callback, other)


class TestGoingOn:
    @pytest.mark.parametrize("estimator", EVERY)
    def test_warm_start_and_partial_fit_go_on_where_the_fit_ended(self, estimator, graded, quick):
        """Three single epochs are a fit of three: weights, optimiser and shuffling go on; dropout's noise is new."""
        settings = {**quick, "dropout": 0.0}
        rows = graded[0], 10 * graded[1]
        whole = estimator(**{**settings, "epochs": 3}).fit(*rows)
        parts = estimator(**settings)
        for _ in range(3):
            parts.partial_fit(*rows)
        assert same_weights(whole, parts)
        assert parts.history_["loss"] == pytest.approx(whole.history_["loss"])

    def test_warm_start_starts_from_the_present_weights(self, graded, quick):
        warm = CNNClassifier(**{**quick, "epochs": 4}, warm_start=True)
        first = warm.fit(*graded[:2]).history_["loss"]
        second = warm.fit(*graded[:2]).history_["loss"]
        assert len(second) == 4 and second[0] < first[0]
        cold = CNNClassifier(**{**quick, "epochs": 4}).fit(*graded[:2])
        assert not same_weights(warm, cold)

    def test_partial_fit_knows_grades_not_yet_seen(self, graded, quick):
        images, grades, _ = graded
        low = grades < 2
        classifier = CNNClassifier(**quick).partial_fit(images[low], grades[low], classes=[0, 1, 2])
        assert classifier.partial_fit(images, grades).predict_proba(images).shape == (60, 3)

    def test_an_interrupted_fit_leaves_the_estimator_as_it_was(self, graded, quick):
        classifier = CNNClassifier(**quick).fit(*graded[:2])
        expected = classifier.predict_proba(graded[0])

        class Interrupt(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            classifier.set_params(callbacks=[Interrupt]).partial_fit(*graded[:2])
        np.testing.assert_array_equal(classifier.predict_proba(graded[0]), expected)

    def test_another_network_cannot_go_on(self, graded, quick):
        classifier = CNNClassifier(**quick).fit(*graded[:2])
        with pytest.raises(ValueError, match="go on with the network and optimizer of the first fit"):
            classifier.set_params(dense_units=(9,)).partial_fit(*graded[:2])

    def test_shares_add_up_over_partial_fits(self, graded, quick):
        images, grades, _ = graded
        classifier = CNNClassifier(**quick)
        for part in (grades < 2, grades > 0):
            classifier.partial_fit(images[part], grades[part], classes=[0, 1, 2])
        counts = np.bincount(grades[grades < 2], minlength=3) + np.bincount(grades[grades > 0], minlength=3)
        np.testing.assert_allclose(classifier.class_shares_, counts / counts.sum())

    def test_two_fitted_estimators_live_side_by_side(self, graded, quick):
        images, grades, _ = graded
        first = CNNClassifier(**quick).fit(images, grades)
        expected = first.predict_proba(images)
        second = CNNClassifier(**{**quick, "random_state": 1}).fit(images, grades)
        other = second.predict_proba(images)
        np.testing.assert_array_equal(first.predict_proba(images), expected)
        np.testing.assert_array_equal(second.predict_proba(images), other)
        assert (expected != other).any()


def test_history_is_data(graded, quick):
    history = CNNClassifier(**quick, validation_split=0.3).fit(*graded[:2]).history_
    assert sorted(history) == ["learning_rate", "loss", "val_loss"]
    assert all(type(value) is float for values in history.values() for value in values)


def test_the_keras_model_is_independent(graded, quick):
    images, grades, _ = graded
    classifier = CNNClassifier(**quick).fit(images, grades)
    exported = classifier.model_
    np.testing.assert_allclose(
        exported.predict(images.astype("float32"), verbose=0), classifier.predict_proba(images), atol=1e-5
    )
    exported.set_weights([np.zeros_like(weight) for weight in exported.get_weights()])
    assert np.ptp(classifier.predict_proba(images)) > 0


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_trains_and_predicts_in_float32(policy, graded, quick):
    fitted = CRPSRegressor(**quick, dtype_policy=policy).fit(graded[0], 10 * graded[1])
    cdf = fitted.predict_cdf(graded[0])
    assert cdf.dtype == np.float32 and np.isfinite(fitted.history_["loss"]).all()
    assert (np.diff(cdf, axis=1) >= 0).all() and (cdf[:, -1] == 1).all()


@pytest.mark.once
def test_errors_of_boxes_that_rows_bring_along_are_of_training_alone(graded, quick):
    images, grades, _ = graded
    rows = ImageRows(images, augmentation={"jitter": 0.1})
    plain, jittered = (CNNClassifier(**quick).fit(each, grades) for each in (images, rows))
    assert not same_weights(plain, jittered)
    np.testing.assert_array_equal(jittered.predict_proba(rows), jittered.predict_proba(images))
