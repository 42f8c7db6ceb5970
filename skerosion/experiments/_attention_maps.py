"""Where the networks of a fitted estimator look."""

from skerosion.forecasts import last_step


def attention_maps(estimator, images, kinds=("activation map", "Grad-CAM", "occlusion")):
    """The maps of some images by kind; none of an estimator without a network inside.

    Of what is made of others, such as calibrated estimators and ensembles, they are those of the networks inside, as
    these predict by themselves: the mean of several, by their weights.

    Parameters
    ----------
    estimator : fitted estimator or Pipeline, or None
    images : ImageRows
    kinds : sequence of str

    Returns
    -------
    dict of str to ndarray of shape (n_images, H, W)

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> from skerosion.experiments._attention_maps import attention_maps
    >>> from skerosion.datasets import make_joint_images
    >>> joints = make_joint_images(2, size=16, random_state=0)
    >>> attention_maps(DummyClassifier().fit([[0], [1]], [0, 1]), joints.images)
    {}
    """
    from skerosion import inspection

    known = {"activation map": "activation_map", "Grad-CAM": "grad_cam", "occlusion": "occlusion_sensitivity"}
    if estimator is None:
        return {}
    inside = list(_networks(estimator, images))
    try:
        return {kind: _mean(getattr(inspection, known[kind]), inside) for kind in kinds}
    except TypeError:
        return {}


def _networks(estimator, X, weight=1.0):
    """Yield what predicts inside an estimator, the rows as they reach it, and its share of the prediction."""
    step, X = last_step(estimator, X)
    if hasattr(step, "estimators_") and hasattr(step, "weights_"):
        for member, share in zip(step.estimators_, step.weights_, strict=True):
            if share > 0:
                yield from _networks(member, X, weight * share)
    elif hasattr(step, "estimator_"):
        yield from _networks(step.estimator_, X, weight)
    else:
        yield step, X, weight


def _mean(look, inside):
    return sum(weight * look(step, X) for step, X, weight in inside)
