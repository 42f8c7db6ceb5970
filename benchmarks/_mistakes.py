"""Mistakes that are easily made, each with what has to be said of it, and the files that they need."""

import json
import pathlib
import shutil
from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image


@dataclass(frozen=True)
class Mistake:
    """A command or call, and what is said of it.

    Parameters
    ----------
    what : str
        In words.
    call : str
        A command line, or Python where it does not start with "skerosion".
    says : str
        What its message must hold; of what is read all the same, what is printed.
    light : bool, default=True
        Whether it is found before scikit-learn is loaded.
    taken : bool, default=False
        Whether it is none after all.
    """

    what: str
    call: str
    says: str
    light: bool = True
    taken: bool = False


def search(options):
    """A search, as far as it is the same in all mistakes."""
    return f"skerosion search {options} --out results"


def of_table(options):
    """A search on the plain table with other options."""
    return search(f"labels.csv --image file --target kl {options}")


def of_file(name):
    """A search on another table."""
    return search(f"{name} --image file --target kl")


def taken_over(name):
    """A table that is written anew as it should be."""
    return f"skerosion table {name} --target kl --group who --out new.csv"


TABLES = (
    Mistake("a misspelt image column", search("labels.csv --image fil --target kl"), "Did you mean 'file'?"),
    Mistake("a misspelt target column", search("labels.csv --image file --target kll"), "Did you mean 'kl'?"),
    Mistake("a misspelt patient column", of_table("--group whom"), "--group whom must be one column"),
    Mistake("a folder of class folders as table", of_file("knees"), "`skerosion table` makes one of"),
    Mistake(
        "a picture as table", of_file("0.png"), "'0.png' must be a CSV file with one row per image, it is a picture"
    ),
    Mistake("Latin-1", of_file("latin.csv"), "--encoding cp1252"),
    Mistake(
        "UTF-16",
        "skerosion table utf16.csv --target kl --group who --out new.csv",
        "24 images are in new.csv",
        taken=True,
    ),
    Mistake("semicolons", taken_over("semicolon.csv"), "24 images are in new.csv", taken=True),
    Mistake("tabs", taken_over("tab.csv"), "24 images are in new.csv", taken=True),
    Mistake("colons between columns", of_file("colon.csv"), "Only 'file:kl:who' was found; --sep : takes it apart"),
    Mistake("backslashes", taken_over("windows.csv"), "24 images are in new.csv", taken=True),
    Mistake("paths of a Windows computer", of_file("drive.csv"), "is a path of Windows"),
    Mistake("all files missing", of_table("--root knees"), "--root names another folder"),
    Mistake("one file missing", of_file("missing.csv"), "missing file: 1: row 24 (gone.png"),
    Mistake("grades that are names", search("labels.csv --image file --target name"), "--order none,mild"),
    Mistake("half grades", search("labels.csv --image file --target half"), "the target could mean several things"),
    Mistake("scores 0 to 18", search("labels.csv --image file --target score"), "all whole, above 10 too"),
)

_STUDY = "skerosion study labels.csv --target kl --group who"
_PREDICT = "skerosion predict grader.skerosion labels.csv"

COMMANDS_OF_TABLES = (
    Mistake("a misspelt column, study", f"{_STUDY} --image fil --out study", "Did you mean 'file'?"),
    Mistake("all files missing, study", f"{_STUDY} --image file --root knees --out study", "--root names another"),
    Mistake("a misspelt column, predict", f"{_PREDICT} --image fil --out new.csv", "Did you mean 'file'?"),
    Mistake(
        "all files missing, predict", f"{_PREDICT} --image file --root knees --out new.csv", "--root names another"
    ),
    Mistake(
        "a misspelt column, train",
        "skerosion train misspelt.json labels.csv --out new.skerosion",
        "Did you mean 'file'?",
    ),
    Mistake(
        "all files missing, train",
        "skerosion train settings.json labels.csv --root knees --out new.skerosion",
        "--root names another folder",
    ),
)

