"""The base of all estimators: parameters, one fit, one prediction. Task classes add targets and outputs."""

from dataclasses import replace

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skerosion._validation import check_image_shape, check_parameters
from skerosion.datasets import ImageRows, form_of
from skerosion.estimators._inputs import (
    check_fitted_shape,
    check_outputs,
    check_rows,
    check_target,
    drop_weightless,
    pixel_scale,
    warn_of_another_order,
    weigh_rows,
)
from skerosion.estimators._parameters import NetworkParameters
from skerosion.estimators._recipe import RecipeMixin, smoothed_targets, span_of_phase
from skerosion.estimators._rules import NETWORK_RULES
from skerosion.estimators._scikeras import RepairedWrapper
from skerosion.estimators._settings import (
    BATCHES,
    SPLIT,
    derived_seed,
    make_callbacks,
    optimizer_json,
    seed_of,
    seeds_of_phases,
)
from skerosion.estimators._starting_weights import given_weights
from skerosion.forecasts import ForecastMixin
from skerosion.grades import order_of
from skerosion.imbalance import row_weights
from skerosion.model_selection import first_split
from skerosion.networks import NetworkSpec, backbone_name, build_network
from skerosion.preprocessing import Augmentation
from skerosion.training import (
    ProgramKey,
    RowBatches,
    advise_on_memory,
    as_phases,
    lease,
    phase_of_epoch,
    predict,
    prepare_devices,
    train,
)


