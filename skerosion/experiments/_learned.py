"""What a fit has learned, kept beside its forecasts: the nodes and arrays of an estimator's file, within the store."""

from .file_format import Classes, NodeReader, NodeWriter

LEARNED = "learned"
"""What stands for it in the record of a fit, and what the names of its arrays begin with."""


def learned_state(estimator):
    """Take out what an estimator has learned: all that it holds beside its parameters.

    Parameters
    ----------
    estimator : fitted estimator

    Returns
    -------
    described : dict
        Of what JSON writes.
    arrays : dict of str to ndarray
        None of them of objects.

    Raises
    ------
    TypeError
        For an attribute that is not data.

    Examples
    --------
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skerosion.experiments._learned import give_learned, learned_state
    >>> learned = learned_state(StandardScaler().fit([[0.0], [2.0]]))
    >>> give_learned(StandardScaler(), *learned).transform([[4.0]]).tolist()
    [[3.0]]
    """
    parameters, writer = estimator.get_params(deep=False), NodeWriter(Classes())
    learned = {name: value for name, value in vars(estimator).items() if name not in parameters}
    root = writer.value(learned, type(estimator).__name__)
    arrays = {f"{LEARNED}.{name}": array for name, array in writer.arrays.items()}
    return {"nodes": writer.nodes, "root": root}, arrays


def give_learned(estimator, described, arrays):
    """Give an estimator of the same class what another one has learned.

    Parameters
    ----------
    estimator : estimator
        With the parameters of the one that was fitted.
    described, arrays
        As `learned_state` returns them.

    Returns
    -------
    estimator
        The same, fitted.
    """
    own = {name.removeprefix(f"{LEARNED}."): array for name, array in arrays.items() if name.startswith(LEARNED)}
    vars(estimator).update(NodeReader(Classes(), own, "a stored fit").read(described["nodes"], described["root"]))
    return estimator
