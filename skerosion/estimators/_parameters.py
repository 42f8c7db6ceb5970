"""The parameters that all networks share, each written once, and constructors made of such lists."""

import difflib
import inspect
from typing import dataclass_transform

import keras

from skerosion._types import Any, Callable, Mapping, Seed, Sequence, Sizes
from skerosion.preprocessing import Augmentation
from skerosion.training import Phase


# Python's own dataclasses would do, but `dataclasses.asdict` of whatever holds an estimator would take it to pieces.
@dataclass_transform(kw_only_default=True, eq_default=False)
class Constructed:
    """Makes the constructor of a class from its annotated attributes: keyword-only, and nothing but assigned.

    scikit-learn reads the signature of a constructor; type checkers read the annotations, as those of a dataclass.

    Examples
    --------
    >>> import inspect
    >>> from skerosion.estimators._parameters import Constructed
    >>> class Shared(Constructed):
    ...     epochs: int = 25
    >>> class Network(Shared):
    ...     head: str = "corn"
    >>> inspect.signature(Network)
    <Signature (*, epochs: int = 25, head: str = 'corn')>
    >>> vars(Network(epochs=3))
    {'epochs': 3, 'head': 'corn'}
    """

    _parameters = {}

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        own = {
            name: inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=vars(cls)[name], annotation=kind)
            for name, kind in inspect.get_annotations(cls).items()
            if name in vars(cls)
        }
        cls._parameters = cls._parameters | own
        for name in own:
            delattr(cls, name)  # a default is not an attribute of the class: `hasattr` is about fitted and given ones
        if "__init__" not in vars(cls):  # who derives a class may still write a constructor
            cls.__init__ = _constructor(cls)


def _constructor(cls):
    """Return the ``__init__`` that assigns the parameters of a class."""
    parameters = cls._parameters

    def __init__(self, **given):
        unknown = [name for name in given if name not in parameters]
        if unknown:
            near = difflib.get_close_matches(unknown[0], parameters, 1)
            hint = f". Did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"{cls.__qualname__}.__init__() got an unexpected keyword argument {unknown[0]!r}{hint}")
        for name, parameter in parameters.items():
            setattr(self, name, given.get(name, parameter.default))

    instance = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    __init__.__signature__ = inspect.Signature([instance, *parameters.values()])
    __init__.__qualname__ = f"{cls.__qualname__}.__init__"
    __init__.__module__ = cls.__module__
    return __init__


class TrainingParameters(Constructed):
    """What every network takes; `_documentation.py` says what each is, `_rules.py` what it may be."""

    backbone: str = "auto"
    weights: Any = None
    reset_head: bool = True
    filters: Sizes = (32, 32, 64, 64, 128, 128)
    convolutions: int = 2
    dense_units: Sizes = (256, 256)
    dropout: float = 0.5
    optimizer: str | Mapping | keras.optimizers.Optimizer | type[keras.optimizers.Optimizer] = "adam"
    learning_rate: float | Callable = 1e-3
    schedule: str = "constant"
    warmup: float = 0.0
    batch_size: int = 100
    epochs: int = 25
    average_epochs: int = 1
    phases: str | Phase | Mapping | Sequence[Phase | Mapping] | None = None
    augmentation: Augmentation | Mapping | None = None
    validation_split: Any = None
    patience: int | None = None
    dtype_policy: str = "float32"
    callbacks: Sequence[Callable] | None = None
    random_state: Seed = None
    verbose: str | bool | int = "auto"
    warm_start: bool = False


class NetworkParameters(TrainingParameters):
    """What networks take that grade images, besides."""

    resize: int | Sizes | None = None
    class_weight: str | Mapping | None = None
    trim: float | None = None
    trim_after: int = 5
    image_shape: Sizes | None = None
