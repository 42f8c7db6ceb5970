"""What films are to be drawn: the settings of those who ask for them, and the plan of each film."""

from dataclasses import dataclass

import numpy as np

from skerosion._types import Any
from skerosion._validation import Choice, Number, Whole, check_parameter, check_parameters
from skerosion.clinical import SIDES

from ._patients import first_seed
from ._registry_visits import JOINTS, draw_visits

_JOINTS = (*JOINTS, *(f"{side}_knee" for side in SIDES))
_PARTS = {"hand": ("mcp", "pip", "ip"), "foot": ("mtp", "toe"), "knee": ("knee",)}
_RULES = {
    "max_visits": (Whole(1),),
    "rotation": (Number(0, 180),),
    "both_sides": (Number(0, 1),),
    "missing": (Number(0, 1),),
    "mirrored": (Number(0, 1),),
    "size": (Whole(64),),
}


@dataclass(frozen=True)
class FilmPlan:
    """One film before it is drawn: whose, of which visit, what it shows, and how it was handled.

    Attributes
    ----------
    number : int
        Of the film.
    patient, visit : int
    body_part : {"hand", "foot", "knee"}
    sides : tuple of str
        Sides that it shows.
    percent : dict of str to int
        Percentage of eroded surface by joint, as ``"left_mcp2"``.
    rotation : float
        Degrees by which it may be turned, either way.
    missing : float
        Share of fingers that patients have lost.
    mirrored : bool
        Whether the film lies the wrong way round.
    """

    number: int
    patient: int
    visit: int
    body_part: str
    sides: tuple
    percent: dict
    rotation: float
    missing: float
    mirrored: bool


@dataclass(frozen=True, kw_only=True)
class FilmSettings:
    """What :func:`make_films` and :func:`write_films` are asked for, with its rules; they describe the parameters.

    Examples
    --------
    >>> from skerosion.datasets.synthetic._film_plans import FilmSettings
    >>> laid = {"both_sides": 0.0, "rotation": 0.0, "missing": 0.0, "mirrored": 0.0}
    >>> settings = FilmSettings(body_part="hand", max_visits=1, size=64, labels="thesis", **laid)
    >>> _, _, plans = settings.plan(1, random_state=0)
    >>> [plan.sides for plan in plans]
    [('left',), ('right',)]
    """

    body_part: Any
    min_visits: int = 1
    max_visits: int
    both_sides: float
    rotation: float
    missing: float
    mirrored: float
    size: int
    labels: Any

    def __post_init__(self):
        for part in self.body_parts or ("",):
            check_parameter("body_part", part, (Choice(tuple(_PARTS)),))
        check_parameters(self, _RULES)
        check_parameter("min_visits", self.min_visits, (Whole(1, self.max_visits),))

    @property
    def body_parts(self):
        """What each visit shows, one film or two each."""
        return (self.body_part,) if isinstance(self.body_part, str) else tuple(self.body_part)

    def plan(self, n_patients, random_state):
        """Return the seed of all films, the visits, and the plan of each film."""
        check_parameter("n_patients", n_patients, (Whole(1),))
        seed = first_seed(random_state)
        rng = np.random.default_rng((seed, 0))
        of = {"min_visits": self.min_visits, "n_joints": len(_JOINTS)}
        visits = draw_visits(n_patients, self.max_visits, self.labels, rng, **of)
        plans = []
        for visit, part in ((visit, part) for visit in range(len(visits)) for part in self.body_parts):
            for sides in [SIDES] if rng.random() < self.both_sides else [(side,) for side in SIDES]:
                plans.append(self._film(len(plans), visits, visit, part, sides, rng.random() < self.mirrored))
        return seed, visits, plans

    def _film(self, number, visits, visit, part, sides, mirrored):
        whose = int(visits.patients[visit]), int(visits.numbers[visit])
        percent = _percent_of(visits, visit, part)
        return FilmPlan(number, *whose, part, sides, percent, self.rotation, self.missing, mirrored)


def _percent_of(visits, visit, part):
    """Percentages of the joints of a body part at a visit."""
    percent = dict(zip(_JOINTS, visits.percent[visit].tolist(), strict=True))
    return {name: value for name, value in percent.items() if name.split("_", 1)[1].startswith(_PARTS[part])}


def name_of(plan):
    """The name of a film: patient, visit, body part and side."""
    return f"{plan.patient + 1:04d}_{plan.visit}_{plan.body_part}_{side_of(plan)}"


def side_of(plan):
    """What the tag of a film says."""
    return "both" if len(plan.sides) > 1 else plan.sides[0]