OTHERS = (
    Mistake("an empty file as table", of_file("empty.csv"), "is empty"),
    Mistake("a header without rows", of_file("header.csv"), "must have at least one row"),
    Mistake("a comma inside a text without quotes", of_file("torn.csv"), "line 2 has 4 fields, the header has 3"),
    Mistake("a column twice", of_file("twice.csv"), "found 2 of this name"),
    Mistake("one column for two things", search("labels.csv --image file --target file"), "must be another column"),
    Mistake("an array as table", of_file("array.npy"), "a file of arrays or of Python objects"),
    Mistake("an old spreadsheet as table", of_file("old.xls"), "save the sheet as CSV or .xlsx"),
    Mistake("dates as grades", search("labels.csv --image file --target day"), "got dates"),
    Mistake("decimal commas", search("labels.csv --image file --target comma"), "--decimal , reads such a file"),
    Mistake("decimal commas that are told", f"{taken_over('comma.csv')} --decimal ,", "24 images are in", taken=True),
    Mistake("decimal points that are told to be commas", of_table("--decimal ,"), "whose point may separate thousands"),
    Mistake("an unknown encoding", of_table("--encoding utf88"), "--encoding must be one that Python knows"),
    Mistake("two characters as separator", of_table("--sep ';;'"), "--sep must be one character"),
    Mistake("a size of 0", of_table("--size 0"), "--size must be a positive integer"),
    Mistake("grade and percent at once", of_table("--grade --percent"), "either --percent or --grade"),
    Mistake(
        "an interval of 90", f"{_PREDICT} --image file --interval 90 --out new.csv", "must be a share between 0 and 1"
    ),
    Mistake(
        "a folder that cannot be written",
        "skerosion search labels.csv --image file --target kl --out /proc/results",
        "out must lie where something can be written",
    ),
    Mistake(
        "a file as folder of results",
        "skerosion search labels.csv --image file --target kl --out labels.csv",
        "labels.csv is a file",
    ),
    Mistake(
        "a registry's table without its columns",
        "skerosion study labels.csv --images '{sop_iuid}_{joint}.png' --out study",
        "'sop_iuid', 'body_part'",
    ),
    Mistake(
        "settings of an unknown part",
        "skerosion train unknown.json labels.csv --out new.skerosion",
        "unknown: ['recipe']",
    ),
    Mistake("a folder of DICOM files", "skerosion table dicom --out new.csv", "got 1 of .dcm"),
    Mistake(
        "fields of names side by side",
        "skerosion table knees --pattern '{patient}{side}' --out new.csv",
        "or the number of characters of one",
    ),
)

HEAVY = (
    Mistake("a parameter of another kind", of_table("--set filters=4"), "a sequence of positive integers", light=False),
    Mistake("epochs that are no number", of_table("--set epochs=nan"), "epochs must be an integer", light=False),
    Mistake("half the name of a metric", of_table("--choose-by kappa"), "mean 'quadratic_kappa'?", light=False),
    Mistake(
        "fewer epochs than the recipe averages",
        of_table("--preset best --epochs 3"),
        "average fewer with --set average_epochs=3",
        light=False,
    ),
    Mistake(
        "a table as estimator",
        "skerosion predict labels.csv labels.csv --image file --out new.csv",
        "cannot be read as an estimator",
        light=False,
    ),
    Mistake(
        "a pickle as estimator",
        "skerosion predict old.joblib labels.csv --image file --out new.csv",
        "a pickle runs code when it is read",
        light=False,
    ),
    Mistake(
        "the results of another search",
        "skerosion search labels.csv --image file --target kl --out used",
        "--force",
        light=False,
    ),
)

_TRAIN = "skerosion train {}.json labels.csv --out new.skerosion"

TIRED = (
    Mistake("a misspelt parameter", of_table("--set epoch=3"), "Did you mean 'epochs'?"),
    Mistake("an unknown strategy", of_table("--strategies smote"), "got 'smote'"),
    Mistake("a negative seed", of_table("--seed -1"), "--seed must be at least 0"),
    Mistake("a size of two sides", of_table("--size 64x64"), "--size must be a whole number"),
    Mistake("an estimator without a table", "skerosion evaluate grader.skerosion", "the labelled table must be"),
    Mistake("a table without an estimator", "skerosion evaluate labels.csv", "an estimator must be named"),
    Mistake("blanks in a list", of_table("--strategies original oversampled"), "Lists are written with commas"),
    Mistake("--set without =", of_table("--set epochs 3"), "--set with = (--set epochs=3)"),
    Mistake("a text where a whole number has to be", "skerosion search --config three.toml", "must be a whole number"),
    Mistake(
        "settings and table in each other's place",
        "skerosion train labels.csv settings.json --out new.skerosion",
        "the settings must come before the table",
    ),
    Mistake(
        "table and estimator in each other's place",
        "skerosion predict labels.csv grader.skerosion --out new.csv",
        "the estimator must come before what it predicts",
    ),
    Mistake(
        "a folder that is not there", "skerosion predict grader.skerosion films --out new.csv", "or a folder of images"
    ),
    Mistake("three joints for a demo", "skerosion demo --joints 3", "--joints must be at least 20"),
    Mistake("a misspelt parameter in settings", _TRAIN.format("epoch"), "Did you mean 'epochs'?"),
    Mistake("a misspelt part in settings", _TRAIN.format("estimater"), "Did you mean 'estimator'?"),
    Mistake("an estimator in small letters", _TRAIN.format("small"), "Did you mean 'OrdinalClassifier'?"),
    Mistake("a name in place of an estimator", _TRAIN.format("within"), 'such as {"type"'),
)

