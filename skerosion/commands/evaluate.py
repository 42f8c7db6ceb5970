"""``skerosion evaluate``: test saved estimators on labelled patients that they have not seen."""

from pathlib import Path
from typing import Annotated

import typer

from skerosion._own_modules import import_own
from skerosion._user_files import check_readable

from ._loading import GRADER, estimator_file, list_excluded, load_table, table_name
from ._options import (
    SEEDS,
    CardFile,
    Decimal,
    Encoding,
    Image,
    Modules,
    Mute,
    OnProblem,
    Overwrite,
    Pictures,
    Problem,
    Root,
    Scheduler,
    Sep,
    Target,
    out_option,
    read_literal,
    read_names,
    read_page,
)
from ._printing import print_tables, say


def check_words(context: typer.Context, value: Path):
    """Say which of the words is missing, or in the other's place: the last one is the table, whatever it is called."""
    if value.name == GRADER or value.suffix == ".skerosion":
        raise typer.BadParameter(f"the labelled table must be the last word, after the estimators; got {value} there.")
    if not context.params["estimators"]:
        raise typer.BadParameter(
            f"an estimator must be named before the table, such as results/classifier.skerosion; got {value} alone."
        )
    return value


def evaluate(
    estimators: Annotated[
        list[Path],
        typer.Argument(
            help="Files of estimators, such as classifier.skerosion of a `search`, or `synthetic`.",
            default_factory=list,
            show_default=False,
        ),
    ],
    table: Annotated[
        Path,
        typer.Argument(help="CSV or .xlsx file with one row per image.", callback=check_words, show_default=False),
    ],
    image: Image,
    target: Target,
    out: Annotated[Path, out_option("Folder for tables, predictions, figures and report.", show_default=False)],
    group: Annotated[
        str | None, typer.Option(help="Column of the patient, by whom the intervals are resampled.")
    ] = None,
    trained: Annotated[
        Path | None,
        typer.Option(help="Table of the images that were trained on, to look for them in TABLE.", show_default=False),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(help="Columns whose values are told apart, such as sex,site.", show_default=False),
    ] = None,
    second_reader: Annotated[
        str | None, typer.Option(help="Column of another reader's grades.", show_default=False)
    ] = None,
    robustness: Annotated[
        bool,
        typer.Option(help="Tell what eight changes of the images cost; all are predicted nine times instead of once."),
    ] = True,
    adapt: Annotated[
        str | None,
        typer.Option(
            help="On how many of the patients to recalibrate, such as 20,50; told is what that gains on the others.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draws and resamples of patients.", **SEEDS)] = 0,
    note: Annotated[
        bool, typer.Option(help="Note beside TABLE that it was scored, and tell how often it was before.")
    ] = True,
    scheduler: Scheduler = None,
    card: CardFile = None,
    mute: Mute = None,
    pictures: Pictures = False,
    root: Root = None,
    force: Overwrite = False,
    sep: Sep = None,
    encoding: Encoding = None,
    decimal: Decimal = None,
    modules: Modules = None,
    on_problem: Problem = OnProblem.error,
):
    """Test saved estimators on a labelled table of patients that they have not seen; nothing is fitted.

    Every metric with intervals from resampling patients, beside floors that are made of the table's own grades; paired
    differences, calibration, coverage and each grade; report.html in OUT is where to start. Several estimators must
    grade the same target and read images alike.

    How much each metric changes where the images are exposed, turned, shifted, inverted or compressed otherwise.
    With --adapt, what recalibrating on some of the patients gains on the others, over 50 draws.
    With --second-reader, how far the target and each estimator agree with another reader's grades.
    TABLE.scored.json beside the table notes that it was scored, and the next evaluation tells how often.
    Images that an estimator was trained on are told, and so are whole tables of its patients; single patients among
    new ones are not, for estimators' files name none: --trained, the table that was trained on, finds them.
    `synthetic` is a grader of synthetic joints that comes with skerosion, to try this command with; for no patient.
    """
    from skerosion.datasets import check_image_table

    page, columns = read_page(card, mute, pictures), {"image": image, "target": target, "group": group}
    reading = {"root": root, "on_problem": str(on_problem), "sep": sep, "encoding": encoding, "decimal": decimal}
    estimators = list(dict.fromkeys(estimator_file(path) for path in estimators))  # one that is named twice, once
    for path in estimators:
        check_readable(path, "estimator")
    lines = check_image_table(table, **columns, **reading)
    if trained is not None:
        check_image_table(trained, **columns, **reading)
    import_own(modules)

    from skerosion.experiments import SCORINGS_ENDING, check_scheduler, shared_target
    from skerosion.experiments import evaluate as evaluate_estimators

    check_scheduler(scheduler)
    saved = _load_all(estimators)
    read = columns | reading | {"order": shared_target(saved).names} | _reading_of_all(saved)
    data = load_table(table, **read)
    list_excluded(data.excluded, out / "excluded.csv")
    asked = {"by": read_names(by) or (), "second_reader": second_reader, "robustness": robustness, "seed": seed}
    asked["adapt"] = [read_literal(each) for each in read_names(adapt) or ()]
    asked |= {
        "scheduler": scheduler,
        "force": force,
        "trained": None if trained is None else load_table(trained, **read),
        "page": page,
    }
    asked["scorings"] = table.with_name(table.name + SCORINGS_ENDING) if note else None
    asked["about"] = {"table": table_name(table, data), "columns": columns, "excluded": len(data.excluded)}
    report = evaluate_estimators(saved, data, out=out, say=say, **asked)
    print_tables(report.tables)
    say(f"Tables, predictions, figures and settings are in {out}; report.html there is where to start.")
    return lines.has_films


def _load_all(paths):
    """Estimators by what tables call them; what their files have to say is said."""
    from skerosion.experiments import card_message, load_saved, version_message

    saved = {_name(path, paths): load_saved(path) for path in paths}
    for each in saved.values():
        for message in filter(None, [version_message(each), card_message(each)]):
            say(message)
    return saved


def _reading_of_all(saved):
    """How all estimators read images, for the table is read once."""
    (first, one), *others = saved.items()
    for name, each in others:
        if each.reading() != one.reading():
            raise ValueError(
                f"estimators must read images alike, got {first}, which reads {_read_by(one)}, and {name}, which reads "
                f"{_read_by(each)}: evaluate them one by one."
            )
    return one.reading()


def _read_by(saved):
    """How an estimator reads images, in some words."""
    reading = saved.reading()
    height, width = reading["size"]
    told = [f"{height} x {width} pixels in {'grey' if reading['channels'] == 1 else 'colour'}"]
    others = {name: value for name, value in reading.items() if name not in ("size", "channels") and value is not None}
    return ", ".join([*told, *(f"{name} {value}" for name, value in others.items())])


def _name(path, paths):
    """What tables call an estimator: the name of its file, with the folder where another file has that name."""
    return path.stem if sum(other.stem == path.stem for other in paths) == 1 else str(path.with_suffix(""))
