"""What scikit-learn keeps in compiled objects, as plain data: trees, losses, and what is built anew of what was fitted.

Compiled code trusts the sizes and indices it is given. So whatever is made of a file is checked here first: each node
of a tree has its place, and asks for a feature that the estimator has.
"""

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.neighbors import BallTree, KDTree

from skerosion._private_sklearn import compiled

Tree, NODE_DTYPE = compiled("Tree"), compiled("NODE_DTYPE")
TreePredictor, PREDICTOR_RECORD_DTYPE = compiled("TreePredictor"), compiled("PREDICTOR_RECORD_DTYPE")
_NEIGHBOUR_TREES = {"kd_tree": KDTree, "ball_tree": BallTree}


def _tree_state(tree):
    state = tree.__getstate__()
    fields = {name: np.ascontiguousarray(state["nodes"][name]) for name in NODE_DTYPE.names}
    return fields | {"values": state["values"], "sizes": [tree.n_features, tree.n_classes, tree.n_outputs]}


def _make_tree(values, sizes, **fields):
    nodes = _records(NODE_DTYPE, fields)
    inner = nodes["left_child"] != -1
    depth = _check_nodes(nodes["left_child"], nodes["right_child"], inner)
    n_features, n_classes, n_outputs = sizes
    _check_features(nodes["feature"][inner], n_features)
    tree = Tree(n_features, np.array(n_classes, dtype=np.intp), n_outputs)
    # It compares the shapes of both arrays with these sizes itself.
    tree.__setstate__({"max_depth": depth, "node_count": len(nodes), "nodes": nodes, "values": values})
    return tree


_CATEGORIES = "trees that split categories; encode them before, such as with OneHotEncoder"


def _predictor_state(predictor):
    if predictor.nodes["is_categorical"].any():
        raise ValueError(_CATEGORIES)
    return {name: np.ascontiguousarray(predictor.nodes[name]) for name in PREDICTOR_RECORD_DTYPE.names}


def _make_predictor(**fields):
    nodes = _records(PREDICTOR_RECORD_DTYPE, fields)
    inner = nodes["is_leaf"] == 0
    _check_nodes(nodes["left"].astype(np.int64), nodes["right"].astype(np.int64), inner)
    if nodes["is_categorical"].any():
        raise ValueError("a node splits categories, which no file holds")
    none = np.zeros((0, 8), dtype=np.uint32)
    return TreePredictor(nodes, none, none.copy())


def _records(dtype, fields):
    """Return the structured array of its fields, which must be one array each and equally long."""
    if set(fields) != set(dtype.names) or len({np.shape(values) for values in fields.values()}) != 1:
        raise ValueError(f"the nodes of a tree have the fields {sorted(dtype.names)}, one value per node")
    nodes = np.zeros(len(fields[dtype.names[0]]), dtype=dtype)
    for name, values in fields.items():
        nodes[name] = values
    return nodes


def _check_nodes(left, right, inner):
    """Raise ValueError where nodes are no tree whose children come after their parents; return how deep it is."""
    n_nodes, parents = len(left), np.flatnonzero(inner)
    children = np.concatenate([left[parents], right[parents]])
    after = (left[parents] > parents) & (right[parents] > parents)
    if not n_nodes or not after.all() or not np.array_equal(np.sort(children), np.arange(1, n_nodes)):
        raise ValueError("its nodes are no tree")
    level, depth = np.zeros(1, dtype=np.int64), 0
    while (level := level[inner[level]]).size:
        level, depth = np.concatenate([left[level], right[level]]), depth + 1
    return depth


def _check_features(features, n_features):
    if features.size and not 0 <= features.min() <= features.max() < n_features:
        raise ValueError(f"a node of a tree asks for a feature beyond {n_features}")


def _loss_state(loss):
    name = type(loss).__name__
    if name == "HalfMultinomialLoss":
        return {"n_classes": loss.n_classes}
    if name == "HuberLoss":
        return {"quantile": loss.quantile, "delta": loss.closs.delta}
    return {"quantile": loss.closs.quantile} if name == "PinballLoss" else {}