LOST = (
    Mistake("a folder that is not there, table", "skerosion table nowhere --out new.csv", "source must be a folder of"),
    Mistake("a table that is not there", of_file("label.csv"), "exists, got 'label.csv'. Did you mean 'labels.csv'?"),
    Mistake("image and target in each other's place", search("labels.csv --image kl --target file"), "--image file"),
    Mistake(
        "a sheet of a CSV file", "skerosion table labels.csv --target kl --sheet A --out new.csv", "--sheet must be"
    ),
    Mistake("a module that is not there", of_table("--import no_such_module"), "which there is none of"),
    Mistake("a table in place of settings", "skerosion train labels.csv x.csv --out new.skerosion", "file of JSON"),
    Mistake("a command that is misspelt", "skerosion serach labels.csv", "Did you mean 'search'?"),
    Mistake("a missing file and one that is no image", of_file("both.csv"), "unreadable file: 1: row 25 (empty.csv"),
)

TIRED_HEAVY = (
    Mistake(
        "a head for the task's classifier",
        of_table("--set head=corn"),
        "--estimator OrdinalClassifier --set head=corn",
        light=False,
    ),
    Mistake(
        "weights without a backbone",
        f"{_STUDY} --image file --transfer imagenet --out study",
        "such as InceptionV3:imagenet",
        light=False,
    ),
)

COMMANDS = (*TABLES, *COMMANDS_OF_TABLES, *OTHERS, *TIRED, *LOST, *HEAVY, *TIRED_HEAVY)


def load(arguments):
    """A call of the loader of tables."""
    return f"from skerosion import load_image_table; load_image_table({arguments})"


def fit(images, before="import pandas as pd", y="[0, 1, 0, 1]", estimator="CNNClassifier"):
    """A fit of four images."""
    return f"{before}; from skerosion import {estimator}; {estimator}(epochs=1).fit({images}, {y})"


def fit_four(y, estimator="CNNClassifier", more=""):
    """A fit of four black images."""
    return fit("np.zeros((4, 16, 16), 'uint8')", "import numpy as np", f"{y}{more}", estimator)


def predict_four(images):
    """A prediction of images by a classifier of four black ones, small and grey."""
    small = "CNNClassifier(epochs=1, filters=(4,), dense_units=(4,))"
    fitted = f"{small}.fit(np.zeros((4, 16, 16), 'uint8'), [0, 1, 0, 1])"
    return f"import numpy as np; from skerosion import CNNClassifier; {fitted}.predict({images})"


def rows(images):
    """Rows of some images."""
    return f"import numpy as np; from skerosion import ImageRows; ImageRows({images})"


