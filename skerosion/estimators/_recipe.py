"""Ingredients of a training that are parameters of every estimator: schedule, label smoothing, averaged weights."""

import numpy as np

from skerosion.training import WeightAverage, as_phases, scheduled


class RecipeMixin:
    """What the parameters of a recipe (learning rate, schedule, warm-up, averaging) ask of a training."""

    def _check_recipe(self):
        """Raise for values of these parameters that do not go together."""
        if callable(self.learning_rate) and (self.schedule != "constant" or self.warmup):
            raise ValueError(
                f"learning_rate must be a number for schedule={self.schedule!r} and warmup={self.warmup!r}, got "
                f"{self.learning_rate!r}; a function of the step is a schedule itself."
            )
        if self.average_epochs > 1 and self.patience is not None:
            raise ValueError(
                "average_epochs must be 1 with patience, which restores the weights of one epoch, got "
                f"{self.average_epochs}; pass patience=None."
            )
        _, epochs = as_phases(self.phases, self.epochs)[-1]
        if self.average_epochs > epochs:
            raise ValueError(
                f"average_epochs must be at most the number of epochs trained, {epochs}, got {self.average_epochs}."
            )

    def _rate_of_phase(self, phase, span, n_steps):
        """Return the learning rate of a phase by the number of the step, a number where it does not change.

        Parameters
        ----------
        phase : Phase
        span : (int, int)
            Its first epoch and its epochs: the schedule of a phase begins and ends with it.
        n_steps : int
            Steps of an epoch.
        """
        first, epochs = span
        rate = phase.scaled(self.learning_rate)
        of_phase = scheduled(rate, self.schedule, self.warmup, epochs * n_steps)
        if of_phase is rate:
            return rate
        return lambda step: of_phase(step - first * n_steps)

    def _averaging(self, program, batches):
        """Return the callbacks that average weights over the last epochs, none where nothing is averaged."""
        if self.average_epochs == 1:
            return []
        return [WeightAverage(program, batches, self.average_epochs)]


def smoothed_targets(targets, label_smoothing, share):
    """Return targets as the loss of a program that smooths takes them, with the share of each row beside its grade.

    Parameters
    ----------
    targets : ndarray of shape (n,)
    label_smoothing : float
        The estimator's; with 0 the targets stay as they are.
    share : float
        That of these rows: 0 for validation rows, whose loss stays comparable.
    """
    if not label_smoothing:
        return targets
    return np.column_stack([targets, np.full(len(targets), share)]).astype(np.float32)


def span_of_phase(plan, number):
    """Return first epoch and number of epochs of the phase that an epoch falls into, the last one for all that follow.

    Parameters
    ----------
    plan : list of (Phase, int)
    number : int
        The epoch, from 0.
    """
    first = 0
    for _, epochs in plan[:-1]:
        if number < first + epochs:
            return first, epochs
        first += epochs
    return first, plan[-1][1]
