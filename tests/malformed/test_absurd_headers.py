"""Files that say they are enormous, endless, elsewhere or twice: told at once, and never believed."""

import bz2
import gzip
import io
import json
import lzma
import struct
import warnings
import zipfile
import zlib

import h5py
import numpy as np
import pytest
from PIL import Image

from skerosion.experiments._store import FitStore, sealed
from skerosion.experiments.file_format._container import describe_array, write_container
from skerosion.experiments.file_format._manifest import read_parts
from tests.hdf5_files import nameless
from tests.malformed.films import smooth, written
from tests.malformed.judging import judge
from tests.malformed.readers import DATA, READERS, Reader, samples_of

pytestmark = pytest.mark.once
BILLION = 10**9


@pytest.fixture
def told(tmp_path):
    """A function that reads a content and returns the error, which must be clear and cheap."""

    def read(reader, name, content):
        path = tmp_path / name
        path.write_bytes(content)
        assert judge(reader, path) == ""
        with warnings.catch_warnings(), pytest.raises(Exception) as caught:
            warnings.simplefilter("ignore")
            READERS[reader].read(path)
        return str(caught.value)

    return read


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth=8, colour=0, data=b""):
    """A PNG that says its size, with data that may be less."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def tiff(*tags, data=b""):
    """A TIFF of tags, each (number, kind, count, value)."""
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", 0) + data


def grey_tiff(width, height, **more):
    tags = {256: (4, 1, width), 257: (4, 1, height), 258: (3, 1, 8), 259: (3, 1, 1), 262: (3, 1, 1), 273: (4, 1, 200)}
    tags |= {277: (3, 1, 1), 278: (4, 1, height), 279: (4, 1, 16)} | {int(n[1:]): value for n, value in more.items()}
    return tiff(*((number, *value) for number, value in sorted(tags.items())), data=bytes(99))


def bmp(width, height, bits=8):
    return (
        b"BM" + struct.pack("<IHHIIiiHHIIiiII", 100, 0, 0, 54, 40, width, height, 1, bits, 0, 0, 0, 0, 0, 0) + bytes(9)
    )


def jpeg(width, height):
    data = bytearray(written(Image.fromarray(smooth()), "JPEG"))
    place = data.index(b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


HUGE = {
    "a.png": png(100_000, 100_000),
    "b.png": png(2**31 - 1, 2**31 - 1, 16),
    "c.png": png(1, 2**31 - 1),
    "d.png": png(0, 0),
    "a.tif": grey_tiff(100_000, 100_000),
    "b.tif": grey_tiff(2**32 - 1, 2**32 - 1),
    "c.tif": grey_tiff(24, 24, t273=(4, BILLION, 8)),
    "d.tif": grey_tiff(24, 24, t258=(3, BILLION, 8)),
    "e.tif": grey_tiff(24, 24, t277=(3, 1, 65535)),
    "f.tif": grey_tiff(24, 24, t259=(3, 1, 5), t279=(4, 1, 2**32 - 1)),
    "g.tif": b"II*\0" + struct.pack("<IHI", 8, 0, 8),  # whose first page is followed by itself
    "h.tif": b"II*\0" + struct.pack("<I", 2**32 - 1),
    "a.bmp": bmp(100_000, 100_000),
    "b.bmp": bmp(-(2**31), 2**31 - 1),
    "c.bmp": bmp(24, -(2**31), 24),
    "a.jpg": jpeg(65_500, 65_500),
    "b.jpg": jpeg(0, 0),
}


@pytest.mark.parametrize("name", HUGE)
def test_images_that_say_they_are_enormous(name, told):
    told("pictures", name, HUGE[name])


@pytest.mark.slow
@pytest.mark.parametrize(("depth", "colour", "bits"), [(8, 0, 8), (16, 0, 16), (8, 2, 24), (8, 6, 32), (16, 6, 64)])
def test_one_colour_of_kilobytes_is_no_picture_of_gigabytes(depth, colour, bits, told):
    packer, row = zlib.compressobj(9), bytes(1 + 9_000 * bits // 8)
    data = b"".join(packer.compress(row) for _ in range(9_000)) + packer.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 9_000, 9_000, depth, colour, 0, 0, 0))
    content = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    assert "unpacks to more than" in told("pictures", "plain.png", content)


@pytest.mark.slow
def test_texts_and_profiles_of_a_png_do_not_unpack_without_end(told):
    bomb = zlib.compress(bytes(70_000_000), 9)
    head, rest = png(4, 4, data=bytes(20))[:33], png(4, 4, data=bytes(20))[33:]
    told("pictures", "text.png", head + chunk(b"zTXt", b"note\0\0" + bomb) + rest)


def film(**elements):
    from tests.dicom_films import make_film

    made, file = make_film(**elements), io.BytesIO()
    made.save_as(file, enforce_file_format=True)
    return file.getvalue()


def test_films_that_say_they_are_enormous(told):
    assert "more than the 89 that are read" in told("films", "a.dcm", film(Rows=65535, Columns=65535))
    assert "told" not in told("films", "b.dcm", film(Rows=0, Columns=0))
    told("films", "c.dcm", film(NumberOfFrames=str(2**31 - 1)))
    told("films", "d.dcm", film(BitsAllocated=16, BitsStored=0, HighBit=0))
    told("films", "e.dcm", film(SamplesPerPixel=65535))


SIDES = {
    "jpeg.dcm": (b"\xff\xc0", 5, ">HH"),
    "lossless_jpeg.dcm": (b"\xff\xc3", 5, ">HH"),
    "jpeg_ls.dcm": (b"\xff\xf7", 5, ">HH"),
    "j2k.dcm": (b"\xff\x51", 6, ">II"),
}


@pytest.mark.parametrize("sides", [(65_500, 65_500), (1, 65_500), (0, 0), (63, 65)])
@pytest.mark.parametrize("name", SIDES)
def test_compressed_pixels_that_contradict_their_header(name, sides, told):
    marker, place, form = SIDES[name]
    content = samples_of("compressed films")[name]
    start = content.index(marker) + place
    told(
        "compressed films", name, content[:start] + struct.pack(form, *sides) + content[start + struct.calcsize(form) :]
    )


@pytest.mark.parametrize("name", ["rle.dcm", *SIDES])
def test_compressed_pixels_of_a_header_that_says_more(name, told):
    import pydicom

    film, file = pydicom.dcmread(io.BytesIO(samples_of("compressed films")[name])), io.BytesIO()
    film.Rows = film.Columns = 5_000  # 25 megapixels of some kilobytes
    film.save_as(file, enforce_file_format=True)
    told("compressed films", name, file.getvalue())


@pytest.mark.slow
def test_a_deflated_film_does_not_fill_the_memory(told):
    content = samples_of("films")["deflated.dcm"]
    start = 144 + int.from_bytes(content[140:144], "little")
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = content[:start] + packer.compress(bytes(60_000_000)) + packer.flush()
    assert len(bomb) < 100_000
    for reader in ("films", "film headers"):
        assert "unpacks to more than" in told(reader, "bomb.dcm", bomb)
    longer = bomb.replace(content[140:144], (start - 144 - 20).to_bytes(4, "little"), 1)  # a length that lies
    assert "unpacks to more than" in told("films", "lying.dcm", longer)


def test_a_film_of_sequences_within_sequences(told):
    nested = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" * 5000
    content = samples_of("films")["explicit.dcm"]
    start = 144 + int.from_bytes(content[140:144], "little")
    told("films", "deep.dcm", content[:start] + nested)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "pack"),
    [("a.csv.gz", gzip.compress), ("a.csv.bz2", bz2.compress), ("a.csv.xz", lzma.compress)],
    ids=["gzip", "bzip2", "xz"],
)
def test_packed_tables_do_not_unpack_without_end(name, pack, told):
    assert "unpacks to more than" in told("tables", name, pack(b"a.png,1\n" * 100_000) * 60)


def test_a_table_packed_well_is_read(tmp_path):
    path = tmp_path / "wide.csv.gz"
    path.write_bytes(gzip.compress(b"path,grade\n" + b"a.png,1\n" * 20_000))
    assert len(READERS["tables"].read(path)) == 20_000 and path.stat().st_size < 10_000


def with_member(content, name, data):
    """A zip with one member changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            new.writestr(each, data if each == name else old.read(each))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
