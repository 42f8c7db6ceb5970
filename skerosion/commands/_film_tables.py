"""Tables of DICOM films for commands: of a folder, and of films that are named one by one."""

import os
import shlex

from skerosion._counted import counted

from ._printing import say


def write_film_table(source, out, path_from, **asked):
    """Write the table of a folder of films, and say what was found and which command comes next.

    Parameters
    ----------
    source : pathlib.Path
    out : pathlib.Path
    path_from : callable
        ``path_from(folder, path)`` returns a path as it goes on from a folder.
    **asked
        As `skerosion.datasets.load_dicom_table` takes it.
    """
    from skerosion._spreadsheet_cells import write_csv
    from skerosion.datasets import FILMS_STAY, tabulate_films

    films = tabulate_films(source, asked.pop("key"), **asked)
    for message in filter(None, [films.message, *films.notes]):
        say(message)
    paths = [path_from(out.parent, path) for path in films.frame["path"]]
    write_csv(out, films.frame.assign(path=paths))
    patients = films.frame["patient"].nunique()
    films_of = f"{counted(len(paths), 'film')} of {counted(patients, 'patient')}"
    say(f"{films_of}: {out}. {FILMS_STAY}")
    say("Grades are joined to it by sop_iuid or film, as a column of their own:")
    words = ["skerosion", "search", str(out), "--image", "path", "--target", "GRADE", "--group", "patient"]
    return shlex.join([*words, "--out", "results"])


def named_films(paths, key):
    """Return the table of images that are named one by one, with the names of films where there are any.

    Parameters
    ----------
    paths : sequence of str
    key : path-like or None

    Returns
    -------
    DataFrame
        Columns path and, of DICOM films, film; other images among them are named by their paths.
    """
    import pandas as pd

    from skerosion.datasets import film_names, holds_films

    frame = pd.DataFrame({"path": paths}, dtype=object)
    if key is None and holds_films(paths) is None:
        return frame
    names = film_names(paths, key)
    return frame.assign(film=[name or os.path.basename(path) for name, path in zip(names, paths, strict=True)])
