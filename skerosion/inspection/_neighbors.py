"""Joints that a network finds alike: the nearest labelled ones, and labels that disagree with theirs."""

from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import check_array, check_scalar

from skerosion._keys import as_keys
from skerosion._types import Any, ArrayLike, Groups, Seed
from skerosion.metrics import check_same_length, check_targets, group_bootstrap_interval


def nearest_joints(
    embeddings: ArrayLike,
    y: ArrayLike,
    queries: ArrayLike | None = None,
    *,
    n_neighbors: int = 5,
    groups: Groups = None,
    query_groups: Groups = None,
    metric: Any = "euclidean",
):
    """Return the labelled joints nearest to given ones in embedding space.

    Parameters
    ----------
    embeddings : array-like of shape (n_rows, d)
        Of the labelled joints, such as :class:`Embedder` gives them.
    y : array-like of shape (n_rows,)
        Their labels, of any kind.
    queries : array-like of shape (n_queries, d) or None, default=None
        Embeddings of the joints asked about; None asks about each labelled joint, which is then not its own neighbour.
    n_neighbors : int, default=5
        Neighbours of each.
    groups : array-like of shape (n_rows,) or None, default=None
        The patient of each labelled joint; neighbours then come from other patients than the one asked about, whose
        joints are alike for other reasons than their grade.
    query_groups : array-like of shape (n_queries,) or None, default=None
        The patient of each query, where `queries` are given beside `groups`; None: patients without labelled joints.
    metric : str or callable, default="euclidean"
        A distance, as for :class:`sklearn.neighbors.NearestNeighbors`.

    Returns
    -------
    DataFrame of n_queries * n_neighbors rows
        ``query`` (position), ``rank`` (1 is the nearest), ``neighbor`` (position among the labelled joints),
        ``distance`` (in units of the embedding), ``label``, and with `groups` ``group``.

    Raises
    ------
    ValueError
        For lengths that disagree, or fewer joints of other patients than neighbours.

    Examples
    --------
    >>> from skerosion.inspection import nearest_joints
    >>> embeddings, patients = [[0.0], [1.0], [1.5], [9.0]], ["a", "a", "b", "c"]
    >>> nearest_joints(embeddings, [0, 1, 2, 3], [[1.1]], n_neighbors=2).neighbor.tolist()
    [1, 2]
    >>> nearest_joints(embeddings, [0, 1, 2, 3], n_neighbors=1, groups=patients).neighbor.tolist()
    [2, 2, 1, 2]
    """
    embeddings, labels = check_array(embeddings), np.asarray(y)
    check_same_length(embeddings=embeddings, y=labels, groups=groups)
    check_scalar(n_neighbors, "n_neighbors", Integral, min_val=1)
    own = _owners(embeddings, queries, groups, query_groups)
    asked = embeddings if queries is None else check_array(queries)
    distances, found = _search(embeddings, asked, own, n_neighbors, metric)
    table = pd.DataFrame(
        {
            "query": np.repeat(np.arange(len(asked)), n_neighbors),
            "rank": np.tile(np.arange(1, n_neighbors + 1), len(asked)),
            "neighbor": found.ravel(),
            "distance": distances.ravel(),
            "label": labels[found.ravel()],
        }
    )
    return table if groups is None else table.assign(group=np.asarray(groups)[found.ravel()])


def _owners(embeddings, queries, groups, query_groups):
    """Return numbers of who owns the labelled joints and who asks; a joint is not a neighbour of its owner's."""
    if queries is None:
        codes = np.arange(len(embeddings)) if groups is None else pd.factorize(as_keys(groups))[0]
        return codes, codes
    if groups is None or query_groups is None:
        return np.zeros(len(embeddings), dtype=int), np.full(len(queries), -1)
    check_same_length(queries=queries, query_groups=query_groups)
    codes, _ = pd.factorize(np.concatenate([as_keys(groups), as_keys(query_groups, "query_groups")]))
    return codes[: len(embeddings)], codes[len(embeddings) :]


def _search(embeddings, asked, own, n_neighbors, metric):
    """Return distances and positions of the nearest joints of others, each of shape (n_queries, n_neighbors)."""
    owners, askers = own
    owned = np.bincount(owners)
    most = max((owned[asker] for asker in np.unique(askers) if 0 <= asker < len(owned)), default=0)
    if len(embeddings) - most < n_neighbors:
        raise ValueError(
            f"n_neighbors must be at most the joints of other patients, got {n_neighbors} with "
            f"{len(embeddings) - most} such joints for some query."
        )
    # With so many found, enough are left when all of the asker's own are taken out.
    search = NearestNeighbors(n_neighbors=n_neighbors + most, metric=metric).fit(embeddings)
    distances, found = search.kneighbors(asked)
    order = np.argsort(owners[found] == askers[:, np.newaxis], axis=1, kind="stable")[:, :n_neighbors]
    return np.take_along_axis(distances, order, axis=1), np.take_along_axis(found, order, axis=1)