PYTHON = (
    Mistake("a misspelt column", load("'labels.csv', image='fil', target='kl'"), "Did you mean 'file'?"),
    Mistake("a folder as table", load("'knees', image='file', target='kl'"), "tabulate_images('knees')"),
    Mistake("a list as table", load("[['0.png', 1]], image='file', target='kl'"), "got a list"),
    Mistake("one file missing", load("'missing.csv', image='file', target='kl'"), "on_problem='report'"),
    Mistake("a wrong separator", load("'labels.csv', image='file', target='kl', sep=';'"), "sep=',' takes it apart"),
    Mistake(
        "names of joints' images without an image",
        "from skerosion.datasets import load_registry; load_registry('labels.csv', None, '{side}.png')",
        "images must be a format",
    ),
    Mistake(
        "a pattern without fields",
        "from skerosion.datasets import tabulate_images; tabulate_images('knees', '*.png')",
        "pattern must name fields",
    ),
    Mistake("arrays with channels first", rows("np.zeros((4, 3, 8, 8), 'uint8')"), "np.moveaxis"),
    Mistake("one image", rows("np.zeros((8, 8, 1), 'uint8')"), "X[np.newaxis]"),
    Mistake("a generator", fit("(image for image in [])"), "np.stack", light=False),
    Mistake("a tf.data.Dataset", fit("tf.data.Dataset.range(4)", "import tensorflow as tf"), "np.stack", light=False),
    Mistake(
        "a table of path and age",
        fit("pd.DataFrame({'path': ['0.png'] * 4, 'age': 50})"),
        "ColumnTransformer",
        light=False,
    ),
    Mistake(
        "rows divided by 255",
        "from skerosion import load_image_table; load_image_table('labels.csv', image='file', target='kl').X / 255",
        "np.asarray(rows)",
    ),
    Mistake(
        "rows as if they were an array",
        "from skerosion import load_image_table; load_image_table('labels.csv', image='file', target='kl').X.mean()",
        "np.asarray(rows)",
    ),
    Mistake("targets of another length", fit_four("[0, 1, 0]"), "one value for each of the 4 rows", light=False),
    Mistake("one-hot targets", fit_four("np.eye(2)[[0, 1, 0, 1]]"), "y.argmax(axis=1)", light=False),
    Mistake("one class alone", fit_four("[0, 0, 0, 0]"), "got one class: 0", light=False),
    Mistake("percentages for a classifier", fit_four("[0.5, 7, 20, 0]"), "CRPSRegressor(bins=...)", light=False),
    Mistake("targets with a gap", fit_four("[0, 7, np.nan, 0]", "CRPSRegressor"), "NaN in 1 of 4 rows", light=False),
    Mistake("names for a regressor", fit_four("list('abab')", "CRPSRegressor"), "GradedRegressor", light=False),
    Mistake("names without an order", fit_four("list('abca')", "OrdinalClassifier"), "need an order", light=False),
    Mistake("weights of another length", fit_four("[0, 1, 0, 1]", more=", sample_weight=[1]"), "(1,)", light=False),
    Mistake(
        "a misspelt argument", "from skerosion import CNNClassifier; CNNClassifier(epoch=3)", "'epochs'", light=False
    ),
    Mistake(
        "a table as X",
        fit("load_image_table('labels.csv', image='file', target='kl')", "from skerosion import load_image_table"),
        "pass data.X as X",
        light=False,
    ),
    Mistake("a folder as X", fit("'knees'"), "list the files of the folder", light=False),
    Mistake(
        "pixels of 0 to 255 as floats", fit("np.full((4, 16, 16), 128.0)", "import numpy as np"), "255", light=False
    ),
    Mistake(
        "a prediction before a fit",
        "from skerosion import CNNClassifier; CNNClassifier().predict(['0.png'])",
        "not fitted yet",
        light=False,
    ),
    Mistake(
        "colour for a grey network", predict_four("np.zeros((4, 16, 16, 3), 'uint8')"), ".convert('L')", light=False
    ),
    Mistake(
        "images of another size",
        predict_four("np.zeros((4, 20, 20), 'uint8')"),
        "list(X) has them resized",
        light=False,
    ),
    Mistake(
        "a class in place of an estimator",
        "from skerosion import CNNClassifier, ConformalForecaster as Sets; Sets(CNNClassifier).fit(['0.png'], [0])",
        "made by calling its class",
        light=False,
    ),
    Mistake(
        "a split by patient without patients",
        "from skerosion.model_selection import GroupTrainValidationTestSplit as Split; next(Split().split([[0]] * 4))",
        "pass groups=data.groups",
        light=False,
    ),
    Mistake(
        "numbers for grades",
        "from skerosion.metrics import quadratic_kappa; quadratic_kappa([0, 1], [0.2, 0.9])",
        "turn numbers into grades",
        light=False,
    ),
    Mistake(
        "one metric as a text",
        "from skerosion.experiments import SearchPlan; SearchPlan(choose_by='quadratic_kappa').check()",
        "write ['quadratic_kappa'] for one",
        light=False,
    ),
    Mistake(
        "estimator and file in each other's place",
        "from skerosion import save_estimator, CNNClassifier; save_estimator('grader.skerosion', CNNClassifier())",
        "after the estimator",
        light=False,
    ),
    Mistake(
        "a file in place of its table",
        "from skerosion.experiments import evaluate; from skerosion.datasets import synthetic_grader; "
        "evaluate(synthetic_grader(), 'labels.csv')",
        "must be what load_image_table returns",
        light=False,
    ),
    Mistake(
        "an array in place of forecasts",
        "from skerosion.visits import pool_by_patient; pool_by_patient([[0.5, 1]], ['a'])",
        "forecast must be what forecast_of",
        light=False,
    ),
    Mistake(
        "names of grades in a metric",
        "from skerosion.metrics import quadratic_kappa; quadratic_kappa(['none', 'mild'], ['none', 'none'])",
        "labels must list the grades",
        light=False,
    ),
    Mistake(
        "one strategy as a text",
        "import numpy as np; from skerosion.experiments import SearchPlan; SearchPlan(strategies='original').check()",
        "write ['original'] for one",
        light=False,
    ),
    Mistake(
        "grades on the grid of percentages",
        "import numpy as np; from skerosion import CRPSRegressor; "
        "CRPSRegressor().fit(np.zeros((4, 16, 16), 'uint8'), [0, 1, 2, 3])",
        "grid",
        light=False,
    ),
    Mistake(
        "a misspelt metric",
        "from skerosion.metrics import scorers; scorers('class_normalised_accuracy')",
        "class_normalized_accuracy",
        light=False,
    ),
)


