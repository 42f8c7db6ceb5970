"""Fuzzing that is led by coverage: atheris changes whole files until they reach code that none has reached before.

``make fuzz MINUTES=2`` gives each reader so long, one after another. A find is a file that is neither read nor told in
one line, or takes too much; it is kept in the folder ``fuzz-finds``, to become a test of ``tests/malformed``. The seals
of estimators and of stored fits are put right after each change: otherwise no change would come past them.
"""

import argparse
import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import warnings
import zipfile

FINDS = pathlib.Path("fuzz-finds")
LONGEST = 20_000
"""Bytes of a file; whole ones are far shorter."""

# What is instrumented, which takes its time: the readers, and the libraries in Python that they call.
OURS = [f"skerosion.{name}" for name in ("datasets.reading", "datasets.joints", "datasets.dicom", "report._document")]
OURS += [f"skerosion.{name}" for name in ("experiments", "commands._config", "_hdf5", "_user_files", "_keys")]
THEIRS = {
    "pictures": ["PIL"],
    "options": ["tomllib"],
    "spreadsheets": ["openpyxl.reader", "openpyxl.worksheet._reader"],
}
PYDICOM = ["pydicom.filereader", "pydicom.pixels.decoders", "pydicom.values"]
THEIRS |= dict.fromkeys(("films", "compressed films", "film headers"), PYDICOM)
THEIRS |= {"stored fits": ["zipfile", "numpy.lib.format"], "weights": ["zipfile"]}


def sealed_manifest(text):
    """The file of an estimator with any text as its manifest, and the right seal."""
    from skerosion.experiments.file_format._manifest import read_parts
    from tests.malformed.readers import DATA

    arrays = read_parts(DATA / "format_1.skerosion")[1]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.comment = b"skerosion " + hashlib.sha256(text).hexdigest().encode() + b" " + b"0" * 64
        archive.writestr("manifest.json", text)
        for name, array in arrays.items():
            with archive.open(name, "w") as member:
                import numpy as np

                np.lib.format.write_array(member, array, version=(1, 0))
    content = file.getvalue()[:-64]
    return content + hashlib.sha256(content).hexdigest().encode()


def manifest_of(content):
    """The manifest in the file of an estimator."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("manifest.json")


def sealed_fit(content):
    """A stored fit of any bytes, and the right seal."""
    from skerosion.experiments._store import sealed

    return sealed(content)


def bare_fit(content):
    """The bytes of a stored fit without its seal."""
    from skerosion.experiments._store import unsealed

    return unsealed(content)


WRAPPED = {"estimators": (manifest_of, sealed_manifest), "stored fits": (bare_fit, sealed_fit)}


def fuzz_one(reader, seconds):
    """Fuzz one reader in this process, which ends with it; what was found is in files."""
    import atheris

    with atheris.instrument_imports(include=OURS + THEIRS.get(reader, [])):
        from tests.malformed.judging import judge, warm
        from tests.malformed.readers import samples_of
    warm(reader)  # what it loads may take longer than a file may
    samples = samples_of(reader)
    unwrap, wrap = WRAPPED.get(reader, (bytes, bytes))
    folder = tempfile.TemporaryDirectory()
    corpus, place = (pathlib.Path(folder.name, name) for name in ("corpus", "place"))
    corpus.mkdir(), place.mkdir()
    names, known = list(samples), set()
    for number, content in enumerate(samples.values()):
        (corpus / str(number)).write_bytes(bytes([number]) + unwrap(content))

    def one(data):
        # The first byte says under which name, which for some readers says which form it is.
        path = place / names[(data[0] if data else 0) % len(names)]
        data = data[1:]
        path.write_bytes(wrap(data))
        problem = judge(reader, path)
        path.unlink()
        told = re.sub(r"0x\w+|\d+|'[^']*'", "_", problem)[:80]
        if problem and told not in known:
            known.add(told)
            FINDS.mkdir(exist_ok=True)
            find = f"{reader.replace(' ', '_')}-{hashlib.sha256(data).hexdigest()[:12]}"
            (FINDS / find).write_bytes(wrap(data))
            (FINDS / f"{find}.json").write_text(json.dumps({"reader": reader, "name": path.name, "problem": problem}))
            print(f"FIND {find}: {problem[:300]}", flush=True)

    warnings.simplefilter("ignore")
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        "-timeout=600",  # by the clock, of a machine that may be busy: `judge` counts processor time
        "-rss_limit_mb=6000",
        "-detect_leaks=0",
    ]
    atheris.Setup([sys.argv[0], str(corpus), *options], one)
    atheris.Fuzz()


def fuzz_all(minutes, chosen):
    """Fuzz readers one after another, each in a process of its own, and print what came of it."""
    from tests.malformed.readers import READERS

    all_runs = all_seconds = all_finds = 0
    for reader in chosen or READERS:
        command = [
            sys.executable,
            "-m",
            "tests.malformed.fuzz",
            "--only",
            reader,
            "--seconds",
            str(round(60 * minutes)),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        text = done.stdout + done.stderr
        runs, seconds = map(int, (re.findall(r"Done (\d+) runs in (\d+)", text) or [(0, 0)])[-1])
        edges, finds = (re.findall(r"cov: (\d+)", text) or ["0"])[-1], re.findall(r"FIND .*", text)
        finds += [] if seconds else [f"ended early: {' '.join(text.split()[-40:])}"]
        print(
            f"{reader:14} {runs:9,} files in {seconds:4} s, {edges:>6} edges, {len(finds)} finds",
            *finds,
            sep="\n  ",
            flush=True,
        )
        all_runs, all_seconds, all_finds = all_runs + runs, all_seconds + seconds, all_finds + len(finds)
    print(f"all: {all_runs:,} files in {all_seconds / 60:.1f} minutes, {all_finds} finds")
    return all_finds


def main():
    """Read what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--readers", nargs="*", default=[])
    parser.add_argument("--only")
    parser.add_argument("--seconds", type=int)
    given = parser.parse_args()
    if given.only:
        fuzz_one(given.only, given.seconds)
    sys.exit(bool(fuzz_all(given.minutes, given.readers)))


if __name__ == "__main__":
    main()
