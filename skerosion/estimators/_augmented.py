"""Test-time augmentation: the average of what an estimator says of several views of the same image."""

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.validation import check_is_fitted

from skerosion._types import Any, Seed
from skerosion._validation import ESTIMATOR, SEED, Flag, Whole, check_parameters
from skerosion.datasets import ImageRows, as_image_rows, form_of
from skerosion.estimators._forecaster import Forecaster, check_gives_distribution
from skerosion.estimators._held_out import Samples
from skerosion.estimators._settings import seed_of
from skerosion.forecasts import Forecast, forecast_of
from skerosion.preprocessing import Augmentation, compose, hash_keys, identity, transform_images


class AugmentedForecaster(Forecaster):
    """Estimator that looks at each image several times: as it is, mirrored, a little turned, and averages.

    Probabilities, or CDFs, are averaged. Each view is one transform of all images, so that a prediction does not
    depend on the rows beside it. Prediction takes as many passes as there are views; training takes none of them.

    Parameters
    ----------
    estimator : estimator, Pipeline or search
        Classifier, or a regressor that predicts a distribution, of images.
    mirror : bool, default=True
        Whether each view is seen with left and right exchanged too. Train with ``augmentation={"flip": True}``, or
        the mirror images are strange to the network.
    augmentation : None, dict or Augmentation, default=None
        What further views are drawn from, as in training; its flip is `mirror` here.
    n_draws : int, default=0
        Number of further views; they need an `augmentation`.
    prefit : bool, default=False
        Whether the estimator is fitted already: ``fit`` leaves it as it is then.
    random_state : int, RandomState or None, default=None
        Of the draws, made once in ``fit``.

    Attributes
    ----------
    estimator_ : estimator
        The fitted estimator.
    views_ : list of (ndarray of shape (8,), ndarray of shape (2,))
        Transform and exposure of each view; the first leaves the image alone.
    classes_ : ndarray of shape (n_classes,)
        The grades in their order. Only of classifiers.

    References
    ----------
    A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet classification with deep convolutional neural networks", NeurIPS
    2012, section 4.1 (averaged views).

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion import AugmentedForecaster, CNNClassifier
    >>> images = np.zeros((40, 16, 16, 1), np.uint8)
    >>> images[20:, 4:12, :8] = 255
    >>> grades = np.repeat([0, 1], 20)
    >>> classifier = CNNClassifier(filters=(8, 8), dense_units=(16,), epochs=2, batch_size=10, random_state=0)
    >>> viewer = AugmentedForecaster(classifier).fit(images, grades)
    >>> bool(np.allclose(viewer.predict_proba(images), viewer.predict_proba(images[:, :, ::-1])))
    True
    """

    _rules = {
        "estimator": ESTIMATOR,
        "mirror": (Flag(),),
        "augmentation": Augmentation.from_parameter,
        "n_draws": (Whole(0),),
        "prefit": (Flag(),),
        "random_state": SEED,
    }

    def __init__(
        self,
        estimator: Any,
        *,
        mirror: bool = True,
        augmentation: Any = None,
        n_draws: int = 0,
        prefit: bool = False,
        random_state: Seed = None,
    ):
        self.estimator = estimator
        self.mirror = mirror
        self.augmentation = augmentation
        self.n_draws = n_draws
        self.prefit = prefit
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None, groups=None):
        """Fit the estimator and draw the views.

        Parameters
        ----------
        X : ImageRows or array-like of shape (n, H, W) or (n, H, W, C)
            Images.
        y : array-like of shape (n,)
            Targets.
        sample_weight : array-like of shape (n,), optional
            Weights, for the estimator.
        groups : array-like of shape (n,), optional
            Patients, where the rows do not bring them along.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For an estimator without a distribution, draws without an augmentation or the reverse, or rows that are
            no images.
        """
        check_parameters(self)
        check_gives_distribution(self.estimator)
        augmentation = self._checked_augmentation()
        samples = Samples.of(_images(X), y, sample_weight, groups)
        # Drawn once, in the fit: two predictions of an image see the same views, and agree.
        self.views_ = self._draw_views(augmentation, samples.X.image_shape)
        if self.prefit:
            check_is_fitted(self.estimator)
        self.estimator_ = self.estimator if self.prefit else samples.fit(self.estimator)
        if is_classifier(self):
            self.classes_ = np.asarray(forecast_of(self.estimator_, samples.take([0]).X).classes)
        return self

    def _checked_augmentation(self):
        augmentation = Augmentation.from_parameter(self.augmentation)
        if bool(self.n_draws) != (augmentation is not None):
            raise ValueError(
                f"n_draws and augmentation go together, got n_draws={self.n_draws!r} and "
                f"augmentation={self.augmentation!r}; pass both or neither."
            )
        if augmentation is not None and augmentation.flip:
            raise ValueError("augmentation must not flip here, got flip=True; mirror=True adds every mirror image.")
        return augmentation

    def _draw_views(self, augmentation, image_shape):
        # The first view is the image as it is; it counts as much as any that is drawn.
        transforms, exposures = identity(1), np.array([[1.0, 0.0]], np.float32)
        if augmentation is not None:
            keys = hash_keys(seed_of(self.random_state), np.arange(self.n_draws))
            drawn = augmentation.draw(keys, image_shape)
            transforms, exposures = (np.concatenate(pair) for pair in zip((transforms, exposures), drawn, strict=True))
        if self.mirror:
            # x becomes width - 1 - x: the first and the last column change places.
            turned = np.tile([-1, 0, image_shape[1] - 1, 0, 1, 0, 0, 0], (len(transforms), 1))
            transforms = np.concatenate([transforms, compose(transforms, turned)])
            # Each view and its mirror image are seen in the same light.
            exposures = np.tile(exposures, (2, 1))
        return list(zip(transforms, exposures, strict=True))

    def forecast(self, X):
        """Predict once for each view and return all that follows from the average.

        Parameters
        ----------
        X : ImageRows or array-like of shape (n, H, W) or (n, H, W, C)

        Returns
        -------
        Forecast
        """
        check_is_fitted(self, "estimator_")
        rows = _images(X)
        forecasts = [forecast_of(self.estimator_, _seen(rows, *view)) for view in self.views_]
        return self._decided(Forecast.average(forecasts, classes=getattr(self, "classes_", None)))


def _images(X):
    rows = X if isinstance(X, ImageRows) or form_of(X) in ("paths", "numbers") else as_image_rows(X)
    if not isinstance(rows, ImageRows) or rows.kind != "images":
        raise ValueError(
            "X must hold images to be seen in several views: ImageRows, or an array of shape (n, H, W) or "
            f"(n, H, W, C), got {X!r:.200}; load_image_table and as_image_rows make rows of files."
        )
    return rows


def _seen(rows, transform, exposure):
    """Return the same rows seen through a transform; the first view reads the pixels as they are."""
    if np.array_equal(transform, identity(1)[0]) and tuple(exposure) == (1.0, 0.0):
        return rows
    # Read batch by batch through the transform: the views of a large table never lie in memory together.
    return rows.map(lambda images: transform_images(images, transform, exposure))
