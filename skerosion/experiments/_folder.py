"""A folder holds the results of one plan on one set of data; another plan is refused or replaces it."""

import json
from pathlib import Path

from skerosion._counted import counted
from skerosion._user_files import check_output, parse_json
from skerosion._writing import write_text

from ._identity import digest_of, fingerprint
from ._strategies import TASKS
from .file_format import ENDING

PLAN_FILE = "plan.json"
"""What says in a folder of results whose they are."""

LEFT = ("predictions", "tables", "figures")
"""Folders of what a plan leaves, beside its fits."""

PARTS = "parts"
"""What data are made of in the file of a plan, beside what decides whose a folder is."""

ENDINGS = (".csv", ".npz", ".png", ".pdf", ".svg")
"""Endings of the files in them."""

FILES = (PLAN_FILE, "tables.md", "settings.json", "report.json", "report.html", *(f"{task}{ENDING}" for task in TASKS))
"""Files beside them."""


def claim_folder(out, plan, about, store, names, *, force=False):
    """Make a folder that of a plan, or say that it is another's.

    Parameters
    ----------
    out : path-like
    plan : Plan
    about : dict
        The digest of its ``data``; and ``parts``, what the data are made of and by what they are fitted, which are kept
        to tell in what another plan differs.
    store : FitStore
        Where the fits of the plan are kept.
    names : sequence of str
        Fits of the plan; those that are there already are kept.
    force : bool, default=False
        Whether to replace another plan's results.

    Raises
    ------
    FileExistsError
        Where the folder is another plan's and `force` is not set, and where a folder or a pipe stands in place of a
        file that is written in the end.
    """
    for name in FILES:
        check_output(Path(out) / name, force=True)
    path = Path(out) / PLAN_FILE
    described = plan.described()
    described.pop("choose_by")  # what chooses among fits decides none of them
    mine = json.loads(json.dumps(described, default=digest_of)) | {"kind of plan": plan.word} | about
    theirs = _read(path)
    if theirs is not None and fingerprint(_deciding(theirs)) != fingerprint(_deciding(mine)):
        # A plan that ended before its first fit, as a mistyped one does, has nothing to lose.
        left = _left_behind(Path(out), store, names)
        if left and not force:
            raise FileExistsError(
                f"{out} holds the results of another plan ({_differences(theirs, mine)}); choose "
                "another folder, or replace them (force=True): fits that both plans share are kept."
            )
        for file in left:
            file.unlink()
    write_text(path, json.dumps(mine, indent=2) + "\n")


def check_free(out, *, force=False):
    """Refuse the folder of another result for an evaluation.

    Parameters
    ----------
    out : path-like
    force : bool, default=False
        Whether an earlier evaluation is replaced; a search or a study never is.

    Raises
    ------
    FileExistsError
        Where the folder holds an evaluation and `force` is not set, or the results of a plan.
    """
    if (Path(out) / PLAN_FILE).exists():
        raise FileExistsError(f"out must be no folder of a search or a study, got {out}; choose another folder.")
    if (Path(out) / "settings.json").exists() and not force:
        raise FileExistsError(f"out must be a folder without an earlier result, got {out}; force=True replaces it.")


def clear_results(out):
    """Take away the tables, predictions and figures of an earlier evaluation; estimators that lie there stay.

    Parameters
    ----------
    out : path-like
    """
    for file in _results_in(Path(out)):
        file.unlink(missing_ok=True)


def _results_in(out):
    """Tables, predictions and figures by the names that results give; nothing else."""
    files = [file for folder in LEFT for file in (out / folder).rglob("*") if file.suffix in ENDINGS]
    return [
        *files,
        *out.glob("table_*.csv"),
        *(out / name for name in FILES if not name.endswith(ENDING) and name != PLAN_FILE),
    ]


def _read(path):
    """The plan of a folder; None where there is none, or none that can be read: it is written anew."""
    try:
        plan = parse_json(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return plan if isinstance(plan, dict) else None


def _deciding(plan):
    """What of a plan decides whether a folder is its own."""
    return {name: value for name, value in plan.items() if name != PARTS}


def _differences(theirs, mine):
    """What differs between two plans, in some words; folders of earlier versions do not tell what data are made of."""
    every = dict.fromkeys([*_deciding(mine), *_deciding(theirs)])
    names = [name for name in every if theirs.get(name) != mine.get(name)]
    texts = [f"{name} {theirs.get(name)!r}, not {mine.get(name)!r}" for name in names if name != "data"]
    known = _parts_like(theirs.get(PARTS), mine[PARTS])
    texts += (_other_data(known, mine[PARTS]) or [_OTHER]) if "data" in names else []
    return "; ".join([*texts, *_other_software(known, mine[PARTS])])


def _parts_like(told, mine):
    """What a folder tells of its data; nothing where an earlier version, or somebody by hand, wrote it otherwise."""
    if not isinstance(told, dict) or not mine.keys() <= told.keys():
        return {}
    return told if isinstance(told["images"], int) and isinstance(told["versions"], dict) else {}


_OTHER = "other data: images, the size they are read at, targets, patients or weights"


def _other_data(theirs, mine):
    """In what data differ; of other images or other sizes that digests differ too goes without saying."""
    if not theirs:
        return []
    if theirs["images"] != mine["images"]:
        return [f"{counted(theirs['images'], 'image')}, not {mine['images']:,}"]
    sizes = [] if theirs["shape"] == mine["shape"] else [f"images of {theirs['shape']}, not {mine['shape']}"]
    digests = ("targets", "patients", "weights") if sizes else ("pixels", "targets", "patients", "weights")
    return [*sizes, *(f"other {name}" for name in digests if theirs[name] != mine[name])]


def _other_software(theirs, mine):
    """Versions and code that differ, which do not make a folder another's, but its fits."""
    if not theirs:
        return []
    named = {name: (theirs["versions"].get(name), version) for name, version in mine["versions"].items()}
    told = [f"{name} {_version(old)}, not {_version(new)}" for name, (old, new) in named.items() if old != new]
    code = ["other code of skerosion"] if theirs["code"] != mine["code"] else []
    return [f"other versions: {', '.join(told)}"] * bool(told) + code


def _version(told):
    return " ".join(map(str, told)) if isinstance(told, list) else told


def _left_behind(out, store, names):
    """What another plan has left, by the names that plans give; nothing else."""
    kept = {store.path(name) for name in names}
    files = [file for file in store.folder.glob("*.npz") if file not in kept]
    files += [*_results_in(out), *(out / name for name in FILES if name.endswith(ENDING))]
    return [file for file in files if file.exists()]
