"""Whether what is scored was trained on: patients and images of one table in the other."""

import numpy as np

from skerosion.datasets import ImageRows
from skerosion.model_selection import audit_split


def audit_training(trained, scored):
    """Look for patients and images of a scored table among those that estimators were trained on.

    Parameters
    ----------
    trained, scored : ImageTable
        Read alike. Without patients in both, images alone are compared.

    Returns
    -------
    DataFrame
        The pairs, as `skerosion.model_selection.audit_split` has them; each row is counted in its own table.

    Raises
    ------
    ValueError
        Where the images of the two are read otherwise.

    Examples
    --------
    >>> from skerosion.datasets import ImageTable
    >>> from skerosion.experiments._training_audit import audit_training
    >>> images = np.random.default_rng(0).integers(0, 255, (6, 16, 16), dtype=np.uint8)
    >>> first, other = (ImageTable(ImageRows(images[rows]), [], list(patients), None, None, "")
    ...                 for rows, patients in (([0, 1, 2], "abc"), ([3, 4, 0], "dbe")))
    >>> audit_training(first, other)[["kind", "row a", "row b"]].values.tolist()
    [['patient', 1, 1], ['identical', 0, 2]]
    """
    if trained.X.shape[1:] != scored.X.shape[1:] or trained.X.dtype != scored.X.dtype:
        raise ValueError(
            f"trained must hold images that are read as those of the table are, {scored.X!r}, got {trained.X!r}."
        )
    known = trained.groups is not None and scored.groups is not None
    groups = np.concatenate([trained.groups, scored.groups]) if known else None
    rows = ImageRows(np.concatenate([trained.X.read(), scored.X.read()]), groups=groups)
    n_trained = len(trained.X)
    frame = audit_split(rows, {"trained on": range(n_trained), "scored": range(n_trained, len(rows))}).frame
    # A pair is of two parts, the first of which stands first.
    return frame.assign(**{"row b": frame["row b"] - n_trained})