class BaseCNN(NetworkParameters, RecipeMixin, ForecastMixin, RepairedWrapper):
    """What classifier and regressors share.

    A task class implements ``_encode_target(y, reset)`` (targets for the loss, learned attributes),
    ``_output()`` (number of outputs, head, spacing of the grid), ``_grades(y)`` (what class weights and stratified
    splits go by) and ``_forecast(outputs)`` (all that is said about rows).
    """

    _numeric_target = True
    _rules = NETWORK_RULES
    # A parameter of the estimators whose targets are grades or lie on a grid.
    label_smoothing = 0.0

    # With metadata routing on, patients given to a search or a pipeline reach `fit` without being asked for.
    __metadata_request__fit = {"groups": True}
    __metadata_request__partial_fit = {"groups": True}

    def fit(self, X, y, sample_weight=None, groups=None):
        """Train the network.

        Parameters
        ----------
        X : ImageRows, array-like of shape (n, H, W), (n, H, W, C), (n, H * W * C) or (n, d), or list
            Images (uint8, or float from 0 to 1) or feature vectors; a list or column of file paths, or of images of any
            sizes.
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
        targets = self._encode_target(y, reset, **target_options)
        # By weight, as the network sees the grades: the balanced decision divides by these.
        self._learn_shares(y, rows.unit_weight(), reset=reset or initial_epoch == 0)
        seed = seed_of(self.random_state)
        # Validation rows keep their labels: smoothed ones would hide what the loss measures.
        parts = zip(self._inner_split(rows, y, derived_seed(seed, SPLIT)), (self.label_smoothing, 0.0), strict=True)
        training, validation = (self._batches(rows, targets, part, seed, share) for part, share in parts)
        plan, span = as_phases(self.phases, self.epochs), None
        if one_more:
            span = span_of_phase(plan, initial_epoch)
            plan = [(phase_of_epoch(plan, initial_epoch), 1)]
        self._train(training, validation, reset, seed, plan, initial_epoch, warm_start or self.warm_start, span)

    def _train(self, training, validation, reset, seed, plan, initial_epoch, keep, span=None):
        """Run the phases one after the other; each goes on from the weights of the one before."""
        keys = [self._program_key(training.rows, training.augments, phase) for phase, _ in plan]
        if not reset:
            self._check_same_network(keys[0])
        # A fit of its own starts a history; going on appends to the one there is.
        earlier = self.history_ if initial_epoch and not reset else {}
        weights, state = (None, None) if reset else (self.weights_, self._optimizer_state_for(keys[0]))
        loading = self._given_weights(keys[0].spec) if reset else None
        # Each phase draws its noise from a seed of its own; the first begins as a fit without phases does.
        seeds = seeds_of_phases(seed, len(plan))
        for key, (phase, epochs), own in zip(keys, plan, seeds, strict=True):
            with advise_on_memory(self.batch_size), lease(key) as program:
                # Before weights are loaded: the noise of dropout and the optimiser start anew in each phase.
                program.reset(own, self.dropout)
                if weights is not None:
                    program.set_weights(weights)
                elif loading is not None:
                    program.load_weights(*loading, with_head=not self.reset_head)
                if state is not None:
                    program.set_optimizer_state(state)
                history = self._run_phase(program, phase, training, validation, epochs, initial_epoch, span)
                # The next phase trains other variables, for which this state has no place.
                weights, state = program.release_weights(), None
                self.optimizer_state_ = program.get_optimizer_state() if keep else None
            earlier = {name: earlier.get(name, []) + values for name, values in history.items()}
            initial_epoch += len(history["loss"])
        self.weights_, self._key, self.history_ = weights, keys[-1], earlier
        self.input_shape_ = tuple(training.rows.shape[1:])

    def _run_phase(self, program, phase, training, validation, epochs, initial_epoch, span):
        program.set_lowest_rate(phase.lowest_rate)
        callbacks = make_callbacks(self.callbacks, self.patience, self.verbose)
        return train(
            program,
            training,
            epochs=initial_epoch + epochs,
            initial_epoch=initial_epoch,
            learning_rate=self._rate_of_phase(phase, span or (initial_epoch, epochs), len(training)),
            validation=validation,
            callbacks=callbacks + self._averaging(program, training),
        )

    def _given_weights(self, spec):
        """Weights by layer to start with, and what they are; None draws all from the seed."""
        return None if self.weights is None else given_weights(self.weights, spec)

    def _optimizer_state_for(self, key):
        """The state to go on from: only the same part of the network has variables for it."""
        trained = ("trainable", "batch_norm", "layer_rates")
        same = all(getattr(key, name) == getattr(self._key, name) for name in trained)
        return self.__dict__.get("optimizer_state_") if same else None

    def _check_same_network(self, key):
        """Going on needs the network of the first fit; only the form of its pixels may differ."""
        given, fitted = (replace(spec, value_range=None) for spec in (key.spec, self._key.spec))
        if given != fitted or key.optimizer != self._key.optimizer:
            raise ValueError(
                "warm_start and partial_fit go on with the network and optimizer of the first fit, but the parameters "
                f"now ask for {given} and {key.optimizer}, not for {fitted} and {self._key.optimizer}; fit a clone."
            )

    def _check_parameters(self):
        """Raise for parameters that break their rule, or do not go together."""
        check_parameters(self)
        self._check_recipe()
        if self.patience is not None and self.validation_split is None:
            raise ValueError(
                f"patience={self.patience} stops early on the validation loss and needs a validation_split, got "
                "None; pass a fraction or a scikit-learn splitter."
            )

    def _weigh_grades(self, rows, y):
        if self.class_weight is None:
            return rows
        weights = rows.unit_weight()
        return rows.with_sample_weight(weights * row_weights(self._grades(y), self.class_weight, sample_weight=weights))

    def _learn_shares(self, y, weights, reset):
        """Hook for what is learned from the weighted training targets; `reset` forgets those of earlier calls."""

    def _inner_split(self, rows, y, seed):
        """Positions of training and validation rows; without a validation split, all rows and None."""
        if self.validation_split is None:
            return np.arange(len(rows)), None
        stratifies = self._has_grades()
        target = self._grades(y) if stratifies else y
        return first_split(self.validation_split, rows, target, random_state=seed, stratify=stratifies)

    def _has_grades(self):
        """Whether targets fall into grades, by which a validation split can be stratified."""
        return self.bins is not None

    def _batches(self, rows, targets, positions, seed, smoothing):
        if positions is None:
            return None
        augmentation = Augmentation.from_parameter(self.augmentation)
        is_image = rows.kind == "images"
        if augmentation is not None and not is_image:
            raise ValueError(f"augmentation needs images, got {augmentation} for feature vectors; pass None.")
        has_copies = bool(is_image and rows.copy_augmentation is not None and rows.is_copy.any())
        return RowBatches(
            rows=rows.take(positions),
            targets=smoothed_targets(targets, self.label_smoothing, smoothing)[positions],
            weights=rows.unit_weight()[positions],
            batch_size=self.batch_size,
            augmentation=augmentation,
            augments=augmentation is not None or has_copies or rows.augmentation is not None,
            seed=derived_seed(seed, BATCHES),
        )

    def _program_key(self, rows, augments, phase):
        prepare_devices()  # before the optimizer, whose variables start the devices
        n_outputs, head, spacing = self._output()
        scale, dtype = pixel_scale(rows)
        # Embeddings meet the head alone, so that scikit-learn's own checks, and tables of features, need no images.
        backbone = {"images": "vgg", "features": "none"}[rows.kind] if self.backbone == "auto" else self.backbone
        spec = NetworkSpec(
            input_shape=tuple(int(side) for side in rows.shape[1:]),
            n_outputs=int(n_outputs),
            head=head,
            backbone=backbone_name(backbone),
            filters=tuple(int(size) for size in self.filters),
            convolutions=int(self.convolutions),
            dense_units=tuple(int(size) for size in self.dense_units),
            dtype_policy=str(self.dtype_policy),
            spacing=spacing,
            resize=self._network_size(rows),
            **scale,
        )
        return ProgramKey(
            spec,
            optimizer_json(self.optimizer, self.learning_rate),
            dtype,
            augments,
            trainable=phase.trainable,
            batch_norm=phase.batch_norm,
            layer_rates=phase.lowest_rate != 1,
            smooths=self.label_smoothing > 0,
        )

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
        scale, dtype = pixel_scale(rows)
        # Pixels may come as uint8 or as floats, whatever the fit had: only their scale and type differ.
        key = replace(self._key, spec=replace(self._key.spec, **scale), pixel_dtype=dtype)
        with advise_on_memory(self.batch_size), lease(key) as program:
            program.set_weights(self.weights_)
            return check_outputs(predict(program, rows, self.batch_size))

    def _shape_for(self, X):
        """Files, and images one by one, are read at the size of the fit, whatever their own."""
        resized = not isinstance(X, ImageRows) and form_of(X) in ("paths", "pictures")
        return self.input_shape_ if resized else None

    @property
    def model_(self):
        """An independent Keras model with the fitted weights, built anew at each access.

        It takes pixels as the fit did (0..255 for uint8 images, 0..1 for float ones) and shares nothing with the
        estimator.
        """
        check_is_fitted(self, "weights_")
        check_parameters(self, names=("dropout",))
        # Of Keras' own layers, so that it can be saved and read without this package.
        network = build_network(self._key.spec, dropout=float(self.dropout))
        network.set_weights(self.weights_)
        return network

    def __sklearn_clone__(self):
        """A clone starts from the same weights: a fitted estimator given as `weights` stays fitted."""
        cloned = super().__sklearn_clone__()
        cloned.weights = self.weights
        return cloned

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.string = True
        return tags
