"""``skerosion doctor``: what is installed, what the machine can do, and what to install."""

import json
import os
import platform
import shutil
from typing import Annotated

import typer

from ._printing import say
from ._processor import bfloat16_instructions

BACKENDS = ("tensorflow", "jax", "torch")

OPTIONAL = ("cuda", "dicom", "distributed", "excel", "hands", "onnx")
"""The optional parts for users; the others are for developers."""


def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the backend, which takes seconds to load.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a report of a bug.")] = False,
):
    """Say what is installed, what this machine can do, and what to install; exit code 1 where something is missing."""
    found = {"machine": machine(), "packages": packages(), "optional parts": extras()}
    problems = problems_of(requirements(), found["packages"])
    found |= {} if quick or problems else {"backend": backend()}
    problems += [found["backend"]["problem"]] if "problem" in found.get("backend", {}) else []
    print_findings(found | {"problems": problems}, as_json)
    if problems:
        raise typer.Exit(1)


def machine():
    """Processor, memory, disk and system."""
    disk = shutil.disk_usage(".").free / 1e9
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9 if hasattr(os, "sysconf") else None
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "memory in GB": None if memory is None else round(memory, 1),
        "free here in GB": round(disk, 1),
        "bfloat16": bfloat16(),
    }


def bfloat16():
    """Whether the processor computes in bfloat16, which trains faster with ``dtype_policy="mixed_bfloat16"``.

    Returns
    -------
    str
    """
    has = bfloat16_instructions()
    if has is None:
        return "not known on this system"
    return f"yes ({', '.join(has)}): try --set dtype_policy=mixed_bfloat16" if has else "no"


def requirements(extra=""):
    """What skerosion says that it needs, of every installation or of one of its optional parts.

    Parameters
    ----------
    extra : str, default=""

    Returns
    -------
    list of packaging.requirements.Requirement
    """
    return [
        each
        for each in declared("skerosion")
        if each.marker is None or extra and each.marker.evaluate({"extra": extra})
    ]


def packages():
    """Version of every package that is needed, and of the backends; None for one that is not installed."""
    names = dict.fromkeys(["skerosion", *(each.name for each in requirements()), *BACKENDS])
    return {name: installed(name) for name in names}


def installed(name):
    """Version of an installed package, or None."""
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def extras():
    """Whether what each optional part needs is there, or the line that installs it."""
    needs = {name: [n for each in requirements(name) if each.marker for n in _brought_by(each)] for name in OPTIONAL}
    return {
        name: "present" if of and all(map(installed, of)) else f'missing: pip install "skerosion[{name}]"'
        for name, of in needs.items()
    }


def _brought_by(requirement):
    """A package and what it installs besides where it is asked for with parts of its own, as tensorflow[and-cuda]."""
    known = declared(requirement.name)
    parts = [{"extra": part} for part in requirement.extras]
    return [requirement.name, *(each.name for each in known if each.marker and any(map(each.marker.evaluate, parts)))]


def declared(name):
    """What an installed package says that it and its optional parts need; nothing for one that is not installed."""
    from importlib import metadata

    from packaging.requirements import Requirement

    try:
        return [Requirement(text) for text in metadata.requires(name) or ()]
    except metadata.PackageNotFoundError:
        return []


def problems_of(needed, versions):
    """What is missing, too old, or newer than anybody has tried.

    Parameters
    ----------
    needed : list of packaging.requirements.Requirement
    versions : dict of str to str or None

    Returns
    -------
    list of str

    Examples
    --------
    >>> from packaging.requirements import Requirement
    >>> from skerosion.commands.doctor import problems_of
    >>> needed = [Requirement("scikit-learn>=1.9,<1.10"), Requirement("keras>=3.10")]
    >>> problems_of(needed, {"scikit-learn": "1.8.0", "keras": None, "jax": "0.10"})
    ['scikit-learn must be >=1.9 and <1.10, got 1.8.0', 'keras is missing: pip install "keras>=3.10"']
    """
    found = [_problem(each, versions.get(each.name)) for each in needed if each.name not in BACKENDS]
    if not any(versions.get(name) for name in BACKENDS):
        found.append("no backend is installed: pip install tensorflow")
    return [each for each in found if each]


def _problem(requirement, version):
    """What is wrong with one package, or None."""
    if version is None:
        return f'{requirement.name} is missing: pip install "{requirement}"'
    if not requirement.specifier.contains(version, prereleases=True):
        bounds = " and ".join(sorted(map(str, requirement.specifier), reverse=True))
        return f"{requirement.name} must be {bounds}, got {version}"
    return None


def backend():
    """What the networks run on, or why they do not."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        from skerosion.training import backend_name, describe_devices

        return {"name": backend_name()} | describe_devices()
    # Whatever a broken installation raises is what is to be told.
    except Exception as error:
        name = os.environ.get("KERAS_BACKEND", "tensorflow")
        why = f"{type(error).__name__}: {error}".rstrip(".")
        return {"problem": f"{name} cannot be loaded, {why}. Try: pip install --upgrade {name}"}


def print_findings(found, as_json):
    """Print what was found as JSON, or a line each under its heading."""
    if as_json:
        typer.echo(json.dumps(found, indent=2, default=str))
        return
    for heading, lines in found.items():
        if heading != "problems" and "problem" not in lines:
            typer.echo(heading)
            for name, value in lines.items():
                typer.echo(f"  {name:<18} {'not installed' if value is None else value}")
    for problem in found["problems"]:
        say(f"Problem: {problem}.")
    if not found["problems"]:
        say("All that is needed is there.")
