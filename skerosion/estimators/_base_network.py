"""What runs a network for an estimator: its split, batches, programs and phases, whatever it is trained to tell."""

from dataclasses import replace

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skerosion._validation import check_parameters
from skerosion.estimators._fit_tasks import CallbackSupportMixin, FitTasks
from skerosion.estimators._inputs import check_outputs, pixel_scale
from skerosion.estimators._parameters import TrainingParameters
from skerosion.estimators._recipe import RecipeMixin, smoothed_targets, span_of_phase
from skerosion.estimators._rules import TRAINING_RULES
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
from skerosion.model_selection import first_split
from skerosion.networks import NetworkSpec, backbone_name, build_network
from skerosion.preprocessing import Augmentation
from skerosion.training import (
    ProgramKey,
    RowBatches,
    advise_on_memory,
    as_phases,
    batches_of_maps,
    check_only_flips,
    lease,
    phase_of_epoch,
    predict,
    prepare_devices,
    train,
)


class BaseNetwork(TrainingParameters, RecipeMixin, RepairedWrapper, CallbackSupportMixin):
    """A network with its training and its prediction from rows.

    A class of tasks implements ``_fit``, which ends in ``_learn``, and ``_output()`` (number of outputs, head, spacing
    of the grid).
    """

    _rules = TRAINING_RULES
    # A parameter of the estimators whose targets are grades or lie on a grid.
    label_smoothing = 0.0
    # A parameter of the estimators whose targets fall into grades.
    trim = None

    def _learn(self, rows, y, targets, *, reset, initial_epoch, warm_start, one_more):
        """Train on checked rows; `y` is what a validation split goes by, `targets` what the loss compares with."""
        seed = seed_of(self.random_state)
        # Validation rows keep their labels: smoothed ones would hide what the loss measures.
        sides = self._inner_split(rows, y, derived_seed(seed, SPLIT))
        parts = zip(sides, (self.label_smoothing, 0.0), strict=True)
        training, validation = (self._batches(rows, targets, part, seed, share) for part, share in parts)
        plan, span = as_phases(self.phases, self.epochs), None
        if one_more:
            span = span_of_phase(plan, initial_epoch)
            plan = [(phase_of_epoch(plan, initial_epoch), 1)]
        # One for all phases: what a row's loss was in the phase before still tells.
        trimming = None if self.trim is None else self._trimming(training.rows, y[sides[0]])
        keep = warm_start or self.warm_start
        held_out = (None, None) if validation is None else (validation.rows, y[sides[1]])
        tasks = FitTasks(self, plan, *held_out)
        self._train(training, validation, reset, seed, plan, initial_epoch, keep, tasks, span, trimming)
        tasks.end_fit()

    def _train(self, training, validation, reset, seed, plan, initial_epoch, keep, tasks, span=None, trimming=None):
        """Run the phases one after the other; each goes on from the weights of the one before."""
        if any(phase.cache_trunk for phase, _ in plan):
            check_only_flips(training.rows, training.augmentation)
        keys = [self._program_key(training.rows, training.augments, phase) for phase, _ in plan]
        if not reset:
            self._check_same_network(keys[0])
        # A fit of its own starts a history; going on appends to the one there is.
        earlier = self.history_ if initial_epoch and not reset else {}
        weights, state = (None, None) if reset else (self.weights_, self._optimizer_state_for(keys[0]))
        loading = self._given_weights(keys[0].spec) if reset else None
        # Each phase draws its noise from a seed of its own; the first begins as a fit without phases does.
        seeds = seeds_of_phases(seed, len(plan))
        for number, (key, (phase, epochs), own) in enumerate(zip(keys, plan, seeds, strict=True)):
            with advise_on_memory(self.batch_size), lease(key) as program:
                # Before weights are loaded: the noise of dropout and the optimiser start anew in each phase.
                program.reset(own, self.dropout)
                if weights is not None:
                    program.set_weights(weights)
                elif loading is not None:
                    program.load_weights(*loading, with_head=not self.reset_head)
                if state is not None:
                    program.set_optimizer_state(state)
                spans = epochs, initial_epoch, span
                # Only given weights, before anything has trained, will be those of another fit.
                lasting = number == 0 and loading is not None
                with batches_of_maps(program, training, validation, lasting=lasting) as parts:
                    history = self._run_phase(program, phase, *parts, *spans, tasks, trimming)
                # The next phase trains other variables, for which this state has no place.
                weights, state = program.release_weights(), None
                self.optimizer_state_ = program.get_optimizer_state() if keep else None
            earlier = {name: earlier.get(name, []) + values for name, values in history.items()}
            initial_epoch += len(history["loss"])
        self.weights_, self._key, self.history_ = weights, keys[-1], earlier
        self.input_shape_ = tuple(training.rows.shape[1:])

    def _run_phase(self, program, phase, training, validation, epochs, initial_epoch, span, tasks, trimming):
        program.set_lowest_rate(phase.lowest_rate)
        callbacks = make_callbacks(self.callbacks, self.patience, self.verbose)
        return train(
            program,
            training,
            epochs=initial_epoch + epochs,
            initial_epoch=initial_epoch,
            learning_rate=self._rate_of_phase(phase, span or (initial_epoch, epochs), len(training)),
            validation=validation,
            callbacks=callbacks + self._averaging(program, training) + tasks.of_phase(program, epochs),
            trimming=trimming,
        )

    def _given_weights(self, spec):
        """Weights by layer to start with, and what they are; None draws all from the seed."""
        return None if self.weights is None else given_weights(self.weights, spec)

    def _optimizer_state_for(self, key):
        """The state to go on from: only the same part of the network has variables for it."""
        trained = ("trainable", "batch_norm", "layer_rates", "cache_trunk")
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

    def _inner_split(self, rows, y, seed):
        """Positions of training and validation rows; without a validation split, all rows and None."""
        if self.validation_split is None:
            return np.arange(len(rows)), None
        target, stratifies = self._split_target(y)
        return first_split(self.validation_split, rows, target, random_state=seed, stratify=stratifies)

    def _split_target(self, y):
        """What a validation split goes by, and whether it has some of each in both parts."""
        return y, False

    def _augmentation(self):
        """How training rows are moved and exposed, or None."""
        return Augmentation.from_parameter(self.augmentation)

    # How targets that are places move with their images; None for targets that do not.
    _follow = None

    def _batches(self, rows, targets, positions, seed, smoothing):
        if positions is None:
            return None
        augmentation = self._augmentation()
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
            follow=self._follow,
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
            augments and phase.cache_trunk is None,
            trainable=phase.trainable,
            batch_norm=phase.batch_norm,
            layer_rates=phase.lowest_rate != 1,
            smooths=self.label_smoothing > 0,
            n_votes=0 if rows.votes is None else rows.votes.shape[1],
            tells_row_losses=self.trim is not None,
            cache_trunk=phase.cache_trunk,
        )

    def _network_size(self, rows):
        """The size to which the network brings images; None leaves them."""
        return None

    def _run(self, rows):
        """What the fitted network gives for checked rows."""
        return check_outputs(self._predicted(rows, lambda program: program.predict_batch))

    def _predicted(self, rows, run_of):
        scale, dtype = pixel_scale(rows)
        # Pixels may come as uint8 or as floats, whatever the fit had: only their scale and type differ.
        key = replace(self._key, spec=replace(self._key.spec, **scale), pixel_dtype=dtype)
        with advise_on_memory(self.batch_size), lease(key) as program:
            program.set_weights(self.weights_)
            return predict(program, rows, self.batch_size, run_of(program))

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


def hidden_values(estimator, rows, layer=None):
    """Return what a layer of a fitted network gives, by the program that predicts with it: nothing is built anew.

    Parameters
    ----------
    estimator : BaseNetwork
        Fitted.
    rows : ImageRows
        As its `predict` brings them to the network.
    layer : str or None, default=None
        Name of a layer, maps of which become their mean over all places; None takes the last hidden one.

    Returns
    -------
    ndarray of float32, shape (n, d)
    """
    return estimator._predicted(rows, lambda program: program.hidden_batch(layer))