_LOSSES = (
    "AbsoluteError ExponentialLoss HalfBinomialLoss HalfGammaLoss HalfMultinomialLoss HalfPoissonLoss HalfSquaredError "
    "HuberLoss PinballLoss"
).split()

COMPILED = {
    "sklearn.tree._tree.Tree": (_tree_state, _make_tree),
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor": (_predictor_state, _make_predictor),
} | {f"sklearn._loss.loss.{name}": (_loss_state, getattr(compiled("loss"), name)) for name in _LOSSES}
"""Class -> what of its object is written, and what makes the object of that."""


def _check_trees(estimator):
    """Raise ValueError for trees that ask for features which rows, by the estimator's own check, need not have."""
    trees = getattr(estimator, "estimators_", [estimator])
    for tree in np.ravel(trees):
        compiled = vars(tree).get("tree_")
        if type(compiled) is not Tree or compiled.n_features != vars(estimator).get("n_features_in_"):
            raise ValueError("its trees are for another number of features")


def _check_start(start):
    """Raise ValueError for an estimator of one's own that the stages start from: it need not fit to them."""
    if type(start) not in (DummyClassifier, DummyRegressor) and not (type(start) is str and start == "zero"):
        raise ValueError("an init of its own; leave init=None, or take init='zero'")


def _check_stages(estimator):
    """Raise ValueError where compiled code would add trees to columns that predictions do not start from."""
    stages = estimator.estimators_
    if type(stages) is not np.ndarray or stages.ndim != 2:
        raise ValueError("its trees are in no stages")
    _check_trees(estimator)
    _check_start(estimator.init_)
    first = estimator._raw_predict_init(np.zeros((3, estimator.n_features_in_), dtype=np.float32))
    if first.shape != (3, stages.shape[1]) or first.dtype != np.float64 or not first.flags.c_contiguous:
        raise ValueError("its trees do not add to what it starts from")


def _check_boosting(estimator):
    if vars(estimator).get("_preprocessor") is not None:
        raise ValueError(f"it has {_CATEGORIES}")
    for stage in estimator._predictors:
        for predictor in stage:
            if type(predictor) is not TreePredictor:
                raise TypeError("its trees are none")
            inner = predictor.nodes["is_leaf"] == 0
            _check_features(predictor.nodes["feature_idx"][inner], vars(estimator).get("n_features_in_", 0))


def _build_neighbours(estimator):
    """Build the search tree of a nearest-neighbour estimator anew, as its fit did, and check its rows and classes."""
    rows, known = estimator._fit_X, vars(estimator)
    if type(rows) is not np.ndarray or rows.shape != (known.get("n_samples_fit_"), known.get("n_features_in_")):
        raise ValueError("it has not the rows that it says")
    kind = _NEIGHBOUR_TREES.get(estimator._fit_method)
    parameters = estimator.effective_metric_params_
    if kind is not None:
        metric = estimator.effective_metric_
        estimator._tree = kind(estimator._fit_X, estimator.leaf_size, metric=metric, **parameters)
    else:
        estimator._tree = None
    y, classes = getattr(estimator, "_y", None), getattr(estimator, "classes_", None)
    if classes is not None and np.ndim(y) == 1 and not (0 <= np.min(y) <= np.max(y) < len(classes)):
        raise ValueError("its targets are beyond its classes")
    if y is not None and len(y) != len(estimator._fit_X):
        raise ValueError("it must have one target per row")


def _check_one_hot(encoder):
    """Raise ValueError where a code of a category would have no column: SciPy writes it all the same."""
    drops, columns = encoder._drop_idx_after_grouping, encoder._n_features_outs
    if type(columns) is not list or len(columns) != len(encoder.categories_):
        raise ValueError("it has not a number of columns for each feature")
    for place, categories in enumerate(encoder.categories_):
        n_codes = _n_codes(encoder, place, categories)
        drop = None if drops is None else drops[place]
        if (drop is not None and not 0 <= drop < n_codes) or columns[place] != n_codes - (drop is not None):
            raise ValueError("its categories have not a column each")


