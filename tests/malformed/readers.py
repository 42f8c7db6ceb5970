"""Every reader of files with small whole files of its kinds: what damages, made-up files and fuzzing start from."""

import bz2
import functools
import gzip
import io
import json
import lzma
import pathlib
import tempfile
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image

from skerosion.datasets import FileSource, ImageRows, load_points, tabulate_films
from skerosion.datasets.reading import image_size, read_text_table, with_numbers
from skerosion.inspection import reread_labels
from tests.malformed.films import compressed_films, films, smooth, written

DATA = pathlib.Path(__file__).parents[1] / "data"
FILM = {"p7_L": np.zeros((400, 320), np.uint8)}
NAMED = {"image": "p7_L", "side": "left", "joints": ("MCP2", "PIP2")}
POINTS = {
    "plain.csv": {},
    "arise.csv": {},
    "shs_net.csv": {},
    "coco.json": {},
    "coco_boxes.json": {},
    "cvat.xml": {},
    "datumaro.json": {},
    "labelme.json": {},
    "p7_L.mrk.json": {"mm_per_pixel": (0.2, 0.15), "side": "L"},
    "napari.csv": NAMED,
    "yolo.txt": {"films": FILM, **NAMED},
}
SETTINGS = {
    "reading": {"image": "path", "target": "grade", "group": "patient"},
    "estimator": {"type": "AugmentedForecaster", "estimator": {"type": "OrdinalClassifier", "epochs": 3}},
    "rows": {"centre": ["001"]},
}
CONFIG = {"image": "path", "target": "grade", "folds": 3, "set": {"epochs": 3}, "strategies": "original,weighted"}


@dataclass(frozen=True)
class Reader:
    """A reader.

    Parameters
    ----------
    read : callable
        Gets the path of a file, and reads it as commands do.
    samples : callable
        Returns the content of whole files by their names.
    names_file : bool, default=True
        Whether its errors name the file; of a file that can be read, others name the parameter in it.
    """

    read: callable
    samples: callable
    names_file: bool = True


def pictures():
    """Return pictures of all kinds that are read, but DICOM."""
    grey, deep = Image.fromarray(smooth()), Image.fromarray(smooth(deepest=65535))
    turned = Image.Exif()
    turned[0x0112] = 6
    return {
        "grey.png": written(grey, "PNG"),
        "deep.png": written(deep, "PNG"),
        "palette.png": written(grey.quantize(16), "PNG", transparency=3),
        "grey.jpg": written(grey, "JPEG", exif=turned),
        "plain.tif": written(grey, "TIFF"),
        "lzw.tif": written(deep, "TIFF", compression="tiff_lzw"),
        "deflate.tif": written(grey.convert("RGB"), "TIFF", compression="tiff_adobe_deflate"),
        "grey.bmp": written(grey, "BMP"),
    }


def read_picture(path):
    """Read an image as estimators do, with the digest that knows it again, and its size alone."""
    return FileSource([path], (16, 16, 1)).read([0]), image_size(path)


def read_film_table(path):
    """Read the header of a film, alone in its folder."""
    return tabulate_films(path.parent, b"a key for tests, of 30 bytes..")


def tables():
    """Return tables as text, plain and packed."""
    frame = pd.DataFrame({"path": [f"{n}.png" for n in range(9)], "grade": np.arange(9) % 3, "who": list("aabbccddd")})
    text = frame.assign(note='left, "odd"', share=0.25).to_csv(index=False)
    return {
        "labels.csv": text.encode(),
        "labels.tsv": text.replace(",", "\t").encode("utf-16"),
        "labels.csv.gz": gzip.compress(text.encode(), mtime=0),
        "labels.csv.bz2": bz2.compress(text.encode()),
        "labels.csv.xz": lzma.compress(text.encode()),
    }


def sheets():
    """Return a spreadsheet."""
    file = io.BytesIO()
    frame = pd.DataFrame({"path": ["0.png", "1.png"], "grade": [0, 1], "day": pd.to_datetime(["2020-01-01"] * 2)})
    frame.to_excel(file, index=False)
    return {"labels.xlsx": file.getvalue()}


def read_table(path):
    """Read a table, and its numbers."""
    return with_numbers(read_text_table(path))


def reread_sheets():
    """Return sheets of labels that were read again, as text and as a spreadsheet."""
    images = [f"{row}.png" for row in (7, 2, 4)]
    frame = pd.DataFrame({"row": [7, 2, 4], "image": images, "suggested": [0, 1, 2], "reread": ["1", "", "2"]})
    file = io.BytesIO()
    frame.to_excel(file, index=False)
    return {"reread.csv": frame.to_csv(index=False).encode(), "reread.xlsx": file.getvalue()}


def read_reread(path):
    """Take over labels that were read again, of images in files."""
    return reread_labels(path, np.arange(9) % 3, ImageRows(FileSource([f"{row}.png" for row in range(9)], (16, 16, 1))))


def read_config(path):
    """Read options of `search`."""
    from skerosion.commands._config import options_of

    return options_of(path, search_context())


@functools.cache
def search_context():
    """Return what typer knows of the command `search`."""
    import typer

    from skerosion.commands import app

    command = typer.main.get_command(app).commands["search"]
    return typer.Context(command, info_name="search")


def configs():
    """Return options as TOML and as JSON."""
    toml = 'image = "path"\ntarget = "grade"\nfolds = 3\nstrategies = "original,weighted"\n[set]\nepochs = 3\n'
    return {"options.toml": toml.encode(), "options.json": json.dumps(CONFIG).encode()}


