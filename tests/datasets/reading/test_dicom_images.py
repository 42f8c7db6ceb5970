"""DICOM files of any kind: what becomes of the bits above those in use, who agrees, and what is refused and why."""

import pathlib
import sys
import warnings

import numpy as np
import pytest

pydicom = pytest.importorskip("pydicom")

from skerosion.datasets import FileSource, read_image  # noqa: E402
from skerosion.datasets.reading import content_digest, decode_image, film_choices, is_dicom  # noqa: E402
from skerosion.datasets.reading._value_chain import grey_film  # noqa: E402
from tests.dicom_films import SR, limb, make_film, write_film  # noqa: E402

WHEEL = pathlib.Path(pydicom.__file__).parent / "data"


@pytest.mark.parametrize("name", ["film", "film.png", "1.2.840.113619.2.5"])
def test_a_film_is_told_by_content_and_bone_is_white(tmp_path, name):
    write_film(tmp_path / name, limb(bone=3000, air=100))
    image = read_image(tmp_path / name, (24, 20))
    assert image[12, 10] == 255 and image[0, 0] == 0


@pytest.mark.parametrize("syntax", ["ImplicitVRLittleEndian", "ExplicitVRLittleEndian"])
def test_a_file_without_preamble_is_read(tmp_path, syntax):
    film = make_film()
    syntax = getattr(pydicom.uid, syntax)
    with open(tmp_path / "bare", "wb") as file:
        pydicom.dcmwrite(file, film.__class__(dict(film)), implicit_vr=syntax.is_implicit_VR, little_endian=True)
    assert read_image(tmp_path / "bare", (24, 20)).max() == 255


def test_pictures_of_other_kinds_are_no_dicom():
    assert not any(map(is_dicom, (b"", b"BM" + bytes(200), b"II*\0" + bytes(200), b"\x08\x00text", b"\xff\xd8\xff")))


def test_bits_above_and_below_those_in_use_are_left_out(tmp_path):
    pixels = limb(bone=3000, air=100)
    write_film(tmp_path / "plain", pixels, WindowCenter=2000, WindowWidth=4000)
    write_film(tmp_path / "overlay", pixels | 0xF000, WindowCenter=2000, WindowWidth=4000)
    shifted = {"HighBit": 13, "WindowCenter": 2000, "WindowWidth": 4000}
    write_film(tmp_path / "shifted", (pixels << 2) | 3, **shifted)
    plain, *others = (read_image(tmp_path / name, (24, 20)) for name in ("plain", "overlay", "shifted"))
    assert all((other == plain).all() for other in others)


def test_signed_values_keep_their_sign(tmp_path):
    pixels = (limb(bone=900, air=0).astype(np.int16) - 400).astype(np.int16)
    write_film(tmp_path / "signed", pixels & 0x0FFF, PixelRepresentation=1, WindowCenter=0, WindowWidth=1001)
    image = read_image(tmp_path / "signed", (24, 20))
    assert np.abs(image[0, 0] - 255 * (0.5 - 399.5 / 1000)) <= 1 and image[12, 10] == 255


def test_choices_reach_the_source_and_its_cache(tmp_path):
    path = tmp_path / "film"
    write_film(path, limb(), WindowCenter=[2000, 5000], WindowWidth=[4000, 9000])
    choices = ({}, {"window": 1}, {"window": "range"})
    sources = [FileSource([path], cache_dir=tmp_path / "cache", **chosen) for chosen in choices]
    first, second, span = (int(source.read([0])[0, 12, 10, 0]) for source in sources)
    assert len({first, second, span}) == 3 and span == 255
    assert sources[1].films == {"window": 1}
    assert [int(source.read([0])[0, 12, 10, 0]) for source in sources] == [first, second, span]


@pytest.mark.parametrize(("name", "value"), [("window", -1), ("window", "first"), ("polarity", "border")])
def test_unknown_choices_are_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} must be"):
        film_choices(**{name: value})


def test_the_digest_is_that_of_the_picture(tmp_path):
    first, again, other, window = (tmp_path / name for name in "1234")
    write_film(first)
    write_film(again, PatientName="Somebody^Else", StudyDate="20211111")
    write_film(other, limb(bone=2999))
    write_film(window, WindowCenter=7, WindowWidth=9)
    digests = [content_digest(path.read_bytes(), 16) for path in (first, again, other, window)]
    assert digests[0] == digests[1] and len(set(digests)) == 3