def make_files(folder):
    """Write what the mistakes are made with: 24 images of 12 patients, and tables of them in many forms."""
    folder = pathlib.Path(folder)
    frame = _images(folder)
    frame.to_csv(folder / "labels.csv", index=False)
    _tables(folder, frame[["file", "kl", "who"]])
    _others(folder)
    reading = {"image": "file", "target": "kl", "size": 16}
    for name, settings in {
        "settings": {"reading": reading, "estimator": {"type": "CNNClassifier"}},
        "misspelt": {"reading": reading | {"image": "fil"}, "estimator": {"type": "CNNClassifier"}},
        "unknown": {"reading": reading, "estimator": {"type": "CNNClassifier"}, "recipe": {}},
    }.items():
        (folder / f"{name}.json").write_text(json.dumps(settings))
    (folder / "three.toml").write_text('folds = "three"')
    for name, described in {
        "epoch": {"type": "CNNClassifier", "epoch": 3},
        "estimater": {"type": "GradedRegressor", "estimater": {"type": "CRPSRegressor"}},
        "small": {"type": "ordinalclassifier"},
        "within": {"type": "CalibratedForecaster", "estimator": "CNNClassifier"},
    }.items():
        (folder / f"{name}.json").write_text(json.dumps({"reading": reading, "estimator": described}))


def _images(folder):
    rows, generator = np.arange(24), np.random.default_rng(0)
    grades = rows % 3
    for row in rows:
        pixels = np.clip(70 * grades[row] + generator.normal(50, 10, (16, 16)), 0, 255)
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{row}.png")
    columns = {"file": [f"{row}.png" for row in rows], "kl": grades, "who": [f"Jürgen {row // 2}" for row in rows]}
    columns |= {"name": np.array(["none", "mild", "severe"])[grades], "half": grades / 2, "score": rows % 19}
    return pd.DataFrame(columns | {"day": "2020-01-01", "comma": "0,5"})


def _tables(folder, frame):
    frame.to_csv(folder / "latin.csv", index=False, encoding="latin-1")
    frame.to_csv(folder / "utf16.csv", index=False, sep="\t", encoding="utf-16")
    for name, sep in {"semicolon": ";", "tab": "\t", "colon": ":"}.items():
        frame.to_csv(folder / f"{name}.csv", index=False, sep=sep)
    frame.assign(kl=frame["kl"] + 0.5).to_csv(folder / "comma.csv", index=False, sep=";", decimal=",")
    frame.assign(file=[f"..\\{folder.name}\\{name}" for name in frame["file"]]).to_csv(
        folder / "windows.csv", index=False
    )
    frame.assign(file=[f"C:\\knees\\{name}" for name in frame["file"]]).to_csv(folder / "drive.csv", index=False)
    gone = pd.DataFrame({"file": ["gone.png"], "kl": [0], "who": ["x"]})
    pd.concat([frame, gone]).to_csv(folder / "missing.csv", index=False)
    no_image = gone.assign(file="empty.csv")
    pd.concat([frame, gone, no_image]).to_csv(folder / "both.csv", index=False)
    (folder / "empty.csv").touch()
    (folder / "header.csv").write_text("file,kl,who\n")
    (folder / "torn.csv").write_text("file,kl,who\nknee, left.png,0,x\n1.png,1,x\n")
    (folder / "twice.csv").write_text("file,kl,kl\n0.png,0,1\n")


def _others(folder):
    (folder / "knees" / "0").mkdir(parents=True)
    shutil.copy(folder / "0.png", folder / "knees" / "0" / "p1left.png")
    (folder / "dicom").mkdir()
    (folder / "dicom" / "a.dcm").touch()
    np.save(folder / "array.npy", np.zeros(3))
    (folder / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    for name in ("grader.skerosion", "old.joblib"):
        (folder / name).touch()
    (folder / "used" / "tables").mkdir(parents=True)
    (folder / "used" / "plan.json").write_text('{"kind of plan": "fits"}')
    (folder / "used" / "tables.md").touch()
