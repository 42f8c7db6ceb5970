"""The base of all graders: parameters, one fit, one prediction. Task classes add targets and outputs."""

from sklearn.utils.validation import check_is_fitted

from skerosion._validation import check_image_shape, check_parameters
from skerosion.datasets import ImageRows, form_of
from skerosion.estimators._base_network import BaseNetwork
from skerosion.estimators._fit_tasks import with_callbacks
from skerosion.estimators._inputs import (
    check_fitted_shape,
    check_rows,
    check_target,
    drop_weightless,
    warn_of_another_order,
    weigh_rows,
)
from skerosion.estimators._parameters import NetworkParameters
from skerosion.estimators._rules import NETWORK_RULES
from skerosion.estimators._voted_targets import votes_for_loss, with_votes
from skerosion.forecasts import ForecastMixin
from skerosion.grades import order_of
from skerosion.imbalance import row_weights
from skerosion.training import Trimming


class BaseCNN(NetworkParameters, ForecastMixin, BaseNetwork):
    """What classifier and regressors share.

    A task class implements ``_encode_target(y, reset)`` (targets for the loss, learned attributes),
    ``_output()`` (number of outputs, head, spacing of the grid), ``_grades(y)`` (what class weights and stratified
    splits go by) and ``_forecast(outputs)`` (all that is said about rows).
    """

    _numeric_target = True
    _rules = NETWORK_RULES

    # With metadata routing on, patients given to a search or a pipeline reach `fit` without being asked for.
    __metadata_request__fit = {"groups": True}
    __metadata_request__partial_fit = {"groups": True}

    @with_callbacks
    def fit(self, X, y, sample_weight=None, groups=None):
        """Train the network.

        Parameters
        ----------
        X : ImageRows, array-like of shape (n, H, W), (n, H, W, C), (n, H * W * C) or (n, d), or list
            Images (uint8, or float from 0 to 1) or feature vectors; a list or column of file paths, or of images of any
            sizes. Where rows bring the votes of several readers, the loss is the mean over these.
        y : array-like of shape (n,)
            Grades or numbers. Grades in an ordered Categorical keep its order.
        sample_weight : array-like of shape (n,), optional
            Weights; they multiply those that the rows bring along.
        groups : array-like of shape (n,), optional
            Patients, for the validation split, where the rows do not bring them along.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For images, targets, weights or parameters that cannot be right; the message says what to do.
        """
        return super().fit(X, y, sample_weight, groups=groups)

    @with_callbacks
    def partial_fit(self, X, y, sample_weight=None, groups=None, **target_options):
        """Train for one more epoch, from the present weights.

        The optimiser goes on from its own state too after another ``partial_fit`` or a fit with ``warm_start``; after
        any other fit it starts anew.

        Parameters
        ----------
        X, y, sample_weight, groups
            As for ``fit``. The first call fixes classes or grid.

        Returns
        -------
        self
        """
        return super().partial_fit(X, y, sample_weight, groups=groups, one_more=True, **target_options)

    def _fit(
        self, X, y, sample_weight, warm_start, epochs, initial_epoch, groups=None, one_more=False, **target_options
    ):
        self._check_parameters()
        warn_of_another_order(X, y)
        reset = not (warm_start and self.initialized_)
        rows = weigh_rows(check_rows(self, X, image_shape=self.image_shape, reset=reset), sample_weight, groups)
        order = None if self._numeric_target else order_of(y)
        y = check_target(y, rows, numeric=self._numeric_target)
        # After the weights of classes: a grade of weight zero leaves the training like a row of weight zero.
        rows, y = drop_weightless(self._weigh_grades(rows, y), y)
        if not reset:
            check_fitted_shape(self, rows)
        else:
            # What is learned from here on belongs to no earlier weights, should this fit not come to its end.
            self.__dict__.pop("weights_", None)
        # Read before the targets become arrays, which know no order.
        target_options |= {} if order is None else {"order": order}
        encoded = self._encode_target(with_votes(y, rows.votes), reset, **target_options)
        targets = votes_for_loss(encoded, rows.votes)
        # By weight, as the network sees the grades: the balanced decision divides by these.
        self._learn_shares(y, rows.unit_weight(), reset=reset or initial_epoch == 0)
        self._learn(
            rows, y, targets, reset=reset, initial_epoch=initial_epoch, warm_start=warm_start, one_more=one_more
        )

    def _weigh_grades(self, rows, y):
        if self.class_weight is None:
            return rows
        weights = rows.unit_weight()
        return rows.with_sample_weight(weights * row_weights(self._grades(y), self.class_weight, sample_weight=weights))

    def _learn_shares(self, y, weights, reset):
        """Hook for what is learned from the weighted training targets; `reset` forgets those of earlier calls."""

    def _split_target(self, y):
        stratifies = self._has_grades()
        return (self._grades(y) if stratifies else y), stratifies

    def _trimming(self, rows, y):
        """What rests of training rows."""
        if not self._has_grades():
            raise ValueError(
                f"trim goes by grades, and needs bins for a target of values, got trim={self.trim!r} with bins=None; "
                "pass bins='ratingen' or the upper edges of the grades."
            )
        return Trimming(self.trim, self.trim_after, rows, self._grades(y))

    def _has_grades(self):
        """Whether targets fall into grades, by which a validation split can be stratified."""
        return self.bins is not None

    def _network_size(self, rows):
        if self.resize is None:
            return None
        if rows.kind != "images":
            raise ValueError(f"resize needs images, got resize={self.resize!r} for feature vectors; pass None.")
        return check_image_shape(self.resize, name="resize")[:2]

    def forecast(self, X):
        """Predict once and return all that follows from it.

        Parameters
        ----------
        X : as for ``fit``

        Returns
        -------
        Forecast
            Prediction, probabilities and distribution of one pass of the network.
        """
        return self._forecast(self._outputs(X))

    def _outputs(self, X):
        check_is_fitted(self, "weights_")
        check_parameters(self, names=("image_shape", "batch_size"))  # set_params may have changed them since the fit
        image_shape = self.image_shape
        if image_shape is None and len(self.input_shape_) == 3:
            image_shape = self._shape_for(X)
        rows = check_rows(self, X, image_shape=image_shape, reset=False, cache_mb=0)  # read once: nothing to keep
        check_fitted_shape(self, rows)
        return self._run(rows)

    def _shape_for(self, X):
        """Files, and images one by one, are read at the size of the fit, whatever their own."""
        resized = not isinstance(X, ImageRows) and form_of(X) in ("paths", "pictures")
        return self.input_shape_ if resized else None

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.string = True
        return tags
