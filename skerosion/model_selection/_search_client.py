"""The connection of a search to workers on other machines."""

from skerosion._types import Any


def search_client(address: Any = None, **options: Any):
    """Connect to dask workers that a search runs on, such that it survives the death of a worker.

    joblib's dask backend hands large arguments (images, targets, the row numbers of a fold) to one worker, and where
    that worker dies, they are gone and the search ends in a ``FutureCancelledError``. Through this client the scheduler
    keeps them and gives them to another worker, which repeats the fit that was lost.

    Parameters
    ----------
    address : str, default=None
        Address of the scheduler, such as ``"tcp://10.0.0.5:8786"``. None starts scheduler and workers on this machine.
    **options
        As of `distributed.Client`, for example ``scheduler_file=``, or ``n_workers=`` where it starts workers.

    Returns
    -------
    client : distributed.Client
        For ``joblib.parallel_config("dask", client=client)``. A context manager, which disconnects.

    Raises
    ------
    ImportError
        Where dask.distributed is not installed.
    OSError
        Where no scheduler answers at the address.

    Notes
    -----
    dask repeats a fit whose worker died, up to three deaths a fit (its setting ``scheduler.allowed-failures``). Nothing
    is written to disk: scheduler and searching program must live. With a single worker of one thread joblib runs the
    fits in the searching program itself.

    References
    ----------
    https://github.com/dask/distributed/issues/3149 (scattered data dies with its worker)

    Examples
    --------
    >>> import joblib
    >>> from sklearn.dummy import DummyClassifier
    >>> from sklearn.model_selection import GridSearchCV
    >>> from skerosion.model_selection import search_client
    >>> search = GridSearchCV(DummyClassifier(strategy="constant"), {"constant": [0, 1]}, cv=2)
    >>> with search_client(n_workers=2, processes=False, dashboard_address=":0") as client:
    ...     with joblib.parallel_config("dask", client=client):
    ...         search.fit([[0]] * 6, [0, 0, 1, 0, 0, 1]).best_params_
    {'constant': 0}
    """
    try:
        from skerosion.model_selection._keeping_client import KeepingClient
    except ImportError as error:
        raise ImportError(
            "search_client needs dask.distributed, which is not installed: pip install 'skerosion[distributed]'"
        ) from error
    return KeepingClient(address, **options)
