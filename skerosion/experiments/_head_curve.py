"""What more patients would bring to the head of a network, from the embeddings that a search or a study keeps."""

import numpy as np

from skerosion.metrics import quadratic_kappa

FEWEST_PATIENTS = 40
"""Patients that one network must have embedded without having seen them: of fewer a curve tells nothing."""

_DRAWS, _SEED = 20, 0
_PENALTIES = np.logspace(-2, 5, 15)


def head_curve(embedding, grades, groups, neighbourhoods):
    """Return the learning curve of the head alone over patients whom the networks that embed them have not seen.

    The network stays as it is; a ridge regression of the grades on its embedding, whose penalty is chosen anew each
    time, is fitted on ever more of the patients and scored on others. Curves of several networks are put together.

    Parameters
    ----------
    embedding : ndarray of shape (n_rows, n_components) or None
    grades : ndarray of int, shape (n_rows,)
    groups : ndarray of shape (n_rows,) or None
    neighbourhoods : list of ndarray of int
        Rows that one network embeds without having seen them, for each network.

    Returns
    -------
    PatientCurve or None
        None without embeddings or patients, and of too few patients.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.experiments._head_curve import head_curve
    >>> rng = np.random.default_rng(0)
    >>> patients, grades = np.repeat(np.arange(60), 3), rng.integers(4, size=180)
    >>> seen = np.column_stack([grades + rng.normal(size=180), rng.normal(size=(180, 30))])
    >>> curve = head_curve(seen, grades, patients, [np.arange(180)])
    >>> curve.sizes
    array([ 8, 15, 25, 42])
    >>> bool(curve.scores.mean(axis=0)[0] < curve.scores.mean(axis=0)[-1])
    True
    >>> head_curve(seen, grades, patients, [np.arange(90), np.arange(90, 180)]) is None  # 30 patients each
    True
    """
    if embedding is None or groups is None:
        return None
    least = min(len(np.unique(groups[rows])) for rows in neighbourhoods)
    if least < FEWEST_PATIENTS:
        return None
    from skerosion.promises import PatientCurve

    rng, classes = np.random.default_rng(_SEED), np.unique(grades)
    n_draws = max(2, -(-_DRAWS // len(neighbourhoods)))
    curves = [
        _curve(embedding, grades, groups, _of_patients(rows, groups, least, rng), classes, n_draws)
        for rows in neighbourhoods
    ]
    scores, resampled = (np.vstack([getattr(each, name) for each in curves]) for name in ("scores", "resampled"))
    return PatientCurve(curves[0].sizes, scores, resampled, curves[0].scoring)


def head_frame(curve):
    """Return a curve as the report shows it, with what its continuation says in words as a note.

    Parameters
    ----------
    curve : PatientCurve

    Returns
    -------
    DataFrame
        As `PatientCurve.frame` makes it; ``attrs["notes"]`` holds the notes.
    """
    gain = curve.gain(int(curve.sizes[-1]))
    frame = curve.frame().round(3)
    frame.attrs["notes"] = (
        f"{gain.patients} more patients would bring the head {gain.estimate:+.3f} of quadratic kappa ({gain.low:+.3f} "
        f"to {gain.high:+.3f}, 90 % interval).",
    )
    return frame


def _of_patients(rows, groups, count, rng):
    """The rows of so many patients, drawn: curves of all networks have the same sizes."""
    return rows[np.isin(groups[rows], rng.choice(np.unique(groups[rows]), count, replace=False))]


def _curve(embedding, grades, groups, rows, classes, n_draws):
    from sklearn.linear_model import RidgeCV

    from skerosion.promises import patient_learning_curve

    def kappa(head, X, y):
        said = classes[np.clip(np.rint(head.predict(X)), 0, len(classes) - 1).astype(int)]
        # Where all that are scored have one grade and get it, kappa is not defined: nothing is told apart.
        return np.nan_to_num(quadratic_kappa(classes[y], said, labels=classes))

    kappa.__name__ = "quadratic_kappa"
    return patient_learning_curve(
        RidgeCV(_PENALTIES),
        np.asarray(embedding[rows], dtype=float),
        np.searchsorted(classes, grades[rows]),
        groups[rows],
        scoring=kappa,
        n_draws=n_draws,
        random_state=_SEED,
    )
