"""The file of an estimator that grades synthetic joints, to try with what estimators are used for."""

from pathlib import Path


def synthetic_grader():
    """Return the path of a fitted grader of synthetic joints, which comes with the package.

    It grades what :func:`write_joint_images` draws, at 48 pixels a side, and is for trying the package without a
    training. It has seen drawings alone and is for no patient, as its file says. Commands know it as ``synthetic``.

    Returns
    -------
    pathlib.Path

    See Also
    --------
    make_joint_images : Draws what it grades.
    skerosion.load_estimator : Reads it.

    Examples
    --------
    >>> from skerosion import load_estimator
    >>> from skerosion.datasets import make_joint_images, synthetic_grader
    >>> joints = make_joint_images(3, size=48, labels={0: 1, 20: 1, 100: 1}, random_state=0)
    >>> grades = load_estimator(synthetic_grader()).predict(joints.images)
    >>> sorted(grades.tolist()) == grades[joints.percent.argsort()].tolist()
    True
    """
    return Path(__file__).with_name("synthetic.skerosion")
