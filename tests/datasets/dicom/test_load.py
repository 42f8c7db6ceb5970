"""A folder of films becomes rows, with an account of every file that does not."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("pydicom")

from skerosion.datasets import ImageTableError, load_dicom_table, load_image_table
from tests.dicom_films import DX, KEY, SR, limb, write_film


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two patients, three visits, and what a clinic's export holds besides."""
    folder = tmp_path_factory.mktemp("films")
    rng = np.random.default_rng(0)

    def film(name, **elements):
        return write_film(folder / name, limb(bone=int(rng.integers(2000, 4000))), **elements)

    film("a/IM1", PatientID="1", StudyDate="20200101")
    film("a/IM2.png", PatientID="1", StudyDate="20200111", AcquisitionDate="20200110", ImageLaterality="R")
    film(
        "b/1.2.3", PatientID="2", StudyDate="20190101", BodyPartExamined="foot", ViewPosition="ap", ImageLaterality="B"
    )
    film("b/raw.dcm", kind=DX, PresentationIntentType="FOR PROCESSING")
    film("b/report.dcm", kind=SR)
    (folder / "notes.txt").write_text("no film")
    return folder


@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")
def test_the_table_says_what_headers_say(folder):
    data = load_dicom_table(folder, key=KEY)
    table = data.table
    assert data.X.shape == (3, 24, 20, 1) and data.y is None
    assert table["day"].tolist() == [0, 9, 0]
    assert table["side"].tolist() == ["left", "right", "both"]
    assert table["body_part"].tolist() == ["HAND", "HAND", "FOOT"] and table["view"].tolist() == ["PA", "PA", "AP"]
    assert data.groups.tolist() == table["patient"].tolist() and len(set(data.groups)) == 2
    assert table["film"].nunique() == table["pixels"].nunique() == 3
    assert set(table["window"]) == {"range"} and set(table["mm_source"]) == {"detector"}
    assert data.excluded["reason"].tolist() == ["for processing, not for presentation", "no radiograph"]
    assert "kind of 5: CR (3), DX for processing (1), Basic Text SR Storage (1)." in data.notes
    assert "body_part of 4: HAND (3), FOOT (1)." in data.notes
    assert np.asarray(data.X).max(axis=(1, 2, 3)).tolist() == [255, 255, 255]


def test_names_depend_on_the_key_alone(folder, tmp_path):
    file = tmp_path / "key.txt"
    file.write_bytes(KEY + b"\n")
    first, same, other = (load_dicom_table(folder, key=key).table for key in (KEY, file, b"another key of many bytes"))
    columns = ["film", "patient"]
    assert first[columns].equals(same[columns])
    assert not set(first[columns].to_numpy().ravel()) & set(other[columns].to_numpy().ravel())


def test_filters_keep_what_was_asked_for_and_count_the_rest(folder):
    data = load_dicom_table(folder, key=KEY, body_part="hand", views=["PA", "AP"])
    assert len(data.X) == 2
    assert data.excluded["reason"].value_counts()["body_part not asked for"] == 1
    with pytest.raises(ImageTableError, match="No film is left"):
        load_dicom_table(folder, key=KEY, views="lateral")


def test_labels_are_joined_by_the_film(folder):
    films = load_dicom_table(folder, key=KEY).table
    labels = pd.DataFrame({"sop_iuid": films["sop_iuid"].iloc[::-1], "kl": [2, 1, 0], "side": ["?"] * 3})
    data = load_dicom_table(folder, key=KEY, labels=labels, target="kl")
    assert data.y.tolist() == [0, 1, 2] and data.table["side (labels)"].tolist() == ["?"] * 3
    named = pd.DataFrame({"film": [films["film"].iloc[1], "none"], "kl": [1, 1]})
    data = load_dicom_table(folder, key=KEY, labels=named, on="film", target="kl")
    assert data.table["film"].tolist() == [films["film"].iloc[1]]
    assert "Left out: 2 films in no row of labels." in data.notes
    assert "1 row of labels names a film that is not there, or not used." in data.notes
    with pytest.raises(ValueError, match="one row per film, got 3 more"):
        load_dicom_table(folder, key=KEY, labels=pd.concat([labels, labels]), target="kl")