@pytest.mark.parametrize(
    ("elements", "message"),
    [
        ({"kind": SR}, "holds no picture: it is a DICOM object of the kind Basic Text SR Storage"),
        ({"NumberOfFrames": 2}, "holds 2 frames"),
        ({"BitsAllocated": 32, "BitsStored": 32, "HighBit": 31}, "pixels of 32 bits"),
        ({"PresentationLUTShape": "INVERSE"}, "polarity= must say whom to believe"),
    ],
)
def test_what_has_no_one_picture_is_refused(tmp_path, elements, message):
    write_film(tmp_path / "film", **elements)
    with pytest.raises(ValueError, match=message):
        read_image(tmp_path / "film", 16)


def test_a_missing_decoder_is_named_with_how_to_get_it(tmp_path, monkeypatch):
    write_film(tmp_path / "film")
    monkeypatch.setattr(type(pydicom.pixels.get_decoder(pydicom.uid.ExplicitVRLittleEndian)), "is_available", False)
    with pytest.raises(ValueError, match=r"Explicit VR Little Endian \(1.2.840.10008.1.2.1\): pip install 'skerosion"):
        read_image(tmp_path / "film", 16)


def test_missing_pydicom_is_one_line(tmp_path, monkeypatch):
    write_film(tmp_path / "film")
    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(ValueError, match=r"pydicom, which is not installed: pip install 'skerosion\[dicom\]'"):
        read_image(tmp_path / "film", 16)


@pytest.mark.parametrize("slope", [(1, 0), (2, -100)])
@pytest.mark.parametrize("polarity", [("MONOCHROME1", "INVERSE"), ("MONOCHROME1", None), ("MONOCHROME2", "IDENTITY")])
@pytest.mark.parametrize("voi", ["LINEAR", "LINEAR_EXACT", "SIGMOID", "LUT"])
def test_highdicom_agrees_on_consistent_films(slope, polarity, voi):
    highdicom = pytest.importorskip("highdicom")
    header, stored = windowed(slope, polarity, voi)
    grey = grey_film(stored, header)
    if voi == "LINEAR":
        # Of slope and window highdicom makes one window of stored values, and takes the 1 that the formula subtracts
        # from the width, and the 0.5 from the centre, of these: it has to be told by how much more that is.
        header.WindowCenter, header.WindowWidth = 2000 + (slope[0] - 1) / 2, 1800 + slope[0] - 1
    shown = highdicom.Image.from_dataset(header).get_frame(1, apply_voi_transform=True, apply_modality_transform=True)
    assert np.abs(grey - 255 * shown).max() <= 0.5 + 1e-6  # that of rounding to 256 values


def windowed(slope, polarity, voi):
    stored = np.linspace(0, 4095, 400).astype(np.uint16).reshape(20, 20)
    window = {} if voi == "LUT" else {"WindowCenter": 2000, "WindowWidth": 1800, "VOILUTFunction": voi}
    header = make_film(stored, PhotometricInterpretation=polarity[0], PresentationLUTShape=polarity[1], **window)
    header.RescaleSlope, header.RescaleIntercept, header.RescaleType = *slope, "US"
    header.StudyInstanceUID, header.SeriesInstanceUID = "1.2.3", "1.2.4"
    if voi == "LUT":
        table = pydicom.Dataset()
        table.LUTDescriptor = [8192, 0, 16]
        table.LUTData = (np.arange(8192) ** 2 * 65535 // 8191**2).astype("<u2").tobytes()
        header.VOILUTSequence = [table]
    return header, stored


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_comes_with_pydicom_is_read_or_refused_with_a_reason():
    read, refused = [], {}
    for path in sorted(path for path in WHEEL.rglob("*") if path.is_file() and is_dicom(path.read_bytes()[:140])):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                pixels = decode_image(path.read_bytes(), path.name, (16, 16, 1)).pixels
                assert pixels.shape == (16, 16, 1), path.name
                read.append(path.name)
            except ValueError as error:
                refused[path] = str(error)
    assert len(read) >= 70
    for path, text in refused.items():
        assert text.startswith(f"cannot read the image '{path.name}': ") and "\n" not in text
        if not any(ours in text for ours in ("holds no picture", " frames; ", " of 32 bits; ")):
            with pytest.raises(Exception, match="."):  # no more than pydicom itself
                _ = pydicom.dcmread(path, force=True).pixel_array
    assert {"MR_truncated.dcm", "rtdose.dcm", "test-SR.dcm", "JPGExtended.dcm"} <= {path.name for path in refused}
