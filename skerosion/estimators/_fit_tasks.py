"""scikit-learn's callbacks: a fit, its phases and their epochs as tasks of one tree.

scikit-learn has them since 1.9, as an experiment. On older versions fits go on without, and ``set_callbacks`` says so.
"""

import warnings
from typing import TYPE_CHECKING, TypeVar

import keras
import sklearn

from skerosion._private_sklearn import callback_context

Method = TypeVar("Method")


class WithoutCallbacks:
    """What stands in for scikit-learn's mixin where it has none."""

    def set_callbacks(self, *callbacks):
        """Say that this version of scikit-learn has no callbacks.

        Parameters
        ----------
        *callbacks : objects

        Returns
        -------
        self
        """
        warnings.warn(
            f"set_callbacks needs scikit-learn 1.9 or newer, and this is {sklearn.__version__}: fits go on without "
            "them. Keras' own callbacks are given as callbacks=[...].",
            UserWarning,
            stacklevel=2,
        )
        return self


def as_it_is(method):
    """Decorate a method with nothing."""
    return method


if TYPE_CHECKING:
    from skerosion.estimators._typed_bases import Untyped as CallbackSupportMixin

    def with_callbacks(method: Method) -> Method: ...
else:
    try:
        from sklearn.callback import CallbackSupportMixin, with_callbacks
    except ImportError:
        CallbackSupportMixin, with_callbacks = WithoutCallbacks, as_it_is


class FitTasks:
    """The tasks of one fit, for the callbacks that were set; nothing where there are none.

    The task "fit" is made of phases, or of epochs where the estimator has no phases. A callback that asks for rows gets
    those of the validation split and never those that were trained on. One that asks for the fitted estimator gets a
    copy with the weights of that moment; without such a callback no weight is copied.

    Parameters
    ----------
    estimator : BaseNetwork
        Within its fit.
    plan : list of (Phase, int)
        The phases with their numbers of epochs.
    held_out : ImageRows or None
        The validation rows.
    grades : array-like or None
        Their targets, as they were given.
    """

    def __init__(self, estimator, plan, held_out, grades):
        self._estimator, self._held_out, self._grades = estimator, held_out, grades
        self._has_phases = estimator.phases is not None
        self._root = callback_context(estimator, len(plan) if self._has_phases else plan[0][1])
        if self._root is not None:
            self.begin(self._root)

    def of_phase(self, program, epochs):
        """The Keras callbacks that make tasks of a phase and its epochs."""
        if self._root is None:
            return []
        return [_PhaseTasks(self, program, self._phase_context(epochs))]

    def _phase_context(self, epochs):
        return self._root.subcontext("phase", max_subtasks=epochs) if self._has_phases else self._root

    def end_fit(self):
        """End the task "fit", of an estimator that has its weights."""
        if self._root is not None:
            self.end(self._root, dict)

    def end_phase(self, context, learned):
        """End a phase that is a task of its own."""
        if context is not self._root:
            self.end(context, learned)

    def begin(self, context):
        """Tell the callbacks that a task begins."""
        context.call_on_fit_task_begin(estimator=self._estimator)

    def end(self, context, learned):
        """Tell the callbacks that a task has ended, and return whether one of them wants to stop."""
        return context.call_on_fit_task_end(
            estimator=self._estimator,
            X=self._rows,
            y=lambda: self._grades,
            reconstruction_attributes=learned,
        )

    def _rows(self):
        """The validation rows, once a callback asks for them."""
        if self._held_out is None:
            warnings.warn(
                f"a callback asks for rows to score, and {type(self._estimator).__name__} has no validation_split: "
                "it gets none, for scores on what was trained on would mislead. Pass validation_split=0.2, or a "
                "splitter by patient.",
                UserWarning,
                stacklevel=2,
            )
        return self._held_out


class _PhaseTasks(keras.callbacks.Callback):
    """Brings the epochs of a phase into the tree of tasks."""

    def __init__(self, tasks, program, context):
        super().__init__()
        self._tasks, self._program, self._context = tasks, program, context
        self._epoch = None

    def on_train_begin(self, logs=None):
        if self._tasks._has_phases:
            self._tasks.begin(self._context)

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = self._context.subcontext("epoch")
        self._tasks.begin(self._epoch)

    def on_epoch_end(self, epoch, logs=None):
        if self._tasks.end(self._epoch, self._learned):
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self._tasks.end_phase(self._context, self._learned)

    def _learned(self):
        """What a copy of the estimator needs to predict with the weights of now."""
        program = self._program
        shape = program.key.spec.input_shape
        return {"weights_": program.get_weights(), "_key": program.key, "input_shape_": tuple(shape), "history_": {}}
