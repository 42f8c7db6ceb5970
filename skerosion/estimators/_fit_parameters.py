"""The keywords by which weights and patients reach an estimator's ``fit``, through pipelines and searches."""

from sklearn import get_config
from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import get_routing_for_object
from sklearn.utils.validation import has_fit_parameter

from skerosion._keys import keys_for
from skerosion.datasets import ImageRows
from skerosion.forecasts import inside, is_search
from skerosion.model_selection import wants_groups


def fit_arguments(estimator, X, rows):
    """Return X and the keywords to fit an estimator with.

    Parameters
    ----------
    estimator : estimator, Pipeline or search
    X : ImageRows or array-like
    rows : ImageRows
        X, or rows in its place that know weights and patients.

    Returns
    -------
    X : ImageRows or array-like
        Without weights where a keyword brings them, so that none counts twice.
    parameters : dict of str to ndarray
    """
    carried = isinstance(X, ImageRows) and _carries(estimator)
    routes = get_config()["enable_metadata_routing"] and (isinstance(estimator, Pipeline) or is_search(estimator))
    parameters = (_routed if routes else _named)(estimator, rows, carried)
    weighs = any(name.split("__")[-1] == "sample_weight" for name in parameters)
    return (X.with_sample_weight(None) if isinstance(X, ImageRows) and weighs else X), parameters


def _carries(estimator):
    """Tell whether rows reach the estimator that predicts as rows, and it reads weights and patients from them."""
    while isinstance(estimator, Pipeline) or is_search(estimator):
        if isinstance(estimator, Pipeline) and _turns_into_arrays(estimator):
            return False
        estimator = inside(estimator)
    return hasattr(estimator, "forecast")


def _turns_into_arrays(pipeline):
    """Tell whether a step before the last may leave nothing but arrays.

    Not where a step resamples: keywords would still be those of the rows before, so what rides along has to do.
    """
    before = [step for _, step in pipeline.steps[:-1]]
    return any(hasattr(step, "transform") for step in before) and not any(hasattr(s, "fit_resample") for s in before)


def _named(estimator, rows, carried):
    """Return the keywords, those for the last step of a pipeline with its name before them."""
    if isinstance(estimator, Pipeline):
        inner = _named(inside(estimator), rows, carried)
        return {f"{estimator.steps[-1][0]}__{name}": values for name, values in inner.items()}
    if is_search(estimator):
        inner = _named(inside(estimator), rows, carried)
        # What a search is given as groups is for its splitter alone.
        inner.pop("groups", None)
        return inner | ({"groups": keys_for(estimator.cv, rows.groups)} if _splits_by_patient(estimator, rows) else {})
    given = {} if carried else _known(rows)
    if "sample_weight" in given and not has_fit_parameter(estimator, "sample_weight"):
        raise ValueError(f"sample_weight must be None, for {type(estimator).__name__}.fit takes no weights.")
    return {name: values for name, values in given.items() if has_fit_parameter(estimator, name)}


def _splits_by_patient(search, rows):
    # A number of folds knows no patients, and would warn of them.
    return rows.groups is not None and hasattr(search.cv, "split") and wants_groups(search.cv) is not False


def _routed(estimator, rows, carried):
    """Return the keywords that metadata routing finds its way for: those that somebody inside asks for."""
    given = _known(rows)
    if carried:
        given.pop("sample_weight", None)
    asked = get_routing_for_object(estimator).consumes("fit", list(given))
    if "sample_weight" in given and "sample_weight" not in asked:
        raise ValueError(
            "sample_weight must be asked for where enable_metadata_routing is on, got weights that no part of "
            f"{type(estimator).__name__} asks for: call set_fit_request(sample_weight=True) on the estimator inside."
        )
    return {name: given[name] for name in asked}


def _known(rows):
    """Return the weights and patients of rows that have them."""
    both = {name: getattr(rows, name) for name in ("sample_weight", "groups")}
    return {name: values for name, values in both.items() if values is not None}
