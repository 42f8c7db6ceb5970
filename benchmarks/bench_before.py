"""A search, further fits and predictions of this tree beside those of an earlier one.

`--before` names the other tree, such as a worktree of an earlier commit (`git worktree add ../before COMMIT`). Each
side does the same in a process of its own: `skerosion search` as a command on images in files (two strategies, 3
patient folds, winner, tables, but no figures, which are not the same ones), and that again without the page, the
embeddings and the doubtful labels, which the earlier one does not make; in another process a network's 10 further fits
and 20 predictions of the images in memory. Processor time counts, without importing TensorFlow, which is the same.
"""

import importlib
import os
import pathlib
import sys
import tempfile
import time
from functools import partial

from _harness import Case, Comparison, Question, compare
from _small_search import make_classifier, make_data

HERE = str(pathlib.Path(__file__).resolve().parents[1])


def main():
    """Compare the two trees."""
    rows = "{images} images of 32x32, this tree beside an earlier one: "
    questions = [
        Question(rows + "what both do in a search", ("same work", "search"), ("before", "search"), at_most=1.05),
        Question(rows + "a network's 10 further fits", ("fits now", "refit"), ("fits before", "refit"), at_most=1.05),
        Question(
            rows + "a network's 20 predictions", ("fits now", "predict"), ("fits before", "predict"), at_most=1.05
        ),
        Question(
            "{images} images of 32x32: page, embeddings and doubtful labels of a search, which the earlier one has not",
            ("now", "search"),
            ("same work", "search"),
            difference=True,
        ),
    ]
    compare(
        Comparison(
            {
                "now": Case(partial(measure_search, here)),
                "same work": Case(measure_same_work, "the search without them"),
                "before": Case(partial(measure_search, before), "earlier tree"),
                "fits now": Case(partial(measure_fits, here)),
                "fits before": Case(partial(measure_fits, before), "earlier tree"),
            },
            questions,
            sizes={"images": 200, "before": "../before"},
            quick={"images": 60},
            pairs=9,
        )
    )


def here(sizes):
    """Folder of this tree."""
    return HERE


def before(sizes):
    """Folder of the earlier tree."""
    return str(pathlib.Path(sizes["before"]).resolve())


def measure_search(tree_of, sizes):
    """Processor seconds that a tree takes for a search, which other programs of the machine disturb least."""
    classifier, data = warmed(tree_of(sizes), sizes)
    return {"search": seconds([lambda: search(*data)])}


def measure_same_work(sizes):
    """Processor seconds of this tree where a search makes neither page nor embeddings, and compares no neighbours."""
    sys.path.insert(0, HERE)
    searching = importlib.import_module("skerosion.experiments._search")
    searching.write_search_page = searching.disagreement = lambda *result, **told: None
    importlib.import_module("skerosion.experiments._jobs")._embedding_of_test = lambda *fit: {}
    return measure_search(here, sizes)


def measure_fits(tree_of, sizes):
    """Processor seconds that a tree takes for further fits of a network, and for its predictions."""
    classifier, (images, grades, _) = warmed(tree_of(sizes), sizes)
    fits = [lambda: make_classifier(random_state=1).fit(images, grades) for _ in range(10)]
    predictions = [lambda: classifier.predict_proba(images) for _ in range(20)]
    return {"refit": seconds(fits), "predict": seconds(predictions)}


def warmed(tree, sizes):
    """Import the package from a tree; return a classifier that has fitted and predicted there, and its data."""
    sys.path.insert(0, tree)
    import keras  # noqa: F401

    import skerosion

    if not skerosion.__file__.startswith(tree):
        raise SystemExit(f"{tree} holds no skerosion: this is {skerosion.__file__}.")
    images, grades, patients = make_data(sizes["images"])
    classifier = make_classifier(random_state=0).fit(images, grades)
    classifier.predict(images)
    return classifier, (images, grades, patients)


def seconds(calls):
    """Processor time that all calls take, one after the other."""
    start = time.process_time()
    for call in calls:
        call()
    return time.process_time() - start


def search(images, grades, patients):
    """Run the command on files in a folder that does not outlive it."""
    import pandas as pd
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, f"{number}.png") for number in range(len(images))]
        for name, image in zip(names, images, strict=True):
            Image.fromarray(image[..., 0]).save(name)
        table = os.path.join(folder, "labels.csv")
        pd.DataFrame({"path": names, "grade": grades, "patient": patients}).to_csv(table, index=False)
        out = [
            "--folds",
            "3",
            "--epochs",
            "2",
            "--tasks",
            "classifier",
            "--strategies",
            "original,oversampled",
            "--out",
            os.path.join(folder, "out"),
        ]
        columns = ["--image", "path", "--target", "grade", "--group", "patient"]
        if code := command()([table, *columns, *out], standalone_mode=False):
            raise SystemExit(f"the search ended with {code}.")


def command():
    """Return the function of the command line `search`; earlier trees have it in `cli`, and no option for figures."""
    import typer

    earlier = os.path.isfile(os.path.join(sys.path[0], "skerosion", "cli.py"))
    if earlier:
        importlib.import_module("skerosion.report._search_report").write_figures = lambda *result, **told: None
    group = typer.main.get_command(importlib.import_module(f"skerosion.{'cli' if earlier else 'commands'}").app)
    plain = ["search"] if earlier else ["search", "--no-figures"]
    return lambda arguments, **options: group([*plain, *arguments], **options)


if __name__ == "__main__":
    main()
