"""Learning rates that change over a fit: a warm-up, then a constant rate or half a cosine."""

import math

import keras

SCHEDULES = ("constant", "cosine")
# What sets the learning rate between epochs, which a rate that changes at every step would replace.
_SETTERS = (keras.callbacks.LearningRateScheduler, keras.callbacks.ReduceLROnPlateau)
# Where the cosine ends, as a share of the rate: a last step of nothing would be a step wasted.
_END = 0.01


def scheduled(rate, schedule, warmup, steps):
    """Return the learning rate of each step of a fit, a number where it does not change.

    Parameters
    ----------
    rate : float or callable
        The highest rate; a function of the step is returned as it is.
    schedule : {"constant", "cosine"}
        What follows the warm-up. The cosine falls to a hundredth of the rate.
    warmup : float in [0, 1)
        Share of the steps over which the rate rises evenly.
    steps : int
        Steps of the fit. Further ones stay at the end of the schedule.

    Returns
    -------
    float or callable
        A callable takes the number of the step, from 0.

    References
    ----------
    I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017 (cosine); P. Goyal et
    al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", arXiv:1706.02677, 2017 (warm-up).

    Examples
    --------
    >>> from skerosion.training import scheduled
    >>> rates = scheduled(1.0, "cosine", 0.2, 10)
    >>> [round(rates(step), 2) for step in range(12)]
    [0.5, 1.0, 0.96, 0.86, 0.69, 0.51, 0.32, 0.15, 0.05, 0.01, 0.01, 0.01]
    """
    if callable(rate) or (schedule == "constant" and not warmup):
        return rate
    risen = round(warmup * steps)

    def rate_of(step):
        if step < risen:
            # From a first small step, not from zero, which would be a step wasted.
            return rate * (step + 1) / risen
        if schedule == "constant":
            return rate
        way = min((step + 1 - risen) / max(steps - risen, 1), 1.0)
        return rate * (_END + (1 - _END) * (1 + math.cos(math.pi * way)) / 2)

    return rate_of


def check_rate_setters(callbacks):
    """Refuse callbacks that set the learning rate, for fits in which it changes at every step."""
    setters = [type(callback).__name__ for callback in callbacks if isinstance(callback, _SETTERS)]
    if setters:
        raise_replaced(setters)


def raise_replaced(names):
    """Raise because a learning rate that one of the named callbacks sets would be replaced at the next step."""
    raise ValueError(
        "callbacks must not set the learning rate where schedule, warmup or a callable learning_rate sets it at every "
        f"step, got {' or '.join(names)}, which would do nothing: leave it out, or pass schedule='constant', "
        "warmup=0.0 and a number as learning_rate."
    )
