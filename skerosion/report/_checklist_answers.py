"""What a run says to the items of reporting checklists: one short answer each, or None where it cannot be told."""

from skerosion._counted import counted

from .sections.flow import describe_parts, reasons_left_out
from .sections.images import read_at
from .sections.parts import described_columns
from .sections.sample_size import half_width

GOALS = {
    "search": "development: strategies compared by cross-validation",
    "study": "development, and a test on patients of the same source that were held back",
    "evaluation": "a test of finished estimators on labelled patients",
}


def goal(subject):
    """What kind of study it is."""
    return GOALS[subject.what]


def reading(subject):
    """How images were read."""
    return f"read at {read_at(subject)}"


def predictors(subject):
    """What a prediction is made of."""
    return f"the pixels of one image, {read_at(subject)}; nothing else"


def missing(subject):
    """Which rows could not be used, and why."""
    reasons = reasons_left_out(subject.excluded)
    return "; ".join(f"{number:,} left out: {reason}" for reason, number in reasons.items()) or "no row was left out"


def target(subject):
    """The scale."""
    return f"{subject.target.grade_name}: {' < '.join(map(str, subject.target.labels))}"


def readers(subject):
    """Agreement of the reference with a second reader."""
    frame = subject.frames.get("agreement")
    if frame is None:
        return None
    first = frame.iloc[0]
    return f"{first['measure']} of the readers {first['value']} ({first['low']} to {first['high']})"


def partition(subject):
    """How rows were divided."""
    plan = subject.settings["plan"]
    if subject.what == "search":
        return f"{counted(plan['folds'], 'fold')}, seed {plan['seed']}" if "folds" in plan else None
    if subject.what == "study":
        return f"{describe_parts(subject)}; seed {plan['seed']}"
    return "all rows are for the test; nothing was fitted or chosen on them"


def apart(subject):
    """What no two parts share."""
    return "patients" if subject.groups is not None else "images; patients are not known, so they may be in two parts"


def precision(subject):
    """How narrow the interval of the main metric is."""
    halves = {task: half_width(subject.tables[task], verdict) for task, verdict in subject.verdicts.items()}
    known = [f"{subject.verdicts[task].column} ±{half:.3g}" for task, half in halves.items() if half is not None]
    return f"{', '.join(known)} with {counted(subject.n_scored_patients, 'patient')}" if known else None


def estimators(subject):
    """The classes of the estimators."""
    return _joined(each.get("type") for each in _trained(subject)) or _joined(subject.settings.get("estimators", ()))


def software(subject):
    """Python and the packages that decide a result."""
    versions = subject.settings["versions"]
    shown = [name for name in ("python", "skerosion", "tensorflow", "keras", "scikit-learn") if versions.get(name)]
    return ", ".join(f"{name} {versions[name]}" for name in shown) or _joined(f"{k} {v}" for k, v in versions.items())


def first_weights(subject):
    """What weights were before training."""
    named = [each["weights"] for each in _trained(subject) if each.get("weights")]
    started = [" ".join(each["start"]) for each in subject.settings.get("trainings", ()) if each.get("start")]
    if not _trained(subject):
        return _joined(name for each in _saved(subject) for name in map(str, each.get("first_weights", ())))
    return _joined([*named, *started]) or "random"


def training(subject):
    """The settings of the training that most ask for."""
    names = ("epochs", "batch_size", "optimizer", "learning_rate", "augmentation")
    settings = {name: _joined(str(each[name]) for each in _trained(subject) if name in each) for name in names}
    return ", ".join(f"{name} {value}" for name, value in settings.items() if value) or None


def selection(subject):
    """What chose the best."""
    columns = _joined(verdict.column for verdict in subject.verdicts.values())
    return f"by {columns} on {subject.chosen_on}"


def ensembles(subject):
    """Which estimators are made of several."""
    types = [each.get("type", "") for each in _trained(subject)]
    several = [name for name in types if "Ensemble" in name]
    return None if not types else _joined(several) or "none: one network each"


def metrics(subject):
    """The columns of the tables."""
    return _joined(column for task in subject.verdicts for column in subject.tables[task].columns)


def intervals(subject):
    """How doubt is told."""
    resampled = "images" if subject.scored.groups is None else "patients"
    return f"95 % intervals from resampled {resampled}, of differences in pairs"


def robustness(subject):
    """The changes of the images that were scored again."""
    return _rows(subject, "robustness_")


def maps(subject):
    """Which maps were drawn."""
    return _joined(name for name in subject.figures if name.startswith("attention"))


def internal(subject):
    """The main result, where rows are of the source that was trained on."""
    return None if subject.what == "evaluation" else results(subject)


def external(subject):
    """The main result, where estimators were tested on another table; whose it is, only the user can say."""
    return None if subject.what != "evaluation" else f"{results(subject)}; whether from elsewhere is yours to say"


def flow(subject):
    """Rows seen, used, and of which grades."""
    counts = [f"{label}: {(subject.grades == grade).sum():,}" for label, grade in _named_grades(subject)]
    return f"{describe_parts(subject)}; images of each grade {', '.join(counts)}"


def characteristics(subject):
    """Which columns of the table are described in each part."""
    return _joined(described_columns(subject))


def results(subject):
    """The main metric of each task with its interval."""
    return "; ".join(_main(subject, task, verdict) for task, verdict in subject.verdicts.items())


def recall(subject):
    """Whether each grade is told."""
    return "each grade's recall with its interval" if "recall" in subject.tables else None


def failures(subject):
    """Which tasks list their worst images."""
    return f"the worst images of the {' and the '.join(subject.verdicts)}"


def command(subject):
    """What repeats it."""
    return f"{subject.settings['command']}; settings.json holds every parameter"


def subgroups(subject):
    """The groups that were told apart."""
    return _rows(subject, "by_")


def updating(subject):
    """Whether estimators were adapted to the patients of the test."""
    return _rows(subject, "adapt")


def imbalance(subject):
    """The strategies that were compared."""
    return None if subject.what == "evaluation" else _joined(subject.scored.titles.values())


def output(subject):
    """What predictions are."""
    made = {"classifier": "a probability of each grade", "regressor": "a distribution of the value"}
    decided = "the most probable grade, after balancing where a strategy says so"
    return f"{_joined(made[task] for task in subject.verdicts)}; {decided}"


def file(subject):
    """The files of the estimators."""
    winners = subject.settings.get("winners") or subject.settings.get("chosen") or subject.settings.get("estimators")
    return _joined(f"{name}.skerosion" for name in winners or ())


def poor_images(subject):
    """What becomes of images that cannot be read."""
    return "an image that cannot be read gets no prediction and its reason" if file(subject) else None


def _rows(subject, prefix):
    """The rows of the tables whose names start so."""
    tables = [table for name, table in subject.tables.items() if name.startswith(prefix)]
    return _joined(row for table in tables for row, _, _ in table.rows)


def _trained(subject):
    return [each["estimator"] for each in subject.settings.get("trainings", ())]


def _saved(subject):
    return [each for each in subject.settings.get("estimators", {}).values() if isinstance(each, dict)]


def _named_grades(subject):
    return zip(subject.target.labels, subject.target.classes, strict=True)


def _main(subject, task, verdict):
    value, low, high = subject.tables[task].cell(verdict.row, verdict.column)
    return f"{task}, {verdict.column} {value:.3g} ({low:.3g} to {high:.3g})"


def _joined(texts):
    """Different texts, in their order; None for none."""
    return ", ".join(dict.fromkeys(map(str, filter(None, texts)))) or None
