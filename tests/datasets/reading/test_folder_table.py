"""Tables of folders: what names say, which names cannot be read in two ways, and what is told of the others."""

import pytest

from skerosion.datasets import load_image_table, tabulate_images


@pytest.fixture
def folder(tmp_path):
    """Make a folder with files of these names."""

    def make(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path

    return make


def fields(table):
    return table.drop(columns="path").to_dict("list")


def test_a_folder_is_a_grade(folder):
    table = tabulate_images(folder("0/b.png", "0/a.JPG", "severe grade/a.png", "0/notes.txt", ".trash/0/c.png"))
    assert fields(table) == {"grade": ["0", "0", "severe grade"]}
    assert [path.split("/")[-1] for path in table["path"]] == ["a.JPG", "b.png", "a.png"]


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("{patient}_{side}_{grade}.png", "p 1_left_2.PNG", {"patient": "p 1", "side": "left", "grade": "2"}),
        ("{patient}_{side}_{grade}", "p.1_left_2.tiff", {"patient": "p.1", "side": "left", "grade": "2"}),
        ("{grade}/{patient}{side:1}.jpg", "3/9000099L.jpg", {"grade": "3", "patient": "9000099", "side": "L"}),
        ("*/{grade}/{patient}-*.*", "train/1/07-a-b.bmp", {"grade": "1", "patient": "07"}),
        ("kl{grade}\\{patient}.png", "kl2/x.png", {"grade": "2", "patient": "x"}),
        ("{patient}(v{visit})_{grade}.png", "a(v2)_0.png", {"patient": "a", "visit": "2", "grade": "0"}),
    ],
)
def test_names_are_read_as_the_pattern_says(folder, pattern, name, expected):
    assert fields(tabulate_images(folder(name), pattern)) == {key: [value] for key, value in expected.items()}


@pytest.mark.parametrize(
    "name", ["p_01_left_2.png", "p01_left.png", "p01_left_2.jpg", "sub/p01_left_2.png", "_left_2.png"]
)
def test_a_name_that_could_be_read_in_two_ways_is_not_read(folder, name):
    pattern = "{patient}_{side}_{grade}.png"
    with pytest.raises(ValueError, match=r"1 of 1 image not named as pattern=.* says: .*png|jpg"):
        tabulate_images(folder(name), pattern)
    with pytest.warns(UserWarning, match="1 of 2 images .* left out"):
        table = tabulate_images(folder("p01_left_2.png"), pattern, on_problem="report")
    assert len(table) == 1


@pytest.mark.parametrize(
    ("names", "advice"),
    [
        (["p01_left_2.png"], r"pattern='\{patient\}_\{side\}_\{grade\}.png'"),
        (["train/0/a.png", "test/1/b.png"], r"pattern='\*/\{grade\}/\*'"),
    ],
)
def test_other_folders_are_told_how_to_be_read(folder, names, advice):
    with pytest.raises(ValueError, match=f"not in a folder per grade.*{advice}"):
        tabulate_images(folder(*names))


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("*.png", "name fields"),
        ("{grade}/{grade}.png", "each once"),
        ("{path}.png", "none of them path"),
        ("{patient}{grade}.png", r"something between \{patient\} and \{grade\}"),
        ("{patient}*_{grade}.png", r"something between \{patient\} and \*"),
        ("{patient}_{grade.png", "in braces"),
        ("{grade}//x.png", "in braces"),
        ("{1st}.png", "name fields"),
    ],
)
def test_patterns_that_are_none(folder, pattern, message):
    with pytest.raises(ValueError, match=f"pattern must .*{message}"):
        tabulate_images(folder("a.png"), pattern)


def test_what_is_there_instead_of_images_is_counted(folder):
    with pytest.raises(ValueError, match=r"must hold images .*, got 2 of .dcm, 1 of no ending"):
        tabulate_images(folder("a.dcm", "1/b.dcm", "README"))
    with pytest.raises(ValueError, match="must be a folder of images, got .nowhere."):
        tabulate_images("nowhere")


def test_the_table_is_loaded_as_it_is(tmp_path):
    from PIL import Image

    for grade in range(2):
        (tmp_path / str(grade)).mkdir()
        Image.new("L", (8, 8), 90 * grade).save(tmp_path / str(grade) / "p7_x.png")
    table = tabulate_images(tmp_path, "{grade}/{patient}_*")
    data = load_image_table(table, image="path", target="grade", group="patient")
    assert data.y.tolist() == [0, 1] and data.groups.tolist() == ["p7", "p7"]
