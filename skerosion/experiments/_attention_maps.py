"""Where the network of a fitted estimator looks."""


def attention_maps(estimator, images, kinds=("activation map", "Grad-CAM", "occlusion")):
    """The maps of some images by kind; none of an estimator without a network of its own.

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
    from skerosion.inspection import activation_map, grad_cam, occlusion_sensitivity

    known = {"activation map": activation_map, "Grad-CAM": grad_cam, "occlusion": occlusion_sensitivity}
    try:
        return {} if estimator is None else {name: known[name](estimator, images) for name in kinds}
    except TypeError:
        return {}