def test_raw_values_are_films_where_they_are_asked_for(folder):
    data = load_dicom_table(folder, key=KEY, for_processing=True)
    assert len(data.X) == 4 and any("1 film is for processing" in note for note in data.notes)


def test_films_with_a_problem_are_named_with_their_reason(tmp_path):
    uid = write_film(tmp_path / "1")
    write_film(tmp_path / "2", limb(bone=2000), SOPInstanceUID=uid)
    write_film(tmp_path / "3", limb(bone=2100), PatientID=None)
    write_film(tmp_path / "4", limb(bone=2200), PresentationLUTShape="INVERSE")
    write_film(tmp_path / "5", limb(bone=2300), NumberOfFrames=2)
    write_film(tmp_path / "6", SeriesDescription="sent again")
    with pytest.raises(ImageTableError, match="contradictory polarity: 1: row 3"):
        load_dicom_table(tmp_path, key=KEY)
    with pytest.warns(UserWarning):
        data = load_dicom_table(tmp_path, key=KEY, on_problem="report")
    reasons = dict(zip(data.excluded["row"], data.excluded["reason"], strict=True))
    assert reasons == {1: "same film twice", 2: "no PatientID", 3: "contradictory polarity", 4: "several frames"}
    assert "with 'photometric' its border is darker" in data.excluded["detail"].iloc[2]
    with pytest.warns(UserWarning):
        believed = load_dicom_table(tmp_path, key=KEY, on_problem="report", polarity="shape")
    assert 3 in believed.table.index and np.asarray(believed.X)[1].argmax() == 0


def test_a_film_that_was_sent_again_is_known_by_its_pixels(tmp_path):
    write_film(tmp_path / "1")
    write_film(tmp_path / "2", SeriesDescription="sent again", PatientID="anonymous")
    data = load_dicom_table(tmp_path, key=KEY)
    assert data.table["film"].nunique() == 2 and data.table["pixels"].nunique() == 1
    labels = data.table[["sop_iuid"]].assign(kl=[0, 1])
    with pytest.raises(ImageTableError, match="duplicate image"):
        load_dicom_table(tmp_path, key=KEY, labels=labels, target="kl")


def test_one_number_for_all_patients_is_refused(tmp_path):
    for number in range(20):
        write_film(tmp_path / str(number), limb(bone=1000 + number), PatientID="ANON" if number else "1")
    with pytest.raises(ImageTableError, match="one PatientID for most films: 19: .*95% of all films"):
        load_dicom_table(tmp_path, key=KEY)


@pytest.mark.parametrize(("key", "message"), [(None, "secrets.token_hex"), (b"short", "at least 16 bytes, got 5")])
def test_without_a_good_key_nothing_is_read(folder, key, message):
    with pytest.raises(ValueError, match=message):
        load_dicom_table(folder, key=key)


def test_a_folder_without_films_is_told(tmp_path):
    (tmp_path / "a.txt").write_text("nothing")
    with pytest.raises(ValueError, match="must hold DICOM films, got 1 file"):
        load_dicom_table(tmp_path, key=KEY)


def test_films_are_images_like_any_other(folder, tmp_path):
    table = load_dicom_table(folder, key=KEY).table
    table.to_csv(tmp_path / "films.csv", index=False)
    for again in (False, True):
        data = load_image_table(
            tmp_path / "films.csv", image="path", target=None, group="patient", size=16, cache_dir=tmp_path / "cache"
        )
        assert data.X[1:].shape == (2, 16, 16, 1) and np.asarray(data.X).max() == 255, again
