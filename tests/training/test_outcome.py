"""Trainings that fail say so: losses and weights that are not numbers, and callbacks that would do nothing."""

import keras
import numpy as np
import pytest

from skerosion import CNNClassifier, CNNRegressor

X = (np.random.default_rng(0).random((48, 16, 16)) * 80 + 80 * np.tile([0, 1, 2], 16)[:, None, None]).astype("uint8")
Y = np.tile([0, 1, 2], 16)


def small(kind=CNNClassifier, **changes):
    settings = {"filters": (4,), "convolutions": 1, "dense_units": (8,), "epochs": 3, "batch_size": 16, "verbose": 0}
    return kind(**(settings | {"random_state": 0} | changes))


def blows_up(step):
    """Three epochs of three steps go well."""
    return 1e-3 if step < 9 else 1e30


class Sets(keras.callbacks.Callback):
    """Sets a learning rate after each epoch."""

    def on_epoch_end(self, epoch, logs=None):
        self.model.optimizer.learning_rate.assign(0.5)


@pytest.fixture(scope="module")
def fitted():
    return small(epochs=1).fit(X, Y)


@pytest.mark.slow
def test_a_loss_that_is_lost_names_epoch_and_cause():
    with pytest.raises(ValueError, match=r"failed: loss was nan in epoch 1, .*lower learning_rate \(1e\+30"):
        small(learning_rate=1e30).fit(X, Y)
    with pytest.raises(ValueError, match=r"loss was nan in epoch 4 \(loss .* the epoch before\)"):
        small(learning_rate=blows_up, epochs=9).fit(X, Y)


@pytest.mark.slow
def test_early_stopping_keeps_the_best_weights_before_the_loss_was_lost():
    classifier = small(learning_rate=blows_up, epochs=9, patience=5, validation_split=0.25)
    with pytest.warns(UserWarning, match="loss was nan in epoch 4, .* weights that were kept are finite"):
        classifier.fit(X, Y)
    assert len(classifier.history_["loss"]) == 4
    assert np.isfinite(classifier.predict_proba(X)).all()


def test_a_failed_fit_leaves_no_weights_of_an_earlier_one(fitted):
    classifier = small(epochs=1).fit(X, Y)
    with pytest.raises(ValueError, match="training failed"):
        classifier.set_params(learning_rate=1e30, epochs=3).fit(X, Y + 5)
    assert not hasattr(classifier, "weights_")
    np.testing.assert_array_equal(small(epochs=1).fit(X, Y).predict_proba(X), fitted.predict_proba(X))


def test_going_on_that_fails_keeps_the_weights_before():
    classifier = small(epochs=1).fit(X, Y)
    before = classifier.predict_proba(X)
    with pytest.raises(ValueError, match="training failed"):
        for _ in range(3):
            classifier.set_params(learning_rate=1e30).partial_fit(X, Y)
    assert np.isfinite(before).all() and hasattr(classifier, "weights_")


def test_features_beyond_32_bits_are_the_cause_of_a_first_loss_that_is_none():
    with pytest.raises(ValueError, match="Already the loss of the first step.*features"):
        small().fit(np.full((48, 4), 3e38), Y)


def test_targets_whose_squares_overflow_are_named():
    with pytest.raises(ValueError, match="y must be numbers whose squares are finite, got targets up to 2e.200"):
        small(CNNRegressor).fit(X, Y * 1e200)


def test_weights_that_are_not_finite_are_refused(fitted):
    broken = small(epochs=1).fit(X, Y)
    broken.weights_ = [weight * np.nan for weight in broken.weights_]
    with pytest.raises(ValueError, match=r"no finite numbers for 48 of 48 rows, the first at position 0"):
        broken.predict(X)
    with pytest.raises(
        ValueError, match="weights must be finite, but layer 'block1_conv1' of the fitted CNNClassifier"
    ):
        small(weights=broken).fit(X, Y)


@pytest.mark.parametrize("recipe", [{"schedule": "cosine"}, {"warmup": 0.5}, {"learning_rate": lambda step: 1e-3}])
@pytest.mark.parametrize(
    "callback",
    [keras.callbacks.ReduceLROnPlateau, lambda: keras.callbacks.LearningRateScheduler(lambda epoch: 0.1), Sets],
)
def test_callbacks_whose_rate_would_be_replaced_are_refused(recipe, callback):
    with pytest.raises(ValueError, match="callbacks must not set the learning rate where schedule, warmup or"):
        small(callbacks=[callback], **recipe).fit(X, Y)


def test_a_callback_sets_the_rate_of_a_constant_schedule():
    assert small(callbacks=[Sets]).fit(X, Y).history_["learning_rate"][1:] == [0.5, 0.5]


def test_callbacks_must_make_callbacks():
    with pytest.raises(TypeError, match="callbacks must hold what makes a Keras callback, got .* which made 3"):
        small(callbacks=[lambda: 3]).fit(X, Y)


def test_parameters_changed_after_the_fit_are_checked_where_they_are_used():
    classifier = small(epochs=1).fit(X, Y)
    with pytest.raises(ValueError, match="batch_size must be an integer of at least 1, got 'many'"):
        classifier.set_params(batch_size="many").predict(X)
    with pytest.raises(ValueError, match="dropout must be a number of at least 0 and below 1, got 2"):
        classifier.set_params(dropout=2).model_  # noqa: B018
