"""Scores by readers become one a joint, on the scale, beside each reader's own."""

import pathlib

import numpy as np
import pytest

from skerosion.datasets import crop_joints, load_joint_scores, load_points

FILES = pathlib.Path(__file__).parents[2] / "data" / "points"


def test_readers_are_columns_beside_their_median():
    scores = load_joint_scores(FILES / "arise_scores.csv", disease="erosion").set_index("joint")
    assert scores.loc["mcp2", ["grade", "grade_1", "grade_2", "grade_3"]].tolist() == [2, 1, 2, 5]
    assert scores.loc["pip2", "grade"] == 0 and np.isnan(scores.loc["pip2", "grade_2"])  # 0 and 3: the lower one


def test_scores_meet_the_points_of_the_same_challenge():
    points = load_points(FILES / "arise.csv")
    scores = load_joint_scores(FILES / "arise_scores.csv", disease="erosion")
    films = {"p7_L.jpeg": np.zeros((400, 320), np.uint8)}
    data = crop_joints(films, points, scores=scores, target="grade", unit="box", extent=1.2, size=16)
    assert data.y.tolist() == [2, 0] and data.table["grade_3"].tolist() == [5, 3]
    assert data.table["box_side"].tolist() == [48, 48]
    with pytest.raises(ValueError, match="target must be another column than those of points, got 'score'"):
        crop_joints(films, points, scores=scores, target="score")


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("image,side,joint,kl\na,L,mcp2,1\n", {}, "got none called score"),
        ("image,side,joint,score\na,L,mcp2,x\n", {}, "score must hold numbers, got 'x' in row 0"),
        ("image,side,joint,score\na,L,mcp2,1\na,L,MCP II,2\n", {}, "one score a joint and reader"),
        (
            "image,side,joint,score,disease\na,L,mcp2,1,JSN\na,L,mcp2,1,erosion\n",
            {},
            "disease must be one of JSN, erosion",
        ),
        ("image,side,joint,score,disease\na,L,mcp2,1,JSN\n", {"disease": "pain"}, "got 'pain'"),
    ],
)
def test_what_cannot_be_scores_is_told(tmp_path, content, options, said):
    (tmp_path / "scores.csv").write_text(content)
    with pytest.raises(ValueError, match=said):
        load_joint_scores(tmp_path / "scores.csv", **options)
