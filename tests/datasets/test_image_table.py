"""Image tables: what is read, and that no row is ever left out without being counted and named."""

import os
import pickle
import re
import shutil
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skerosion.datasets import ImageTableError, load_image_table

COLUMNS = {"image": "path", "target": "kl_grade", "group": "patient_id"}


@pytest.fixture
def folder(save, tmp_path):
    """Eight different images 0.png to 7.png in the folder images/ beside a table."""
    for row in range(8):
        save(f"images/{row}.png", np.full((10, 12), 20 * row, dtype="uint8"))
    return tmp_path


def make_table(**columns):
    """A faultless table of eight rows, with some columns replaced."""
    table = {
        "path": [f"images/{row}.png" for row in range(8)],
        "kl_grade": [0, 1, 2, 3, 4, 0, 1, 2],
        "patient_id": [10, 10, 11, 11, 12, 12, 13, 13],
    }
    return pd.DataFrame(table | columns)


def replaced(column, **values):
    """One column of the faultless table with some values replaced: row_3=... is row 3."""
    new = make_table()[column].astype(object)
    for name, value in values.items():
        new[int(name.removeprefix("row_"))] = value
    return {column: new}


def report(table, root, **options):
    """Load with on_problem="report" and return the data; the warning must be the message."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        data = load_image_table(table, root=root, on_problem="report", **(COLUMNS | options))
    assert [str(warning.message) for warning in caught] == ([data.message] if len(data.excluded) else [])
    return data


def test_a_faultless_table_is_read_whole(folder):
    data = load_image_table(make_table(), root=folder, **COLUMNS)
    assert data.X.shape == (8, 10, 12, 1) and data.X.read()[:, 0, 0, 0].tolist() == list(range(0, 160, 20))
    assert data.y.tolist() == make_table()["kl_grade"].tolist() and data.y.dtype == np.int64
    assert data.groups.tolist() == data.X.groups.tolist() == make_table()["patient_id"].astype(str).tolist()
    pd.testing.assert_frame_equal(data.table, make_table())
    assert len(data.excluded) == 0 and list(data.excluded.columns) == ["row", "path", "reason", "detail"]
    assert data.message == "Used: 8 images of 4 groups. No row is excluded."
    assert repr(data) == "ImageTable(8 images of 4 groups, none excluded)"


def test_a_csv_starts_from_its_own_folder(folder):
    make_table().to_csv(folder / "labels.csv", index=False, encoding="utf-8-sig")
    for table in (folder / "labels.csv", str(folder / "labels.csv")):
        data = load_image_table(table, **COLUMNS)
        assert data.X.paths[3] == str(folder / "images" / "3.png") and data.y.dtype == np.int64


def test_a_root_comes_before_the_folder_of_the_csv(folder, tmp_path_factory):
    table = tmp_path_factory.mktemp("elsewhere") / "labels.csv"
    make_table(path=[f"{row}.png" for row in range(8)]).to_csv(table, index=False)
    assert len(load_image_table(table, root=folder / "images", **COLUMNS).X) == 8


def test_a_data_frame_starts_from_the_current_folder(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert len(load_image_table(make_table(), **COLUMNS).X) == 8


def test_absolute_paths_stay(folder):
    table = make_table(path=[str(folder / "images" / f"{row}.png") for row in range(8)])
    assert len(load_image_table(table, root="/nowhere", **COLUMNS).X) == 8


@pytest.mark.parametrize(
    ("options", "shape"),
    [({}, (10, 12, 1)), ({"size": 6}, (6, 6, 1)), ({"size": (4, 6)}, (4, 6, 1)), ({"channels": 3}, (10, 12, 3))],
)
def test_size_and_channels(folder, options, shape):
    assert load_image_table(make_table(), root=folder, **COLUMNS, **options).X.image_shape == shape


def test_a_size_is_chosen_where_images_differ_and_said(folder, save):
    for row in (0, 1):
        save(f"images/{row}.png", np.full((40, 12), 20 * row, dtype="uint8"))
    with pytest.warns(UserWarning) as caught:
        data = load_image_table(make_table(), root=folder, **COLUMNS)
    assert data.X.image_shape == (10, 12, 1)
    (note,) = data.notes
    assert note.startswith("Images have 2 sizes, from 10x12 to 40x12") and note.endswith("Pass size= for another.")
    assert [str(warning.message) for warning in caught] == [data.message]
    assert data.message == f"Used: 8 images of 4 groups. {note} No row is excluded."
    again = load_image_table(make_table().iloc[::-1], root=folder, size=data.X.image_shape[:2], **COLUMNS)
    assert again.notes == () and again.message.endswith("groups. No row is excluded.")


@pytest.mark.parametrize(("white", "bits"), [(4095, 12), (255, 8), (16383, 14)])
def test_bits_that_no_file_uses_are_said(folder, save, white, bits):
    for row in range(8):
        save(f"images/{row}.png", np.full((10, 12), white * row // 7, dtype="uint16"))
    with pytest.warns(UserWarning, match=f"pass bits={bits}, or bits=16") as caught:
        data = load_image_table(make_table(), root=folder, cache_mb=0, **COLUMNS)
        data.X.read()
    assert [str(warning.message) for warning in caught] == [data.message], "told once, not again as they are read"
    assert load_image_table(make_table(), root=folder, bits=bits, **COLUMNS).notes == ()


def test_files_of_several_depths_are_said(folder, save):
    ramp = np.linspace(0, 1, 256).reshape(16, 16)
    for row, white in enumerate((65535, 4095, 255)):
        save(f"images/{row}.png", (ramp * white).astype("uint16"))
    with pytest.warns(
        UserWarning, match="2 of 3 images of 16 bits use no more than 12 of them and come out nearly black"
    ):
        load_image_table(make_table().iloc[:3], root=folder, **COLUMNS)


def test_bits_are_said_again_where_a_cache_has_the_pixels(folder, save):
    for row in range(8):
        save(f"images/{row}.png", np.full((10, 12), 500 + row, dtype="uint16"))
    for _ in range(2):
        with pytest.warns(UserWarning, match="pass bits=9"):
            load_image_table(make_table(), root=folder, cache_dir=folder / "cache", **COLUMNS)


@pytest.mark.parametrize("named", ["pipe", "/dev/zero", "/dev/stdin"])
def test_a_table_that_names_a_pipe_or_a_device_is_read_to_its_end(folder, named):
    os.mkfifo(folder / "pipe")
    data = report(make_table(**replaced("path", row_0=named)), folder)
    assert data.excluded["row"].tolist() == [0] and "not a file" in data.excluded["detail"][0]
    assert data.X.image_shape == (10, 12, 1)


def test_a_file_that_changes_after_the_table_was_checked_is_an_error(folder, save):
    data = load_image_table(make_table(), root=folder, cache_mb=0, **COLUMNS)
    save("images/5.png", np.full((10, 12), 99, dtype="uint8"))
    with pytest.raises(ValueError, match="5.png' has changed since it was first read here; load the table"):
        data.X.read()
    with pytest.raises(ValueError, match="has changed"):
        pickle.loads(pickle.dumps(data.X)).read([5])


def test_without_target_and_group_there_are_none(folder):
    table = make_table(path=["images/0.png"] * 8)
    data = load_image_table(table, image="path", target=None, root=folder)
    assert data.y is None and data.groups is None and data.X.groups is None
    assert len(data.X) == 8, "to be predicted, an image may come twice"
    assert data.message == "Used: 8 images. No row is excluded."


def test_every_file_is_decoded_once_and_kept(folder):
    data = load_image_table(make_table(), root=folder, **COLUMNS)
    shutil.rmtree(folder / "images")
    assert data.X.read()[:, 0, 0, 0].tolist() == list(range(0, 160, 20))


def test_nothing_is_kept_where_there_is_no_room(folder):
    data = load_image_table(make_table(), root=folder, cache_mb=0, **COLUMNS)
    assert data.X.read()[:, 0, 0, 0].tolist() == list(range(0, 160, 20))
    shutil.rmtree(folder / "images")
    with pytest.raises(FileNotFoundError):
        data.X.read()


def break_file(folder, row):
    content = (folder / "images" / f"{row}.png").read_bytes()
    (folder / "images" / f"{row}.png").write_bytes(content[:45])  # its header is whole


@pytest.mark.parametrize(
    ("table", "row", "reason", "detail"),
    [
        (make_table(**replaced("path", row_3="images/none.png")), 3, "missing file", "none.png"),
        (
            make_table(**replaced("path", row_3="labels.txt")),
            3,
            "unreadable file",
            "not a JPEG, PNG, TIFF, BMP or DICOM file",
        ),
        (make_table(**replaced("path", row_3="images")), 3, "unreadable file", "directory"),
        (make_table(**replaced("path", row_3=None)), 3, "no image named", ""),
        (make_table(**replaced("path", row_3="  ")), 3, "no image named", ""),
        (make_table(**replaced("path", row_3="images/1.png")), 3, "duplicate image", "same file as row 1, there with"),
        (make_table(**replaced("path", row_3="images/../images/1.png")), 3, "duplicate image", "same file as row 1"),
        (make_table(**replaced("path", row_3="copy.png")), 3, "duplicate image", "same content as row 1"),
        (make_table(**replaced("kl_grade", row_3=None)), 3, "no grade", ""),
        (make_table(**replaced("kl_grade", row_3=np.nan)), 3, "no grade", ""),
        (make_table(**replaced("kl_grade", row_3=" ")), 3, "no grade", ""),
        (make_table(**replaced("kl_grade", row_3="severe")), 3, "grade is not a finite number", "'severe'"),
        (make_table(**replaced("kl_grade", row_3=np.inf)), 3, "grade is not a finite number", "inf"),
        (make_table(**replaced("patient_id", row_3=None)), 3, "no patient", ""),
        (make_table(**replaced("patient_id", row_3="")), 3, "no patient", ""),
    ],
)
@pytest.mark.parametrize("as_csv", [False, True])
def test_a_row_with_a_problem_is_named(folder, table, row, reason, detail, as_csv):
    (folder / "labels.txt").write_text("no image")
    shutil.copy(folder / "images" / "1.png", folder / "copy.png")
    if as_csv:
        table.to_csv(folder / "labels.csv", index=False)
        table = folder / "labels.csv"
    with pytest.raises(ImageTableError, match=f"1 of 8 rows cannot be used:\n  {reason}: 1: row {row}") as caught:
        load_image_table(table, root=folder, **COLUMNS)
    assert "on_problem='report'" in str(caught.value)
    data = report(table, folder)
    for excluded in (caught.value.excluded, data.excluded):
        assert excluded[["row", "reason"]].values.tolist() == [[row, reason]] and detail in excluded["detail"][0]
    kept = [number for number in range(8) if number != row]
    assert data.X.indices.tolist() == data.table.index.tolist() == kept
    assert [str(grade) for grade in data.y] == [str(make_table()["kl_grade"][number]) for number in kept]
    assert [str(group) for group in data.groups] == [str(make_table()["patient_id"][number]) for number in kept]
    assert data.y.dtype == np.int64 and len(data.X) == len(data.y) == len(data.groups) == 7


def test_a_truncated_file_is_found(folder):
    break_file(folder, 2)
    assert report(make_table(), folder).excluded["reason"].tolist() == ["unreadable file"]


def test_all_problems_are_in_one_message(folder):
    table = make_table(
        **replaced("path", row_0="gone.png", row_5="images/4.png"),
        **replaced("kl_grade", row_0=None, row_2=None),
        **replaced("patient_id", row_7=None),
    )
    table.index = [f"visit {row}" for row in range(8)]
    data = report(table, folder)
    assert data.message.splitlines() == [
        "Used: 4 images of 4 groups. 4 of 8 rows cannot be used:",
        "  no grade: 2: row visit 0 (gone.png), row visit 2 (images/2.png)",
        f"  missing file: 1: row visit 0 (gone.png, {folder / 'gone.png'})",
        "  duplicate image: 1: row visit 5 (images/4.png, same file as row visit 4, there with grade 4, here 0)",
        "  no patient: 1: row visit 7 (images/7.png)",
    ]
    assert data.excluded["row"].tolist() == ["visit 0", "visit 2", "visit 5", "visit 7"]
    assert data.excluded["reason"][0] == "no grade; missing file"
    assert repr(data) == "ImageTable(4 images of 4 groups, 4 excluded)"


def test_of_many_rows_some_are_named_and_all_are_counted(folder):
    table = make_table(path=[f"gone{row}.png" if row else "images/0.png" for row in range(8)])
    with pytest.raises(ImageTableError, match="missing file: 7: row 1 .*, and 4 more") as caught:
        load_image_table(table, root=folder, **COLUMNS)
    assert len(caught.value.excluded) == 7


def test_a_duplicate_under_another_patient_is_told(folder):
    detail = report(make_table(**replaced("path", row_5="images/0.png")), folder).excluded["detail"][0]
    assert detail == "same file as row 0, there of patient 10, here 12"


def test_the_first_of_two_equal_images_without_another_problem_stays(folder):
    table = make_table(**replaced("path", row_5="images/0.png"), **replaced("kl_grade", row_0=None))
    assert report(table, folder).excluded["row"].tolist() == [0]


def test_a_link_is_the_same_file(folder):
    os.symlink(folder / "images" / "1.png", folder / "link.png")
    assert "same file" in report(make_table(**replaced("path", row_4="link.png")), folder).excluded["detail"][0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(problems=st.dictionaries(st.integers(0, 7), st.sampled_from(["path", "kl_grade", "patient_id"]), max_size=7))
def test_every_row_is_used_or_named_never_neither(folder, problems):
    table = make_table().astype(object)
    for row, column in problems.items():
        table.loc[row, column] = "gone.png" if column == "path" else None
    data = report(table, folder)
    assert sorted([*data.X.indices, *data.excluded["row"]]) == list(range(8))
    assert data.excluded["row"].tolist() == sorted(problems)
    assert len(data.X) == len(data.y) == len(data.groups) == len(data.table)
    assert data.X.read()[:, 0, 0, 0].tolist() == (20 * data.X.indices).tolist()


@pytest.mark.parametrize("on_problem", ["error", "report"])
def test_a_table_without_one_good_row_is_always_an_error(tmp_path, on_problem):
    with pytest.raises(ImageTableError, match="8 of 8 rows cannot be used(.|\n)*No row is left"):
        load_image_table(make_table(), root=tmp_path, on_problem=on_problem, **COLUMNS)


@pytest.mark.parametrize(
    ("grades", "expected", "kind"),
    [
        ([0, 1.5, 2, 3, 4, 5, 6, 7], [0, 1.5, 2, 3, 4, 5, 6, 7], "f"),
        (["0", "1", "2", "3", "4", "5", "6", "7"], [0, 1, 2, 3, 4, 5, 6, 7], "i"),
        ([True, False] * 4, [1, 0] * 4, "i"),
        (["mild", "severe"] * 4, ["mild", "severe"] * 4, "U"),
        (pd.Categorical(["mild", "severe"] * 4), ["mild", "severe"] * 4, "U"),
        (pd.array([0, 1, 2, 3, 4, 5, 6, 7], dtype="Int64"), [0, 1, 2, 3, 4, 5, 6, 7], "i"),
    ],
)
def test_kinds_of_grades(folder, grades, expected, kind):
    y = load_image_table(make_table(kl_grade=grades), root=folder, **COLUMNS).y
    assert y.tolist() == expected and y.dtype.kind == kind


@pytest.mark.parametrize(
    ("patients", "keys"),
    [
        ([1.0] * 8, ["1"] * 8),
        (pd.Series([7] * 8, dtype=object), ["7"] * 8),
        ([1.5] * 8, ["1.5"] * 8),
        (["P1", "P1 "] * 4, ["P1"] * 8),
        ([1, "P1"] * 4, ["1", "P1"] * 4),
        (pd.Categorical(["a"] * 8), ["a"] * 8),
        (["007", "7"] * 4, ["007", "7"] * 4),
        (["NA", "None"] * 4, ["NA", "None"] * 4),
    ],
)
@pytest.mark.filterwarnings("ignore:(?s).*Patients of different spelling")
def test_patients_are_text(folder, patients, keys):
    groups = load_image_table(make_table(patient_id=patients), root=folder, **COLUMNS).groups
    assert groups.dtype.kind == "U" and groups.tolist() == keys


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"image": "paht"}, "image='paht' must be one column of the table, found 0 .* Did you mean 'path'"),
        ({"target": "grade"}, "target='grade' must be one column .* Columns: path, kl_grade, patient_id"),
        ({"group": "id"}, "group='id' must be one column"),
        ({"on_problem": "ignore"}, "on_problem must be 'error' or 'report', got 'ignore'"),
        ({"channels": 2}, "channels must be 1 .grey. or 3 .colour., got 2"),
        ({"size": 0}, "size must be a positive integer"),
        ({"size": 10**6}, "size must ask for 67,108,864 pixels per image at most .*, got 1000000x1000000"),
        ({"size": (8, 8, 3)}, "size must be an integer or .height, width., got .*; set channels=3"),
        ({"bits": 0}, "bits must be an integer of at least 1 and at most 16, got 0"),
    ],
)
def test_parameters_are_checked(folder, options, message):
    with pytest.raises(ValueError, match=message):
        load_image_table(make_table(), root=folder, **(COLUMNS | options))


def test_a_column_that_comes_twice_is_refused(folder):
    table = pd.concat([make_table(), make_table()[["path"]]], axis=1)
    with pytest.raises(ValueError, match="image='path' must be one column of the table, found 2"):
        load_image_table(table, root=folder, **COLUMNS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty; it must have a header"),
        ("path,kl_grade,patient_id\n", "must have at least one row, got a header alone"),
        ("path:kl_grade:patient_id\na.png:1:2\n", r"Only 'path:kl_grade:patient_id' was found.*sep="),
    ],
)
def test_tables_that_hold_nothing_or_are_cut_wrongly(tmp_path, content, message):
    (tmp_path / "labels.csv").write_text(content)
    with pytest.raises(ValueError, match=message):
        load_image_table(tmp_path / "labels.csv", **COLUMNS)


def test_a_table_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="labels.csv"):
        load_image_table(tmp_path / "labels.csv", **COLUMNS)


def test_the_error_survives_a_pickle(tmp_path):
    error = ImageTableError("2 of 3 rows", pd.DataFrame({"row": [1]}))
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == "2 of 3 rows" and again.excluded["row"].tolist() == [1]


@pytest.mark.slow
def test_the_knees_are_all_read(shared):
    table = shared / "data" / "knee_kl" / "labels.csv"
    data = load_image_table(table, image="path", target="kl_grade", group="patient_id", size=64)
    assert data.message == "Used: 6,604 images of 3,302 groups. No row is excluded."
    assert data.X.shape == (6604, 64, 64, 1) and np.bincount(data.y).tolist() == [2614, 1199, 1728, 863, 200]


def load_text(folder, text, **options):
    (folder / "labels.csv").write_text(text)
    return load_image_table(folder / "labels.csv", **(COLUMNS | {"root": folder / "images"} | options))


@pytest.mark.parametrize("names", [{"group": "kl_grade"}, {"group": "path"}, {"target": "path"}])
def test_a_column_is_named_for_one_thing(folder, names):
    with pytest.raises(ValueError, match=f"{next(iter(names))} must be another column than"):
        load_text(folder, "path,kl_grade,patient_id\n0.png,1,P1\n", **names)


def rows_of(*patients):
    return "path,kl_grade,patient_id\n" + "".join(f"{row}.png,{row % 3},{name}\n" for row, name in enumerate(patients))


@pytest.mark.parametrize(
    ("patients", "keys"),
    [
        (["0012", "012", "34"], ["0012", "012", "34"]),
        (["1.1", "1.10", "1.0"], ["1.1", "1.10", "1.0"]),
        (["7.0", "12.0", "7.0"], ["7", "12", "7"]),
        (["1234567890123456789", "1234567890123456790"], ["1234567890123456789", "1234567890123456790"]),
        (["NA", "None", "nan", "N/A"], ["NA", "None", "nan", "N/A"]),
        (["P1 ", "P1", '" P1"'], ["P1"] * 3),
        (["1e3", "1000", "+7", "7"], ["1e3", "1000", "+7", "7"]),
        (["True", "1"], ["True", "1"]),
    ],
)
@pytest.mark.filterwarnings("ignore:.*Patients of different spelling")
def test_patients_of_a_file_are_as_they_are_written(folder, patients, keys):
    data = load_text(folder, rows_of(*patients))
    assert data.groups.tolist() == data.X.groups.tolist() == keys
    assert data.y.dtype == np.int64 and data.table["kl_grade"].dtype == np.int64
    assert data.table["patient_id"].str.strip().tolist() == [name.strip('" ') for name in patients]


@pytest.mark.slow
def test_a_wide_file_is_not_read_piece_by_piece(folder):
    n = 6000
    rows = [f"{row % 8}.png,0,{row // 2:05d}," + ",".join("1" * 100) for row in [*range(0, n, 2), *range(1, n, 2)]]
    rows[-1] = rows[-1].replace(",02999,", ",A0001,")
    header = "path,kl_grade,patient_id," + ",".join(f"c{number}" for number in range(100))
    (folder / "wide.csv").write_text("\n".join([header, *rows]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = load_image_table(
            folder / "wide.csv", image="path", target=None, group="patient_id", root=folder / "images"
        )
    assert len(np.unique(data.groups)) == n // 2 + 1


def test_digits_that_a_spreadsheet_dropped_are_a_finding(folder):
    with pytest.raises(ImageTableError, match=r"patient in scientific notation.*row 1 \(1.png, '1.23457E\+18'\)"):
        load_text(folder, rows_of("7", "1.23457E+18"))


def test_digits_that_pandas_dropped_are_an_error(folder):
    table = make_table(patient_id=np.array([1234567890123456789.0] * 8))
    with pytest.raises(ValueError, match="column 'patient_id' must be text or integers, .*lost digits"):
        load_image_table(table, root=folder, **COLUMNS)


def test_patients_read_piece_by_piece_are_an_error(folder):
    table = make_table(patient_id=pd.Series([1, "00001"] * 4, dtype=object))
    with pytest.raises(ValueError, match="column 'patient_id' must be text throughout, got the number 1 beside"):
        load_image_table(table, root=folder, **COLUMNS)


def test_patients_that_look_like_one_are_asked_about(folder):
    with pytest.warns(UserWarning, match="is one of these twice: 'P07' and 'p7'[?]"):
        data = load_text(folder, rows_of("P07", "p7", "P8"))
    assert data.groups.tolist() == ["P07", "p7", "P8"] and "'P07' and 'p7'" in data.message


@pytest.mark.parametrize(("twice", "named"), [("7.0", "'7' and '7.0'"), ("P\u201107", r"'P-07' and 'P\u201107'")])
def test_two_exports_in_one_table_are_asked_about(folder, twice, named):
    with pytest.warns(UserWarning, match="is one of these twice: .*") as told:
        load_text(folder, rows_of("7", "P-07", twice))
    assert named in str(told[0].message)


@pytest.mark.parametrize("name", ["#N/A", "#REF!", "#NAME?", "#DIV/0!", "#BEZUG!", "#NV"])
def test_errors_of_formulas_are_no_patients(folder, name):
    with pytest.raises(ImageTableError, match=f"patient is the error of a spreadsheet's formula.*{re.escape(name)}"):
        load_text(folder, rows_of("P07", name, "#7"))


def test_a_name_that_comes_twice_is_asked_for_by_its_column(folder):
    with pytest.raises(
        ValueError, match=r"group='p' must be one column .* Columns: path, g, p .column 3., p .column 4."
    ):
        load_text(folder, "path,g,p,p\n0.png,0,A,B\n", target="g", group="p")


def test_backslashes_of_windows_are_read(folder):
    data = load_text(folder, "path,kl_grade,patient_id\nimages\\3.png,0,A\n", root=folder)
    assert data.X.paths.tolist() == [str(folder / "images" / "3.png")]


@pytest.mark.skipif(os.sep == "\\", reason="backslashes separate folders")
def test_a_backslash_may_be_part_of_a_name(folder, save):
    save("images/a\\b.png", np.full((10, 12), 99, dtype="uint8"))
    data = load_text(folder, "path,kl_grade,patient_id\na\\b.png,0,A\n")
    assert data.X.read()[0, 0, 0, 0] == 99


def test_paths_are_absolute_from_the_start(folder, monkeypatch):
    monkeypatch.chdir(folder / "images")
    rows = load_image_table(pd.DataFrame({"path": ["3.png"]}), image="path", target=None, cache_mb=0).X
    there = pickle.dumps(rows)
    monkeypatch.chdir(folder)
    (folder / "3.png").write_bytes((folder / "images" / "5.png").read_bytes())
    assert rows.paths.tolist() == [str(folder / "images" / "3.png")]
    assert pickle.loads(there).read()[0, 0, 0, 0] == rows.read()[0, 0, 0, 0] == 60


def test_sep_and_encoding_can_be_given(folder):
    text = rows_of("Jürgen").replace(",", ":")
    (folder / "labels.csv").write_bytes(text.encode("latin-1"))
    options = {"sep": ":", "encoding": "latin-1", "root": folder / "images"}
    assert load_image_table(folder / "labels.csv", **COLUMNS, **options).groups.tolist() == ["Jürgen"]
    with pytest.raises(ValueError, match="are of a CSV file, got sep=':' and encoding='latin-1' with a DataFrame"):
        load_image_table(make_table(), **COLUMNS, **options)


def test_what_is_no_table_at_all_is_named():
    with pytest.raises(
        ValueError, match="the table must be a CSV file, a spreadsheet or a DataFrame of .*, got a list"
    ):
        load_image_table([["0.png", 1]], **COLUMNS)


def test_images_are_called_as_their_table_calls_them(folder):
    (folder / "labels.csv").write_text("picture,kl_grade\n0.png,1\n1.png,2\n")
    data = load_image_table(folder / "labels.csv", image="picture", target="kl_grade", root=folder / "images")
    assert data.names.tolist() == ["0.png", "1.png"] and data.names.name == "path"
    assert data.X.paths.tolist() == [str(folder / "images" / name) for name in data.names]