ROWS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
CELL = b'<row r="%d"><c r="%s%d" t="inlineStr"><is><t>x</t></is></c></row>'
ENTITIES = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
SHEETS = {
    "a cell in line 2,000,000,000": ROWS % (CELL % (2 * BILLION, b"A", 2 * BILLION)),
    "a cell in column ZZZ": ROWS % (CELL % (1, b"ZZZ", 1)),
    "a cell in the last column of many lines": ROWS % b"".join(CELL % (n, b"XFD", n) for n in range(1, 2000)),
    "a column that is none": ROWS % (CELL % (1, b"ZZZZZZZZ", 1)),
    "lines of no number": ROWS % b'<row r="-1"><c r="A0"/></row>',
    "lines that unpack without end": ROWS % (CELL % (1, b"A", 1) * 600_000),
    "entities that grow": ENTITIES + b"]>" + ROWS % b'<row r="1"><c t="inlineStr"><is><t>&j;</t></is></c></row>',
    "another file": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    + ROWS % b"<row><c><v>&x;</v></c></row>",
    "elements within elements": b"<row>" * 200_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SHEETS)
def test_spreadsheets_that_grow(name, told):
    told("spreadsheets", "a.xlsx", with_member(samples_of("spreadsheets")["labels.xlsx"], SHEET, SHEETS[name]))