def _n_codes(encoder, place, categories):
    """How many codes a feature of an encoder has: one a category, and one for all that are rare."""
    if categories.dtype.kind in "iuf":
        known = categories[:-1] if len(categories) and np.isnan(categories[-1]) else categories
        if not (np.diff(known) > 0).all():
            raise ValueError("its categories are in no order")
    rare = encoder._infrequent_indices[place] if encoder._infrequent_enabled else None
    codes = encoder._default_to_infrequent_mappings[place] if encoder._infrequent_enabled else None
    if codes is None and rare is None:
        return len(categories)
    if np.shape(codes) != (len(categories),) or not len(rare) or not np.isin(codes, np.arange(len(categories))).all():
        raise ValueError("its rare categories have no code")
    return int(np.max(codes)) + 1


def _build_isotonic(estimator):
    estimator._build_f(estimator.X_thresholds_, estimator.y_thresholds_)


def _build_imputer(imputer):
    imputer.imputation_sequence_ = [compiled("_ImputerTriplet")(*each) for each in imputer.imputation_sequence_]


def _both(*names):
    return [f"sklearn.{name}{kind}" for name in names for kind in ("Classifier", "Regressor")]


_IMPUTER, _STAGED = "sklearn.impute._iterative.IterativeImputer", _both("ensemble.GradientBoosting")
_FORESTS = _both("ensemble.RandomForest", "ensemble.ExtraTrees")
_NEIGHBOURS = [*_both("neighbors.KNeighbors", "neighbors.RadiusNeighbors"), "sklearn.neighbors.NearestNeighbors"]

_REBUILT = (
    dict.fromkeys(_both("tree.DecisionTree", "tree.ExtraTree"), ((), "tree_", _check_trees))
    | dict.fromkeys(_FORESTS, ((), "estimators_", _check_trees))
    | dict.fromkeys(_STAGED, ((), "estimators_", _check_stages))
    | dict.fromkeys(_both("neural_network.MLP"), (("_optimizer",), "", None))
    | dict.fromkeys(_both("ensemble.HistGradientBoosting"), ((), "_predictors", _check_boosting))
    | dict.fromkeys(_NEIGHBOURS, (("_tree",), "_fit_method", _build_neighbours))
    | {
        "sklearn.preprocessing.OneHotEncoder": ((), "_n_features_outs", _check_one_hot),
        _IMPUTER: ((), "imputation_sequence_", _build_imputer),
        "sklearn.isotonic.IsotonicRegression": (("f_",), "X_thresholds_", _build_isotonic),
        "sklearn.linear_model.SGDClassifier": (("_loss_function_",), "", None),
        "sklearn.linear_model.Perceptron": (("_loss_function_",), "", None),
    }
)


def without_built(name, state):
    """Return the attributes of an estimator without those that are built anew; raise ValueError for what cannot be."""
    dropped = _REBUILT.get(name, ((), "", None))[0]
    if state.get("_preprocessor") is not None:  # of gradient boosting; what it splits could not be checked
        raise ValueError(_CATEGORIES)
    if name in _STAGED and "init_" in state:
        _check_start(state["init_"])
    if name == _IMPUTER and "imputation_sequence_" in state:
        state = state | {"imputation_sequence_": [tuple(each) for each in state["imputation_sequence_"]]}
    return {attribute: value for attribute, value in state.items() if attribute not in dropped}


def rebuild(name, estimator):
    """Build what was left out of the file, and check what compiled code would trust, where an estimator is fitted."""
    _, fitted, build = _REBUILT.get(name, ((), "", None))
    if build is not None and fitted in vars(estimator):
        build(estimator)
