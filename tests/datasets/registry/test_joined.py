"""The registry: two tables and joint images become rows, and every row of either table is used or accounted for."""

import pickle
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skerosion.clinical import ratingen, rau_score, registry_columns
from skerosion.datasets import ImageTable, ImageTableError, load_registry, write_registry

IMAGES = "images/{sop_iuid}_{side}_{joint}.png"
SCORES = {"hand_left_1": 5, "hand_left_10": 100, "hand_right_2": 20, "foot_left_1": 0, "foot_right_5": 45}


def radiograph(sop_iuid, body_part, patient_id=7, date_x="2010-03-05", **changes):
    """A row of the main table; like in the registry it holds the scores of all joints of the visit."""
    first = {"patient_id": patient_id, "date_x": date_x, "sop_iuid": sop_iuid, "body_part": body_part}
    return {"id_x": 1, **first, "date_y": "2011-01-01", "rau_score": 33, **SCORES, **changes}


def shown(row):
    """Side and joint of the scored columns that the radiograph of a row shows."""
    part, _, side = str(row["body_part"]).lower().partition("_")
    for column, name in registry_columns().items():
        if column.startswith(part if side == "both" else f"{part}_{side}") and not pd.isna(row.get(column)):
            yield tuple(name.split("_", 1))


@pytest.fixture
def write(save):
    """Write the images of the scored joints of some rows, each of another brightness with a white left margin."""

    def write_rows(*rows, pattern=IMAGES, skip=()):
        brightness = 0
        for row in rows:
            for side, joint in shown(row):
                brightness += 5
                pixels = np.full((8, 8), brightness, dtype="uint8")
                pixels[:, 0] = 255
                name = pattern.format(sop_iuid=row["sop_iuid"], side=side, joint=joint)
                if name not in skip:
                    save(name, pixels)
        return pd.DataFrame(rows)

    return write_rows


def clinical(*rows):
    """A secondary table of (patient, date, das28bsr_score, das283crp_score)."""
    return pd.DataFrame(rows, columns=["patient_id", "date", "das28bsr_score", "das283crp_score"])