@pytest.mark.parametrize("member", ["xl/workbook.xml", "[Content_Types].xml", "docProps/core.xml", SHEET])
def test_members_of_a_spreadsheet_that_contradict_themselves(member, told):
    """What fuzzing found: libraries say so in several lines, and with bytes of the file."""
    content = samples_of("spreadsheets")["labels.xlsx"]
    other = content.replace(member.encode(), b"\n" * len(member), 1)
    assert "cannot be read as a spreadsheet" in told("spreadsheets", "a.xlsx", other)


DEEP = {"lists": b"[" * 100_000, "objects": b'{"a":' * 100_000, "closed": b"[" * 900 + b"]" * 900}
ODD = {"digits": b'{"a": ' + b"9" * 100_000 + b"}", "bytes": b'{"a": "\xff"}', "zeros": bytes(1000)}


@pytest.mark.parametrize("text", (DEEP | ODD).values(), ids=DEEP | ODD)
@pytest.mark.parametrize(
    ("reader", "name"),
    [("options", "a.json"), ("settings", "a.json"), ("candidates", "a.json"), ("notes", "a.scored.json")]
    + [("reports", "report.json"), ("points", "coco.json")],
)
def test_json_that_never_ends(reader, name, text, told):
    told(reader, name, text)


@pytest.mark.slow
def test_json_of_many_names_is_read_in_time(told):
    names = json.dumps(dict.fromkeys(map(str, range(200_000)), 0)).encode()
    told("settings", "a.json", names)


TOML = {
    "lists": b"a = " + b"[" * 100_000,
    "dots": b"a" + b".a" * 20_000 + b" = 1",
    "tables": b"[a.b]\n" * 9,
    "bytes": b"\xff",
}
TOML |= {"digits": b"folds = " + b"9" * 100_000, "infinite": b"folds = inf", "text": b"folds = '3'"}


@pytest.mark.parametrize("text", TOML.values(), ids=TOML)
def test_toml_that_never_ends(text, told):
    told("options", "a.toml", text)


XML = {
    "entities": ENTITIES + b"]><annotations>&j;</annotations>",
    "another file": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><annotations>&x;</annotations>',
    "elements within elements": b"<annotations>" + b"<a>" * 50_000,
    "closed": b"<annotations>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</annotations>",
    "a number": b"<annotations><image name='a'><points label='mcp2' points='1e999,nan'/></image></annotations>",
    "utf-16": "<annotations/>".encode("utf-16"),
}


@pytest.mark.parametrize("text", XML.values(), ids=XML)
def test_xml_that_grows(text, told):
    told("points", "cvat.xml", text)


@pytest.mark.parametrize("number", ["1e999", "-1e999", "nan", "9" * 400, "0x10", "1_0"])
@pytest.mark.parametrize(
    "name", ["coco_boxes.json", "yolo.txt", "plain.csv", "arise.csv", "napari.csv", "labelme.json"]
)
def test_numbers_that_are_none_are_no_places(name, number, tmp_path):
    """They are told, or stand for a point that cannot be seen; never for a place."""
    content = samples_of("points")[name].decode()
    first = next(part for part in ("98.5", "80", "0.3140625", "100", "110", "101") if part in content)
    (tmp_path / name).write_text(content.replace(first, number, 1))
    assert judge("points", tmp_path / name) == ""


