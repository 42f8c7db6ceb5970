import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skerosion.datasets import load_image_table
from skerosion.inspection import LabelAudit, reread_labels

pytestmark = pytest.mark.once


def flat(images):
    return np.asarray(images, dtype=float).reshape(len(images), -1) / 255


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """Twenty images in files, one of whose names a spreadsheet would run; two grades by brightness, one label wrong."""
    folder = tmp_path_factory.mktemp("images")
    y = np.repeat([0, 1], 10)
    names = [f"={row}.png" if row == 3 else f"{row}.png" for row in range(20)]
    rng = np.random.default_rng(0)
    for name, grade in zip(names, y, strict=True):
        pixels = np.clip(60 + 120 * grade + rng.normal(0, 10, (16, 16)), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / name)
    y[3] = 1
    table = pd.DataFrame({"path": names, "grade": y, "patient": np.arange(20)})
    data = load_image_table(table, image="path", target="grade", group="patient", root=folder)
    estimator = make_pipeline(FunctionTransformer(flat), LogisticRegression())
    return LabelAudit(estimator, cv=5).fit(data.X, data.y), data


def test_sheet_goes_out_and_comes_back(audited, tmp_path):
    audit, data = audited
    table, page = audit.write_sheet(tmp_path, data.X, n_rows=5)
    frame = pd.read_csv(table, dtype=str, keep_default_na=False)
    assert frame.columns.tolist() == ["row", "image", "reread"] and len(frame) == 5
    assert frame["row"].iloc[0] == "3"
    assert reread_labels(table, data.y, data.X).tolist() == data.y.tolist()  # nothing was read again
    frame.loc[0, "reread"] = "0"
    frame.to_csv(table, index=False, sep=";")  # as a spreadsheet of another country writes it
    assert reread_labels(table, data.y, data.X).tolist() == np.repeat([0, 1], 10).tolist()
    assert page.read_text().count('src="data:image/png;base64,') == 5


def test_sheet_hides_what_others_said_unless_it_is_asked_for(audited, tmp_path):
    audit, data = audited
    blind = audit.write_sheet(tmp_path / "blind", data.X)
    open_ = audit.write_sheet(tmp_path / "open", data.X, data.y)
    assert not any("suggested" in path.read_text() for path in blind)
    assert all("suggested" in path.read_text() for path in open_)


def test_no_spreadsheet_runs_a_name(audited, tmp_path):
    audit, data = audited
    data.X.source.paths  # noqa: B018  (names of files are the user's)
    table, _ = audit.write_sheet(tmp_path, data.X)
    assert not [cell for line in table.read_text().splitlines() for cell in line.split(",") if cell.startswith("=")]


def test_rows_of_another_table_are_refused(audited, tmp_path):
    audit, data = audited
    with pytest.raises(ValueError, match="X must be the rows of the fit, 20, got 4"):
        audit.write_sheet(tmp_path, data.X[:4])
    table, _ = audit.write_sheet(tmp_path, data.X)
    with pytest.raises(ValueError, match=r"the sheet .* must be of the rows X"):
        reread_labels(table, data.y, data.X[::-1])


def sheet(**columns):
    return pd.DataFrame({"row": ["0", "2"], "reread": ["1", ""]} | columns)


@pytest.mark.parametrize(
    "y",
    [[0, 1, 2], np.array([0, 1, 2]), pd.Series([0, 1, 2], index=list("abc")), np.array([0.0, 1.0, 2.0])],
    ids=["list", "array", "series", "floats"],
)
def test_labels_keep_their_type_and_the_given_ones_stay(y):
    before = list(y)
    changed = reread_labels(sheet(), y)
    assert type(changed) is type(y) and list(changed) == [1, 1, 2] and list(y) == before


def test_names_keep_their_order():
    y = pd.Categorical(["mild", "none", "mild"], categories=["none", "mild", "severe"], ordered=True)
    changed = reread_labels(sheet(reread=["severe", ""]), y)
    assert changed.tolist() == ["severe", "none", "mild"] and changed.categories.tolist() == ["none", "mild", "severe"]


@pytest.mark.parametrize(
    ("columns", "y", "message"),
    [
        ({"row": ["0", "9"]}, [0, 1, 2], "row must be a number from 0 to 2"),
        ({"row": ["0", "-1"]}, [0, 1, 2], "row must be a number from 0 to 2"),
        ({"row": ["1", "1"]}, [0, 1, 2], "row must be in the sheet once, got 1 twice"),
        ({"reread": ["5", ""]}, [0, 1, 2], "reread must be a whole number from 0 to 2, got '5'"),
        ({"reread": ["0.5", ""]}, [0, 1, 2], "reread must be a whole number"),
        ({"reread": ["?", ""]}, [0, 1, 2], "reread must be a whole number"),
        ({"reread": ["midl", ""]}, ["mild", "none", "mild"], "reread must be one of the grades"),
    ],
)
def test_what_cannot_be_right_is_told(columns, y, message):
    with pytest.raises(ValueError, match=message):
        reread_labels(sheet(**columns), y)


def test_a_file_with_what_cannot_be_right_is_named(tmp_path):
    path = tmp_path / "reread.csv"
    for columns in ({"row": ["0", "9"]}, {"row": ["1", "1"]}, {"reread": ["5", ""]}):
        sheet(**columns).to_csv(path, index=False)
        with pytest.raises(ValueError, match=r"the sheet '.*reread\.csv'"):
            reread_labels(path, [0, 1, 2])


def test_a_table_of_something_else_is_told():
    with pytest.raises(ValueError, match=r"columns row and reread.*'reread'"):
        reread_labels(pd.DataFrame({"row": [0]}), [0])