def label_disagreement(
    embeddings: ArrayLike, y: ArrayLike, groups: Groups = None, *, n_neighbors: int = 51, metric: Any = "euclidean"
):
    """Return how each label differs from those of its neighbours, and from those of the patient's other joints.

    The thesis found outliers among the healthy joints: labels of 20 % and less whose neighbours are damaged. Either the
    label is wrong or the network does not see what the reader saw; sort by ``against_neighbors`` and look at both ends.
    Outliers of patients whose other joints are healthy too suggest a halo: see :func:`halo_slope`.

    Parameters
    ----------
    embeddings : array-like of shape (n_rows, d)
        Of joints that the network was not trained on, or wrong labels have been learned by heart.
    y : array-like of shape (n_rows,)
        Percentages or numeric grades.
    groups : array-like of shape (n_rows,) or None, default=None
        The patient of each joint; neighbours then come from other patients.
    n_neighbors : int, default=51
        Neighbours of each joint; the thesis' number for grades.
    metric : str or callable, default="euclidean"
        As for :func:`nearest_joints`.

    Returns
    -------
    DataFrame of n_rows rows, in the order of the rows
        ``label``; ``neighbors``, the mean label of the neighbours; ``against_neighbors``, the label minus that; with
        `groups` also ``group``; ``others``, the mean label of the patient's other joints (NaN without any);
        ``n_others``, their number; ``against_others``, the label minus their mean. Units of the labels.

    Raises
    ------
    ValueError
        As for :func:`nearest_joints`, and for labels that are not numbers.

    Examples
    --------
    >>> from skerosion.inspection import label_disagreement
    >>> embeddings, percent = [[0.0], [0.1], [5.0], [5.1], [5.2]], [0, 10, 60, 70, 0]
    >>> table = label_disagreement(embeddings, percent, list("ababb"), n_neighbors=1)
    >>> table.query("label <= 20 and neighbors > 40")[["neighbors", "others"]]
       neighbors  others
    4       60.0    40.0
    """
    y = check_targets(y, "y").astype(float)
    near = nearest_joints(embeddings, y, n_neighbors=n_neighbors, groups=groups, metric=metric)
    table = pd.DataFrame({"label": y, "neighbors": near.groupby("query").label.mean().to_numpy()})
    table["against_neighbors"] = table.label - table.neighbors
    if groups is None:
        return table
    table.insert(0, "group", np.asarray(groups))
    of_patient = table.groupby(as_keys(groups)).label
    table["n_others"] = of_patient.transform("size") - 1
    total = of_patient.transform("sum") - table.label
    table["others"] = (total / table.n_others.where(table.n_others > 0)).astype(float)
    table["against_others"] = table.label - table.others
    return table


def halo_slope(disagreement: Any, *, n_resamples: int = 1000, confidence: float = 0.95, random_state: Seed = None):
    """Return how far labels are drawn from what the joint looks like towards the patient's other joints.

    The slope of ``label - neighbors`` on ``others - neighbors``, by least squares: 0 where a label follows from the
    image alone, 1 where it is that of the patient's other joints. An embedding that misses damage gives a slope above
    0 as well, since the joints of a patient do go together; what a reader's halo adds shows in the comparison with
    labels without one, such as those of synthetic joints or of another reader.

    Parameters
    ----------
    disagreement : DataFrame
        As :func:`label_disagreement` returns it for joints with patients; joints without others are left out.
    n_resamples : int, default=1000
        Draws of patients.
    confidence : float, default=0.95
        Of the interval.
    random_state : int, RandomState instance or None, default=None
        Source of the draws.

    Returns
    -------
    BootstrapInterval
        ``low, high``, with the slope as ``estimate``.

    Raises
    ------
    ValueError
        Without patients, or where no joint differs from another.

    Examples
    --------
    >>> import numpy as np
    >>> from skerosion.inspection import halo_slope, label_disagreement
    >>> rng = np.random.default_rng(0)
    >>> patients, damage = np.repeat(np.arange(40), 5), rng.uniform(0, 100, 200)
    >>> halo = damage + 0.3 * (np.repeat(damage.reshape(40, 5).mean(axis=1), 5) - damage)
    >>> table = label_disagreement(damage[:, None], halo, patients, n_neighbors=5)
    >>> halo_slope(table, random_state=0).low > 0
    True
    """
    if "others" not in disagreement:
        raise ValueError(
            f"disagreement must compare with the patient's other joints, got the columns {list(disagreement)}; give "
            "groups to label_disagreement."
        )
    table = disagreement[disagreement.n_others > 0]
    towards, label = (table.others - table.neighbors).to_numpy(), table.against_neighbors.to_numpy()
    if not len(table) or np.ptp(towards) == 0:
        raise ValueError(
            f"disagreement must hold joints that differ from their patient's others, got {len(table)} joints of "
            "patients with several, all alike."
        )
    return group_bootstrap_interval(
        _slope, towards, label, table.group, n_resamples=n_resamples, confidence=confidence, random_state=random_state
    )


def _slope(towards, label, sample_weight=None):
    """Return the slope of weighted least squares with an intercept, NaN where nothing varies."""
    centred = towards - np.average(towards, weights=sample_weight)
    spread = np.average(centred**2, weights=sample_weight)
    return np.average(centred * label, weights=sample_weight) / spread if spread > 0 else np.nan