def fit_of(members, compression=zipfile.ZIP_DEFLATED):
    """A stored fit of any members, its seal right: anyone can make one."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return sealed(file.getvalue())


def array_bytes(array=None, shape=None, kind="<f8"):
    file = io.BytesIO()
    if shape is None:
        np.lib.format.write_array(file, array)
    else:
        np.lib.format.write_array_header_1_0(file, {"descr": kind, "fortran_order": False, "shape": shape})
    return file.getvalue()


ABOUT = ("about.npy", array_bytes(np.frombuffer(b'{"fit": "fit"}', np.uint8)))
FITS = {
    "nothing": [],
    "no record": [("cdf.npy", array_bytes(np.zeros(3)))],
    "a record of a list": [("about.npy", array_bytes(np.frombuffer(b"[1]", np.uint8)))],
    "a record that never ends": [("about.npy", array_bytes(np.frombuffer(b"[" * 100_000, np.uint8)))],
    "no array": [ABOUT, ("cdf.npy", b"text")],
    "an array of a terabyte": [ABOUT, ("cdf.npy", array_bytes(shape=(10**12,)) + bytes(99))],
    "a negative side": [ABOUT, ("cdf.npy", array_bytes(shape=(-1, 3)) + bytes(99))],
    "texts of a gigabyte": [ABOUT, ("cdf.npy", array_bytes(shape=(4,), kind="<U268435456"))],
    "objects": [ABOUT, ("cdf.npy", array_bytes(shape=(1,), kind="|O") + b"\x80\x04N.")],
    "members that unpack without end": [ABOUT, ("cdf.npy", array_bytes(shape=(7_500_000,)) + bytes(60_000_000))],
}


@pytest.mark.parametrize("name", FITS)
def test_stored_fits_that_were_made_up(name, told):
    told("stored fits", "fit.npz", fit_of(FITS[name]))


@pytest.mark.slow
def test_a_fit_that_is_alike_throughout_is_no_bomb(tmp_path):
    store = FitStore(tmp_path)
    store.save("fit", {"cdf": np.ones((10_000, 500))}, {})
    assert store.load("fit")[0]["cdf"].shape == (10_000, 500)


def test_members_of_a_fit_that_lead_elsewhere_are_never_unpacked(tmp_path):
    members = [ABOUT, ("../evil.npy", array_bytes(np.zeros(3))), ("/etc/evil.npy", array_bytes(np.zeros(3)))]
    (tmp_path / "fit.npz").write_bytes(fit_of(members))
    FitStore(tmp_path).load("fit")
    assert [path.name for path in tmp_path.iterdir()] == ["fit.npz"] and not (tmp_path.parent / "evil.npy").exists()


def grader(change):
    """The file of an estimator after something in its manifest or arrays was changed, all digests right."""
    manifest, arrays = read_parts(DATA / "format_1.skerosion")
    change(manifest, arrays)
    manifest["members"] = {name: describe_array(array) for name, array in arrays.items()}
    file = io.BytesIO()
    write_container(file, manifest, arrays)
    return file.getvalue()


def largest(arrays):
    return max((name for name in arrays if arrays[name].dtype.kind == "f"), key=lambda name: arrays[name].size)


def of_weights(change):
    def changed(manifest, arrays):
        arrays[largest(arrays)] = change(arrays[largest(arrays)])

    return changed


def of_about(**parts):
    return lambda manifest, arrays: manifest["about"].update(parts)


WEIGHTS = {
    "NaN": of_weights(lambda array: np.full_like(array, np.nan)),
    "infinite": of_weights(lambda array: np.full_like(array, np.inf)),
    "of another shape": of_weights(lambda array: array.ravel()),
    "of fewer numbers": of_weights(lambda array: array[..., :1]),
    "of texts": of_weights(lambda array: array.astype("U9")),
    "of dates": of_weights(lambda array: array.astype("M8[s]")),
    "empty": of_weights(lambda array: array[:0]),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_weights_that_fit_no_network_are_told_before_they_grade(name, tmp_path):
    from skerosion.experiments import load_saved
    from tests.data.make_estimator_file import images

    def graded(path):
        return load_saved(path).pipeline.predict_proba(images())

    path = tmp_path / "grader.skerosion"
    path.write_bytes(grader(WEIGHTS[name]))
    assert judge("estimators", path, Reader(graded, None, names_file=False)) == ""
    with pytest.raises(ValueError):
        graded(path)


TOLD = {
    "a size beyond all images": of_about(reading={"size": [BILLION, BILLION], "channels": 1, "bits": None}),
    "a size below zero": of_about(reading={"size": [-3, -3], "channels": 1}),
    "a size that is none": of_about(reading={"size": "16", "channels": 1}),
    "more channels than colours": of_about(reading={"size": [16, 16], "channels": BILLION}),
    "bits that are none": of_about(reading={"size": [16, 16], "channels": 1, "bits": "all"}),
    "a target that is none": of_about(target={"kind": "eval", "classes": [0, 1]}),
    "classes that are none": of_about(target={"kind": "grade", "classes": [[[]]]}),
    "a card of lists": of_about(card={"limits": ["none"]}),
    "a card that writes on the terminal": of_about(card={"limits": "\x1b]0;owned\x07"}),
    "columns that are none": of_about(columns=[1]),
    "versions that are none": of_about(versions=7),
    "a training that is none": of_about(training={"a": 1}),
    "marks that are none": of_about(marks={"images": 3}),
    "images that are none": of_about(images=3),
    "first weights that are none": of_about(first_weights={"a": 1}),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_a_file_tells_is_checked_before_it_is_believed(name, told):
    told("estimators", "grader.skerosion", grader(TOLD[name]))


def hdf5(make):
    """A file of weights that h5py makes."""
    file = io.BytesIO()
    with h5py.File(file, "w") as made:
        make(made.create_group("layers/dense/vars"), made)
    return file.getvalue()


def a_virtual_one(group, _):
    layout = h5py.VirtualLayout((3,), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "0", (3,))
    group.create_virtual_dataset("0", layout)


H5 = {
    "a terabyte that was never written": lambda group, _: group.create_dataset("0", (10**12,), "f4", chunks=(1000,)),
    "zeros that unpack without end": lambda group, _: group.create_dataset(
        "0", data=np.zeros(40_000_000, "u1"), compression="gzip", compression_opts=9, chunks=(10_000_000,)
    ),
    "another file of the machine": lambda group, _: group.create_dataset("0", (8,), "u1", external="/etc/hostname"),
    "a link to another file": lambda group, _: group.__setitem__("0", h5py.ExternalLink("/etc/hostname", "/")),
    "a soft link": lambda group, _: group.__setitem__("0", h5py.SoftLink("/layers")),
    "another file's array": a_virtual_one,
    "texts": lambda group, _: group.create_dataset("0", data=["a", "b"]),
    "a group in place of an array": lambda group, _: group.create_group("0"),
    "a name that is no number": lambda group, _: group.create_dataset("eval", data=np.zeros(3)),
}


@pytest.mark.parametrize("name", H5)
def test_weights_that_reach_elsewhere_or_grow(name, told):
    assert "weights must be a whole file" in told("weights", "one.weights.h5", hdf5(H5[name]))


@pytest.mark.slow
def test_a_name_without_a_length_does_not_keep_hdf5_in_a_loop(told):
    content = nameless(hdf5(lambda group, _: group.attrs.__setitem__("name", "dense")))
    assert "does not come to its end" in told("weights", "one.weights.h5", content)


def test_groups_of_weights_that_hold_themselves_are_read_once(tmp_path):
    def circle(group, made):
        group.create_dataset("0", data=np.ones(3, "f4"))
        made["layers/again"] = made["layers"]

    path = tmp_path / "one.weights.h5"
    path.write_bytes(hdf5(circle))
    assert READERS["weights"].read(path)["dense"][0].tolist() == [1, 1, 1]


@pytest.mark.slow
def test_a_saved_network_that_unpacks_without_end(told):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.weights.h5", bytes(60_000_000))
    assert "unpacks to more than" in told("weights", "one.keras", file.getvalue())