def report(main, secondary, root, images=IMAGES, **options):
    """Load with on_problem="report" and return the data; a warning must be the message."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        data = load_registry(main, secondary, images, root=root, on_problem="report", **options)
    assert [str(warning.message) for warning in caught] in ([], [data.message])
    assert caught or not len(data.excluded)
    return data


def named(table):
    return [(row.Index, row.side, row.joint) for row in table.itertuples()]


def test_a_radiograph_gives_a_row_for_each_scored_joint_that_it_shows(write, tmp_path):
    rows = [radiograph("a", "HAND_BOTH"), radiograph("b", "FOOT_LEFT"), radiograph("c", "FOOT_RIGHT")]
    data = load_registry(write(*rows), clinical((7, "2010-03-05", 3.1, 2.9)), IMAGES, root=tmp_path)
    assert named(data.table) == [
        (0, "left", "pip5"),
        (0, "left", "ip1"),
        (0, "right", "mcp5"),
        (1, "left", "mtp5"),
        (2, "right", "toe_ip1"),
    ]
    assert data.y.tolist() == data.table["percent"].tolist() == [5, 100, 20, 0, 45] and data.y.dtype == np.float64
    assert data.groups.tolist() == data.X.groups.tolist() == data.table["patient_id"].tolist() == ["7"] * 5
    assert data.X.read()[:, 0, 4, 0].tolist() == [5, 10, 15, 20, 25]
    assert data.table["part"].tolist() == ["hand"] * 3 + ["foot"] * 2
    assert data.table["column"].tolist() == list(SCORES)
    assert data.table["date"].tolist() == [pd.Timestamp("2010-03-05")] * 5 and set(data.table["visit"]) == {0}
    assert set(data.table["das28bsr_score"]) == {3.1} and set(data.table["das283crp_score"]) == {2.9}
    assert set(data.table["date_y"]) == {"2011-01-01"} and set(data.table["rau_score"]) == {33}
    assert not data.table["mirrored"].any() and "date_x" not in data.table and "hand_left_1" not in data.table
    assert isinstance(data, ImageTable) and len(data.excluded) == 0
    assert repr(data) == "Registry(5 joints of 1 patient in 1 visit, 0 excluded, 0 unmatched)"


def test_a_size_that_is_chosen_is_said(write, save, tmp_path):
    main = write(radiograph("a", "HAND_LEFT"))
    save("images/a_left_pip5.png", np.zeros((8, 30), dtype="uint8"))
    with pytest.warns(UserWarning, match="Images have 2 sizes, from 8x8 to 8x30.*Pass size= for another") as caught:
        data = load_registry(main, None, IMAGES, root=tmp_path)
    assert str(caught[0].message) == data.message and data.notes[0] in data.message
    assert load_registry(main, None, IMAGES, root=tmp_path, size=8).notes == ()


def test_csv_files_start_from_the_folder_of_the_main_table(write, tmp_path):
    write(radiograph("a", "HAND_LEFT")).to_csv(tmp_path / "main.csv", index=False)
    clinical((7, "2010-03-05", 3.1, 2.9)).to_csv(tmp_path / "secondary.csv", index=False)
    data = load_registry(tmp_path / "main.csv", str(tmp_path / "secondary.csv"), IMAGES, size=4, channels=3)
    assert data.X.shape == (2, 4, 4, 3) and data.table["das28bsr_score"].tolist() == [3.1, 3.1]
    assert data.X.paths[0] == str(tmp_path / "images" / "a_left_pip5.png")


@pytest.mark.parametrize(
    ("body_part", "columns"),
    [
        ("HAND_LEFT", ["hand_left_1", "hand_left_10"]),
        ("HAND_RIGHT", ["hand_right_2"]),
        ("hand both", ["hand_left_1", "hand_left_10", "hand_right_2"]),
        ("Hands", ["hand_left_1", "hand_left_10", "hand_right_2"]),
        ("left-foot", ["foot_left_1"]),
        ("FEET", ["foot_left_1", "foot_right_5"]),
    ],
)
def test_the_body_part_decides_which_scores_belong_to_the_image(save, tmp_path, body_part, columns):
    for number, column in enumerate(SCORES):
        save(f"a_{column}.png", np.full((8, 8), 100 + number, dtype="uint8"))
    data = load_registry(pd.DataFrame([radiograph("a", body_part)]), None, "{sop_iuid}_{column}.png", root=tmp_path)
    assert data.table["column"].tolist() == columns


class TestFiles:
    @pytest.mark.parametrize(
        ("pattern", "path"),
        [
            ("{sop_iuid}_{alias}.png", "a_pip1.png"),
            ("{joint}/{sop_iuid}.png", "ip1/a.png"),
            ("{part}/{side}/{sop_iuid}.{column}", "hand/left/a.hand_left_10"),
            (lambda sop_iuid, joint, side: f"{side[0]}/{sop_iuid}-{joint}.png", "l/a-ip1.png"),
        ],
    )
    def test_are_named_by_a_format_or_a_function(self, save, tmp_path, pattern, path):
        save(path, np.zeros((8, 8), dtype="uint8"))
        main = pd.DataFrame([radiograph("a", "HAND_LEFT", hand_left_1=None)])
        assert load_registry(main, None, pattern, root=tmp_path).table["path"].tolist() == [path]

    @pytest.mark.parametrize(
        "pattern", ["{sop_iuid}.png", "{joint}.png", "{sop_iuid}_{joint}_{visit}.png", "{}_{joint}.png", "plain.png"]
    )
    def test_need_a_format_that_tells_joints_apart(self, pattern):
        with pytest.raises(ValueError, match="images must be a format with {sop_iuid} and one of {joint}, .* got"):
            load_registry(pd.DataFrame([radiograph("a", "HAND_LEFT")]), None, pattern)

    def test_that_are_missing_are_an_error_that_names_them(self, write, tmp_path):
        rows = [radiograph("a", "HAND_BOTH"), radiograph("b", "FOOT_BOTH")]
        main = write(*rows, skip=["images/a_left_ip1.png", "images/b_left_mtp5.png"]).set_axis(["x", "y"], axis="index")
        with pytest.raises(
            ImageTableError, match="Joints or rows that cannot be used: 2\n  missing file: 2: row x"
        ) as error:
            load_registry(main, None, IMAGES, root=tmp_path)
        assert "on_problem='report'" in str(error.value)
        data = report(main, None, tmp_path)
        for excluded in (error.value.excluded, data.excluded):
            assert excluded[["row", "joint", "path", "reason"]].values.tolist() == [
                ["x", "left_ip1", "images/a_left_ip1.png", "missing file"],
                ["y", "left_mtp5", "images/b_left_mtp5.png", "missing file"],
            ]
        assert named(data.table) == [("x", "left", "pip5"), ("x", "right", "mcp5"), ("y", "right", "toe_ip1")]
        assert data.message.startswith(
            "Used: 3 joints of 1 patient in 1 visit.\nJoints or rows that cannot be used: 2\n"
        )

    def test_that_hold_no_image_or_another_joint_are_named(self, write, save, tmp_path):
        main = write(radiograph("a", "HAND_BOTH"))
        (tmp_path / "images" / "a_left_pip5.png").write_text("no image")
        save("images/a_left_ip1.png", np.asarray(np.full((8, 8), 9), dtype="uint8"))
        save("images/a_right_mcp5.png", np.asarray(np.full((8, 8), 9), dtype="uint8"))
        data = report(main, None, tmp_path)
        assert data.excluded["reason"].tolist() == ["unreadable file", "duplicate image"]
        assert "same content as row 0 left_ip1, there with grade 100" in data.excluded["detail"][1]

    def test_of_two_scorings_of_an_image_the_first_stays(self, write, tmp_path):
        main = write(radiograph("a", "HAND_RIGHT"), radiograph("a", "HAND_RIGHT", date_y="2012-01-01"))
        data = report(main, None, tmp_path)
        assert data.table["date_y"].tolist() == ["2011-01-01"]
        assert data.excluded[["row", "reason"]].values.tolist() == [[1, "duplicate image"]]

    def test_that_a_function_does_not_name_are_excluded(self, write, tmp_path):
        main = write(radiograph("a", "HAND_BOTH"))
        data = report(main, None, tmp_path, lambda *row: IMAGES.format(sop_iuid=row[0], joint=row[1], side=row[2])
                      if row[1] != "ip1" else None)  # fmt: skip
        assert data.excluded[["joint", "reason"]].values.tolist() == [["left_ip1", "no image named"]]

    @pytest.mark.parametrize("on_problem", ["error", "report"])
    def test_none_of_which_is_there_are_always_an_error(self, tmp_path, on_problem):
        main = pd.DataFrame([radiograph("a", "HAND_BOTH")])
        with pytest.raises(ImageTableError, match="missing file: 3(.|\n)*No joint is left") as error:
            load_registry(main, None, IMAGES, root=tmp_path, on_problem=on_problem)
        assert len(error.value.excluded) == 3

    @pytest.mark.parametrize(
        "changes", [{"body_part": "PELVIS"}, {"hand_right_2": None}, {"patient_id": None}, {"date_x": "never"}]
    )
    @pytest.mark.parametrize("patient", [7, None])
    def test_of_no_joint_at_all_are_an_error_as_well(self, tmp_path, changes, patient):
        main = pd.DataFrame([{**radiograph("a", "HAND_RIGHT"), **changes}])
        with pytest.raises(ImageTableError, match="(not scored|PELVIS|no patient|'never')(.|\n)*No joint is left"):
            load_registry(main, clinical((patient, "2010-03-05", 3, 3)), IMAGES, root=tmp_path)


class TestRowsOfTheMainTable:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"patient_id": None}, "no patient"),
            ({"date_x": ""}, "no date"),
            ({"date_x": "05.03.2010"}, "date is not as date_format says"),
            ({"sop_iuid": " "}, "no image named"),
            ({"body_part": None}, "no body part"),
            ({"patient_id": None, "body_part": None}, "no patient; no body part"),
        ],
    )
    def test_with_a_gap_are_excluded_whole(self, write, tmp_path, changes, reason):
        main = write(radiograph("a", "HAND_LEFT"), radiograph("b", "HAND_LEFT"))
        main.loc[1] = {**main.loc[1].astype(object), **changes}
        with pytest.raises(ImageTableError, match=f"{reason}: 1: row 1"):
            load_registry(main, None, IMAGES, root=tmp_path)
        data = report(main, None, tmp_path)
        assert data.excluded[["row", "joint", "reason"]].values.tolist() == [[1, "", reason]]
        assert set(data.table.index) == {0}

    def test_of_other_body_parts_are_reported_and_no_problem(self, write, tmp_path):
        main = write(radiograph("a", "HAND_LEFT"), radiograph("b", "PELVIS"))
        data = load_registry(main, None, IMAGES, root=tmp_path)
        reported = data.unmatched[data.unmatched["reason"] == "body part without scored joints"]
        assert reported[["table", "row", "patient_id", "detail"]].values.tolist() == [["main", 1, "7", "PELVIS"]]

    def test_name_the_joints_that_were_not_scored(self, write, tmp_path):
        data = load_registry(write(radiograph("a", "FOOT_LEFT")), None, IMAGES, root=tmp_path)
        main = pd.DataFrame([radiograph("a", "FOOT_LEFT", foot_left_1=None, foot_left_2=None)])
        main["foot_left_3"] = 5
        (tmp_path / "images" / "a_left_mtp5.png").rename(tmp_path / "images" / "a_left_mtp3.png")
        data = load_registry(main, None, IMAGES, root=tmp_path)
        assert data.unmatched[["row", "reason", "detail"]].values.tolist() == [
            [0, "joints not scored", "left_mtp5, left_mtp4"]
        ]
        assert (
            "Rows without a partner or a score: 1\n  joints not scored: 1: main row 0 (left_mtp5, left_mtp4)"
            in data.message
        )

    @pytest.mark.parametrize("percent", [101, -5, "much", np.inf])
    def test_with_a_wrong_percentage_lose_that_joint(self, write, tmp_path, percent):
        main = write(radiograph("a", "HAND_LEFT")).astype(object)
        main.loc[0, "hand_left_10"] = percent
        data = report(main, None, tmp_path)
        assert data.y.tolist() == [5]
        assert data.excluded[["row", "joint", "reason", "detail"]].values.tolist() == [
            [0, "left_ip1", "percent is not a number from 0 to 100", f"got {percent!r}"]
        ]

    def test_with_decimal_commas_are_told_how_these_are_read(self, write, tmp_path):
        main = write(radiograph("a", "HAND_LEFT")).astype(object)
        main.loc[0, "hand_left_10"] = "12,5"
        assert report(main, None, tmp_path).excluded["detail"].tolist() == [
            "got '12,5'; decimal=',' reads decimal commas"
        ]
        main.to_csv(tmp_path / "main.csv", index=False, sep=";")
        data = load_registry(tmp_path / "main.csv", None, IMAGES, root=tmp_path, decimal=",")
        assert 12.5 in data.y.tolist()

    def test_count_the_visits_of_a_patient_by_date(self, write, tmp_path):
        dates = ["2012-01-01", "2010-01-01", "2012-01-01", "2015-06-01"]
        rows = [radiograph(name, "HAND_RIGHT", date_x=date) for name, date in zip("abcd", dates, strict=True)]
        rows.append(radiograph("e", "HAND_RIGHT", patient_id=8, date_x="2020-01-01"))
        data = load_registry(write(*rows), None, IMAGES, root=tmp_path)
        assert data.table["visit"].tolist() == [1, 0, 1, 2, 0]

    def test_have_dates_as_the_format_says(self, write, tmp_path):
        main = write(radiograph("a", "HAND_RIGHT", date_x="05.03.2010"))
        secondary = clinical((7, "05.03.2010", 3.1, 2.9))
        data = load_registry(main, secondary, IMAGES, root=tmp_path, date_format="%d.%m.%Y")
        assert data.table["date"].tolist() == [pd.Timestamp("2010-03-05")] and len(data.table["das28bsr_score"]) == 1


class TestColumns:
    def test_that_look_like_joints_and_are_not_read_are_told(self, write, tmp_path):
        main = write(radiograph("a", "HAND_LEFT")).assign(hand_left_11=15)
        message = load_registry(main, None, IMAGES, root=tmp_path).message
        assert "Columns that look like joints and are not read: hand_left_11; see columns=." in message

    def test_can_be_other_joints(self, save, tmp_path):
        main = pd.DataFrame([radiograph("a", "HAND_LEFT", hand_left_11=15)])
        save("a_wrist.png", np.zeros((8, 8), dtype="uint8"))
        columns = {"hand_left_11": "Left wrist"}
        data = load_registry(main, None, "{sop_iuid}_{joint}.png", root=tmp_path, columns=columns)
        assert named(data.table) == [(0, "left", "wrist")] and data.y.tolist() == [15]
        assert "not read: hand_left_1, hand_left_10, hand_right_2" in data.message

    @pytest.mark.parametrize(
        ("changes", "options", "message"),
        [
            ({"drop": "body_part"}, {}, r"main must have one column of each name in \['body_part'\]. Columns: id_x"),
            ({"add": "percent"}, {}, r"main must not have columns of the names \['percent'\]"),
            ({}, {"columns": {"wrist": "left_wrist"}}, r"columns must name columns of main, which has no \['wrist'\]"),
            ({}, {"columns": {"hand_left_1": "mcp2"}}, "columns must tell the side of each joint, .* got 'mcp2'"),
            ({}, {"columns": {}}, "main must have a column for at least one joint"),
            ({}, {"on_problem": "ignore"}, "on_problem must be 'error' or 'report', got 'ignore'"),
        ],
    )
    def test_are_checked(self, changes, options, message):
        main = pd.DataFrame([radiograph("a", "HAND_LEFT")])
        main = main.drop(columns=changes.get("drop", [])).assign(**dict.fromkeys([changes.get("add", "id_x")], 1))
        with pytest.raises(ValueError, match=message):
            load_registry(main, None, IMAGES, **options)

    @pytest.mark.parametrize(
        ("secondary", "message"),
        [
            (clinical((7, "2010-03-05", 3.1, 2.9)).drop(columns="date"), r"secondary must have .* in \['date'\]"),
            (clinical((7, "2010-03-05", 3.1, 2.9)).assign(rau_score=1), r"secondary must not have .*\['rau_score'\]"),
            (clinical(), "secondary must have at least one row"),
        ],
    )
    def test_of_the_secondary_table_are_checked(self, write, tmp_path, secondary, message):
        with pytest.raises(ValueError, match=message):
            load_registry(write(radiograph("a", "HAND_LEFT")), secondary, IMAGES, root=tmp_path)


class TestClinicalScores:
    def test_without_a_partner_are_reported_in_both_tables(self, write, tmp_path):
        main = write(radiograph("a", "HAND_RIGHT"), radiograph("b", "HAND_RIGHT", date_x="2011-03-05"))
        secondary = clinical((7, "2010-03-05", 3.1, 2.9), (7, "2010-03-06", 4, 4), (8, "2011-03-05", 5, 5))
        data = load_registry(main, secondary, IMAGES, root=tmp_path)
        np.testing.assert_array_equal(data.table["das28bsr_score"], [3.1, np.nan])
        alone = data.unmatched[data.unmatched["reason"] != "joints not scored"]
        assert alone[["table", "row", "patient_id", "reason"]].values.tolist() == [
            ["secondary", 1, "7", "no radiograph of this patient and date"],
            ["secondary", 2, "8", "no radiograph of this patient and date"],
            ["main", 1, "7", "no clinical scores of this patient and date"],
        ]
        assert "no radiograph of this patient and date: 2: secondary row 1, secondary row 2" in data.message

    @pytest.mark.parametrize("patient", [7, "7", 7.0, " 7"])
    @pytest.mark.parametrize("date", ["2010-03-05", "2010-03-05 14:30:00", pd.Timestamp("2010-03-05")])
    def test_are_matched_however_patient_and_day_are_written(self, write, tmp_path, patient, date):
        data = load_registry(
            write(radiograph("a", "HAND_RIGHT")), clinical((patient, date, 3.1, 2.9)), IMAGES, root=tmp_path
        )
        assert data.table["das28bsr_score"].tolist() == [3.1]

    def test_of_several_rows_are_joined_where_they_agree(self, write, tmp_path):
        secondary = clinical((7, "2010-03-05", 3.1, None), (7, "2010-03-05", 3.1, 2.9))
        data = load_registry(write(radiograph("a", "HAND_RIGHT")), secondary, IMAGES, root=tmp_path)
        assert data.table[["das28bsr_score", "das283crp_score"]].values.tolist() == [[3.1, 2.9]]
        assert data.unmatched["reason"].tolist()[-2:] == ["rows of one visit, joined"] * 2

    def test_that_contradict_each_other_are_not_used(self, write, tmp_path):
        main = write(radiograph("a", "HAND_RIGHT"), radiograph("b", "HAND_RIGHT", patient_id=8))
        secondary = clinical((7, "2010-03-05", 3.1, 2.9), (7, "2010-03-05", 6.1, 2.9), (8, "2010-03-05", 4, 4))
        data = load_registry(main, secondary, IMAGES, root=tmp_path)
        np.testing.assert_array_equal(data.table["das28bsr_score"], [np.nan, 4])
        reasons = data.unmatched.groupby("reason").size()
        assert reasons["rows of one visit that contradict each other"] == 2
        assert reasons["no clinical scores of this patient and date"] == 1

    def test_without_patient_or_date_are_reported(self, write, tmp_path):
        secondary = clinical((None, "2010-03-05", 1, 1), (7, None, 2, 2), (7, "x", 3, 3), (7, "2010-03-05", 4, 4))
        data = load_registry(write(radiograph("a", "HAND_RIGHT")), secondary, IMAGES, root=tmp_path)
        assert data.table["das28bsr_score"].tolist() == [4]
        reported = data.unmatched[data.unmatched["table"] == "secondary"]
        assert reported["row"].tolist() == [0, 1, 2]
        assert reported["reason"].tolist() == ["no patient", "no date", "date is not as date_format says"]
        assert reported["detail"].tolist() == ["", "", "'x'"]

    def test_that_belong_to_no_radiograph_at_all_are_warned_of(self, write, tmp_path):
        main = write(radiograph("a", "HAND_RIGHT"))
        with pytest.warns(UserWarning, match="no radiograph of this patient and date: 1"):
            data = load_registry(main, clinical(("seven", "2010-03-05", 3.1, 2.9)), IMAGES, root=tmp_path)
        assert data.table["das28bsr_score"].isna().all()

    def test_need_no_table(self, write, tmp_path):
        data = load_registry(write(radiograph("a", "HAND_RIGHT")), None, IMAGES, root=tmp_path)
        assert "das28bsr_score" not in data.table and "clinical" not in data.message


class TestMirroring:
    def test_turns_right_joints_and_no_others(self, write, tmp_path):
        main = write(radiograph("a", "HAND_BOTH"), radiograph("b", "FOOT_BOTH"))
        data = load_registry(main, None, IMAGES, root=tmp_path, mirror_right=True)
        plain = load_registry(main, None, IMAGES, root=tmp_path)
        right = (data.table["side"] == "right").to_numpy()
        assert right.tolist() == data.table["mirrored"].tolist() == [False, False, True, False, True]
        np.testing.assert_array_equal(data.X.read()[~right], plain.X.read()[~right])
        np.testing.assert_array_equal(data.X.read()[right], plain.X.read()[right][:, :, ::-1])
        assert (data.X.read()[right][:, :, -1] == 255).all() and (plain.X.read()[right][:, :, 0] == 255).all()

    def test_follows_the_rows(self, write, tmp_path):
        rows = [radiograph("a", "HAND_BOTH"), radiograph("b", "FOOT_BOTH")]
        main = write(*rows, skip=["images/a_left_pip5.png"])
        X = report(main, None, tmp_path, mirror_right=True).X
        chosen = X[[3, 1, 1, 0]]
        np.testing.assert_array_equal(np.asarray(chosen), X.read()[[3, 1, 1, 0]])
        again = pickle.loads(pickle.dumps(chosen))
        np.testing.assert_array_equal(again.read(), chosen.read())
        assert again.paths.tolist() == chosen.paths.tolist() and len(pickle.dumps(chosen)) < 4000


def test_wide_has_a_row_a_visit_and_a_column_a_joint(write, tmp_path):
    rows = [
        radiograph("a", "HAND_BOTH"),
        radiograph("b", "FOOT_BOTH"),
        radiograph("c", "HAND_RIGHT", date_x="2012-01-01", hand_right_2=65),
        radiograph("d", "HAND_RIGHT", patient_id=3),
    ]
    data = load_registry(write(*rows), None, IMAGES, root=tmp_path)
    wide = data.wide()
    assert wide.columns.tolist() == ["left_pip5", "left_ip1", "right_mcp5", "left_mtp5", "right_toe_ip1"]
    visits = [("3", "2010-03-05"), ("7", "2010-03-05"), ("7", "2012-01-01")]
    assert wide.index.tolist() == [(patient, pd.Timestamp(day)) for patient, day in visits]
    np.testing.assert_array_equal(wide["right_mcp5"], [20, 20, 65])
    rau = rau_score(ratingen(wide))
    assert rau.n_joints.tolist() == [1, 5, 1] and rau.score.tolist() == [38, (1 + 5 + 1 + 0 + 3) * 38 / 5, 152]
    np.testing.assert_array_equal(data.wide(np.arange(7))["right_mcp5"], [6, 2, 5])
    with pytest.raises(ValueError, match=r"values must have one number for each of the 7 joints, got shape \(3,\)"):
        data.wide([1, 2, 3])


def test_a_joint_on_two_images_of_a_visit_counts_as_their_mean(write, tmp_path):
    main = write(radiograph("a", "HAND_BOTH"), radiograph("b", "HAND_RIGHT"))
    data = load_registry(main, None, IMAGES, root=tmp_path)
    assert data.wide([1, 2, 10, 20])["right_mcp5"].tolist() == [15]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(fates=st.lists(st.sampled_from(["used", "gone", "unscored", "wrong"]), min_size=10, max_size=10))
def test_every_scored_joint_is_used_or_named_never_neither(write, tmp_path, fates):
    rows = [radiograph("a", "HAND_BOTH"), radiograph("b", "FOOT_BOTH"), radiograph("c", "HAND_BOTH", patient_id=8)]
    main = write(*rows).astype(object)
    places = [(row, column) for row, name in enumerate(("hand", "foot", "hand")) for column in SCORES if name in column]
    names, joints = [], registry_columns()
    for (row, column), fate in zip(places, fates, strict=False):
        side, joint = joints[column].split("_", 1)
        names.append(IMAGES.format(sop_iuid="abc"[row], side=side, joint=joint))
        if fate in ("unscored", "wrong"):
            main.loc[row, column] = None if fate == "unscored" else 700
    lost = {name for name, fate in zip(names, fates, strict=False) if fate == "gone"}

    def find(sop_iuid, joint, side):
        name = IMAGES.format(sop_iuid=sop_iuid, joint=joint, side=side)
        return f"lost/{name}" if name in lost else name

    expected = {(*place, fate) for place, fate in zip(places, fates, strict=False) if fate != "unscored"}
    try:
        data = report(main, None, tmp_path, find)
        excluded = data.excluded
        found = {(row.Index, row.column, "used") for row in data.table.itertuples()}
    except ImageTableError as error:
        excluded, found = error.excluded, set()
    columns = {joint: column for column, joint in joints.items()}
    kinds = {"missing file": "gone", "percent is not a number from 0 to 100": "wrong"}
    found |= {(row.row, columns[row.joint], kinds[row.reason]) for row in excluded.itertuples()}
    assert found == expected


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory):
    """A small registry on disk: (files, folder, main, secondary), its patients twelve."""
    folder = tmp_path_factory.mktemp("registry")
    files = write_registry(folder, n_patients=12, max_visits=2, size=16, missing_files=0, random_state=0)
    return files, folder, pd.read_csv(files.main), pd.read_csv(files.secondary)


def outcome(synthetic, main, secondary, *, as_files=True, **options):
    """What a way of writing the tables must not change: visits with a DAS28 and Rau scores."""
    files, folder, *_ = synthetic
    if as_files:
        for name, table in (("m.csv", main), ("s.csv", secondary)):
            table.to_csv(folder / name, index=False)
        main, secondary = folder / "m.csv", folder / "s.csv"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        data = load_registry(main, secondary, files.images, root=folder, on_problem="report", **options)
    return float(data.table["das28bsr_score"].notna().mean()), sorted(rau_score(ratingen(data.wide())).score)


@pytest.fixture(scope="module")
def as_written(synthetic):
    """The outcome of the tables as they are."""
    return outcome(synthetic, *synthetic[2:])


RENAMED = {
    "zeros": lambda ids: [f"{each:05d}" for each in ids],
    "19 digits": lambda ids: [10**18 + 7 + each for each in ids],
    "versions": lambda ids: [f"1.{each}" for each in ids],
    "NA": lambda ids: ["NA" if each == 1 else each for each in ids],
    "blanks": lambda ids: [f"{each}{' ' * (place % 2)}" for place, each in enumerate(ids)],
    "floats": lambda ids: [float(each) for each in ids],
}


@pytest.mark.parametrize("name", RENAMED)
@pytest.mark.parametrize("as_files", [True, False])
def test_whatever_patients_are_called_the_tables_find_each_other(synthetic, as_written, name, as_files):
    _, _, main, secondary = synthetic
    renamed = [table.assign(patient_id=RENAMED[name](table["patient_id"])) for table in (main, secondary)]
    assert outcome(synthetic, *renamed, as_files=as_files) == as_written


def test_one_lettered_patient_and_one_without_a_name_do_not_rename_the_others(synthetic):
    _, _, main, secondary = synthetic
    more = pd.concat([secondary, secondary.iloc[[0]].assign(patient_id="X1")])
    gap = pd.concat([main, main.iloc[[0]].assign(patient_id=np.nan)])  # pandas then writes 7 as 7.0
    assert outcome(synthetic, gap, more) == outcome(synthetic, main, secondary)


def test_words_for_a_missing_score_are_missing_scores(synthetic):
    _, _, main, secondary = synthetic
    words = [table.astype(object).where(table.notna(), "NA") for table in (main, secondary)]
    assert outcome(synthetic, *words) == outcome(synthetic, main, secondary)


def test_leading_zeros_in_one_table_are_asked_about(synthetic):
    files, folder, main, _ = synthetic
    main.assign(patient_id=RENAMED["zeros"](main["patient_id"])).to_csv(folder / "m.csv", index=False)
    with pytest.warns(UserWarning, match="is one of these twice: '00002' and '2', "):
        load_registry(folder / "m.csv", files.secondary, files.images, root=folder)


@pytest.mark.parametrize("written", ["file", "frame"])
def test_a_joint_that_comes_twice_is_refused(synthetic, written):
    files, folder, main, _ = synthetic
    twice = main.rename(columns={"hand_left_2": "hand_left_1"})
    twice.to_csv(folder / "m.csv", index=False)
    with pytest.raises(ValueError, match="main must have every column once, got hand_left_1"):
        load_registry(twice if written == "frame" else folder / "m.csv", None, files.images, root=folder)


DAYS = {
    "digits": lambda days: days.dt.strftime("%Y%m%d"),
    "integers": lambda days: days.dt.strftime("%Y%m%d").astype(int),
    "floats": lambda days: days.dt.strftime("%Y%m%d").astype(float),
    "times": lambda days: days.dt.strftime("%Y-%m-%d 10:30:00"),
    "datetimes": lambda days: days,
    "dates": lambda days: days.dt.date,
}


@pytest.mark.parametrize("name", DAYS)
def test_days_are_read_however_they_are_stored(synthetic, name):
    _, _, main, secondary = synthetic
    stored = main.assign(date_x=DAYS[name](pd.to_datetime(main["date_x"])))
    assert outcome(synthetic, stored, secondary, as_files=False) == outcome(synthetic, main, secondary)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("9999-12-31", "date out of the years 1678 to 2261"),
        ("0001-01-01", "date out of the years 1678 to 2261"),
        ("2005-01-17T10:00:00+02:00", "date with a time zone"),
        ("2005", "date names no day"),
        ("2005-01", "date names no day"),
        ("38995", "date is not as date_format says"),
        ("17.01.2005", "date is not as date_format says"),
    ],
)
def test_a_day_that_cannot_be_known_is_a_finding(synthetic, day, reason):
    files, folder, main, _ = synthetic
    dated = main.assign(date_x=[day, *main["date_x"][1:]])
    with pytest.raises(ImageTableError, match=rf"{reason}.*: 1: row 0 \('?{re.escape(day)}"):
        load_registry(dated, None, files.images, root=folder)


def test_a_year_is_taken_where_it_is_asked_for(synthetic):
    files, folder, main, _ = synthetic
    data = load_registry(main.assign(date_x="2005"), None, files.images, root=folder, date_format="%Y")
    assert set(data.table["date"]) == {pd.Timestamp("2005-01-01")}