def read_training(path):
    """Read the settings of a training, as far as they need no estimator."""
    from skerosion.experiments import check_described, read_settings

    settings = read_settings(path)
    check_described(settings["estimator"])
    return settings


def read_compared(path):
    """Read descriptions of candidates."""
    from skerosion.experiments import check_described, read_candidates

    return [check_described(each) for each in read_candidates(path).values()]


def read_note(path):
    """Read the note on how often a table was scored."""
    from skerosion.experiments._scorings import others_of, read_scorings

    return others_of(read_scorings(path), {"date": "2026-01-01", "data": "a", "estimators": {}})


def reports():
    """Return the document of a report."""
    from skerosion.report._document import Confusion, Document, Facts, Section, Table, Text

    blocks = [Text(("It grades.",)), Facts({"rows": "9"}), Table("t", ("a", "b"), [["x", 0.5]], ("n",))]
    blocks += [Confusion("c", ("0", "1"), [[3, 1], [0, 5]], ("classifier", "original"))]
    return {"report.json": Document("Report", "", [Section("verdict", "Verdict", blocks)]).to_json().encode()}


def read_report(path):
    """Draw a report again."""
    from skerosion.report import redraw

    return redraw(path.parent)


def estimators():
    """Return files of fitted estimators: of networks within others, and of scikit-learn's."""
    return {"network.skerosion": (DATA / "format_1.skerosion").read_bytes(), "forest.skerosion": forest()}


@functools.cache
def forest():
    """Return the file of a pipeline of scikit-learn, compiled trees within."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from skerosion.experiments import save_estimator

    X, y = np.random.default_rng(0).normal(size=(30, 3)), np.arange(30) % 3
    fitted = make_pipeline(StandardScaler(), RandomForestClassifier(2, max_depth=2, random_state=0)).fit(X, y)
    with tempfile.TemporaryDirectory() as folder:
        return save_estimator(fitted, pathlib.Path(folder, "one.skerosion"), {"card": {"limits": "none"}}).read_bytes()


def read_estimator(path):
    """Read the file of an estimator as commands do."""
    from skerosion.experiments import load_saved

    return load_saved(path)


def fits():
    """Return a stored fit."""
    from skerosion.experiments._store import FitStore

    cdf = np.linspace(0, 1, 6, dtype=np.float32)[None].repeat(5, axis=0)
    arrays = {"grid": np.arange(6.0), "cdf": cdf, "prediction": np.full(5, 2.5)}
    with tempfile.TemporaryDirectory() as folder:
        return {"fit.npz": FitStore(folder).save("fit", arrays, {"seconds": 1.5}).read_bytes()}


def read_fit(path):
    """Read a stored fit, and the forecast that it holds."""
    from skerosion.experiments._store import FitStore

    return FitStore(path.parent).load(path.stem)


def read_points(path):
    """Read points of joints in any form; options are those of the whole file of this name."""
    return load_points(path, **POINTS[path.name])


def points():
    """Return one hand in every form that is read."""
    return {name: (DATA / "points" / name).read_bytes() for name in POINTS}


@functools.cache
def weights():
    """Return files of weights, as Keras writes them."""
    import keras

    inputs = keras.Input((8, 8, 1))
    network = keras.Model(inputs, keras.layers.Dense(2, name="out")(keras.layers.Flatten()(inputs)))
    contents = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, save in {"one.keras": network.save, "one.weights.h5": network.save_weights}.items():
            save(pathlib.Path(folder, name))
            contents[name] = pathlib.Path(folder, name).read_bytes()
    return contents


def read_network_weights(path):
    """Read weights as networks take them."""
    from skerosion.networks._pretrained import read_weights

    return read_weights(path, "vgg", (8, 8))


SCORED = {"form": 1, "scorings": [{"date": "2026-01-31", "command": "c", "data": "ab", "estimators": {"one": "cd"}}]}
READERS = {
    "pictures": Reader(read_picture, pictures),
    "films": Reader(read_picture, films),
    "compressed films": Reader(read_picture, compressed_films),
    "film headers": Reader(read_film_table, lambda: films() | compressed_films()),
    "tables": Reader(read_table, tables),
    "spreadsheets": Reader(read_table, sheets),
    "reread labels": Reader(read_reread, reread_sheets),
    "options": Reader(read_config, configs),
    "settings": Reader(read_training, lambda: {"settings.json": json.dumps(SETTINGS).encode()}, False),
    "candidates": Reader(
        read_compared, lambda: {"both.json": json.dumps({"a": SETTINGS["estimator"]}).encode()}, False
    ),
    "notes": Reader(read_note, lambda: {"labels.csv.scored.json": json.dumps(SCORED).encode()}),
    "reports": Reader(read_report, reports),
    "estimators": Reader(read_estimator, estimators),
    "stored fits": Reader(read_fit, fits),
    "points": Reader(read_points, points),
    "weights": Reader(read_network_weights, weights),
}


def sample_names():
    """Return the reader and the name of every whole file, without making any."""
    quick = {name: each for name, each in READERS.items() if name not in ("weights", "estimators", "stored fits")}
    names = [(reader, name) for reader, each in quick.items() for name in each.samples()]
    slow = {"estimators": ["network.skerosion", "forest.skerosion"], "stored fits": ["fit.npz"]}
    slow["weights"] = ["one.keras", "one.weights.h5"]
    return names + [(reader, name) for reader, each in slow.items() for name in each]


@functools.cache
def samples_of(reader):
    """Return the whole files of a reader."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return READERS[reader].samples()
