"""A search over imbalance strategies: skerosion, scikeras and skorch, the same work in each.

Three strategies (as they are, random oversampling, class weights) x 5 patient folds and a refit on images of 32x32, one
epoch of batch 100, two scorers; `_small_search.py` has the network. The peers take imbalanced-learn's sampler as it is,
on flattened images. Timed is the search alone, libraries imported before; memory is how much
the process grew meanwhile.
"""

from _harness import Case, Comparison, Question, compare
from _measure import measured
from _small_search import (
    make_classifier,
    make_data,
    make_scikeras_classifier,
    make_skorch_classifier,
    run_search,
)


def search_with_skerosion(sizes):
    """Rows are sampled, one program serves all fits."""
    from imblearn.over_sampling import RandomOverSampler
    from imblearn.pipeline import Pipeline

    from skerosion import ClassWeighter, ImageRows, RowSampler

    images, grades, patients = make_data(sizes["images"])
    pipeline = Pipeline([("imbalance", "passthrough"), ("cnn", make_classifier(random_state=0))])
    steps = ["passthrough", RowSampler(RandomOverSampler(random_state=0)), ClassWeighter()]
    rows = ImageRows(images, groups=patients)
    return measured(lambda: run_search(pipeline, {"imbalance": steps}, rows, grades, patients, sizes["folds"]))


def search_with(make):
    """Flattened images for the sampler, a new network for each fit, in one of the peers."""

    def search(sizes):
        from imblearn.over_sampling import RandomOverSampler
        from imblearn.pipeline import Pipeline

        images, grades, patients = make_data(sizes["images"])
        pipeline = Pipeline([("imbalance", "passthrough"), ("cnn", make())])
        grid = [
            {"imbalance": ["passthrough", RandomOverSampler(random_state=0)]},
            {"imbalance": ["passthrough"], "cnn__class_weight": ["balanced"]},
        ]
        flat = images.reshape(len(images), -1)
        return measured(lambda: run_search(pipeline, grid, flat, grades, patients, sizes["folds"]))

    return search


SEARCH = "A search of 3 strategies x {folds} patient folds and a refit, {images} images of 32x32, one epoch"
BESIDE_SCIKERAS, BESIDE_SKORCH = f"{SEARCH}, beside scikeras", f"{SEARCH}, beside skorch"
COMPARISON = Comparison(
    cases={
        "skerosion": Case(search_with_skerosion),
        "scikeras": Case(search_with(make_scikeras_classifier), "scikeras with imbalanced-learn"),
        "skorch": Case(search_with(make_skorch_classifier), "skorch with imbalanced-learn", ("skorch", "torch")),
    },
    questions=[
        Question(f"{BESIDE_SCIKERAS}: time", ("skerosion", "seconds"), ("scikeras", "seconds"), at_most=0.25),
        Question(f"{BESIDE_SCIKERAS}: growth of memory", ("skerosion", "megabytes"), ("scikeras", "megabytes"), "MB"),
        Question(f"{BESIDE_SKORCH}: time", ("skerosion", "seconds"), ("skorch", "seconds"), at_most=1.0),
        Question(f"{BESIDE_SKORCH}: growth of memory", ("skerosion", "megabytes"), ("skorch", "megabytes"), "MB"),
    ],
    sizes={"images": 500, "folds": 5},
    quick={"images": 120, "folds": 2},
)

if __name__ == "__main__":
    compare(COMPARISON)
