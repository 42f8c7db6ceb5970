"""What is read is a file that ends; what is written destroys nothing but an earlier output."""

import errno
import os

import pytest

from skerosion._user_files import check_folder, check_output, check_readable, check_writable, kind_of, read_json
from skerosion._writing import write_text


def test_a_pipe_or_a_folder_is_neither_read_nor_written(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for name, kind in {"pipe": "a pipe", "folder": "a folder", "link": "a pipe"}.items():
        with pytest.raises(ValueError, match=f"weights must be a file, got .*{name}', which is {kind}"):
            check_readable(tmp_path / name, "weights")
        with pytest.raises(FileExistsError, match=f"{name}, which is {kind}"):
            check_output(tmp_path / name, force=True)
        with pytest.raises(FileExistsError, match=f"{name} is {kind}, which no file replaces"):
            write_text(tmp_path / name, "text")
    assert [kind_of(tmp_path / name) for name in ("pipe", "folder", "nowhere")] == ["a pipe", "a folder", ""]
    assert {path.name for path in tmp_path.iterdir()} == {"pipe", "folder", "link"}


def test_devices_are_told():
    assert kind_of(os.devnull) == "a device"


def test_a_link_stays_one_and_its_file_is_written(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "out.csv").symlink_to("there/real.csv")
    for text in ("first", "second"):
        assert write_text(tmp_path / "out.csv", text) == tmp_path / "out.csv"
        assert (tmp_path / "out.csv").is_symlink() and (tmp_path / "there" / "real.csv").read_text() == text


def test_what_is_read_is_never_written(tmp_path):
    (tmp_path / "table.csv").write_text("a,b\n")
    (tmp_path / "link.csv").symlink_to("table.csv")
    (tmp_path / "twin.csv").hardlink_to(tmp_path / "table.csv")
    (tmp_path / "old.csv").touch()
    for name in ("table.csv", "link.csv", "twin.csv"):
        with pytest.raises(ValueError, match="out must be another file than those that are read"):
            check_output(tmp_path / name, force=True, inputs=[tmp_path / "nowhere", tmp_path / "table.csv"])
    with pytest.raises(FileExistsError, match="overwrite it with force=True"):
        check_output(tmp_path / "old.csv", inputs=[tmp_path / "table.csv"])
    check_output(tmp_path / "old.csv", force=True, inputs=[tmp_path / "table.csv"])
    check_output(tmp_path / "new" / "far" / "new.csv")


@pytest.mark.parametrize("below", [".", "more", "more/still"])
def test_a_file_in_the_way_of_a_folder_is_named(below, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="out must lie in folders or be one, got .*, but .*file is a file"):
        check_folder(tmp_path / "file" / below)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "settings must be a file of JSON, got .*settings.json"),
        ('{"a": "ü"}'.encode("utf-16"), "must be written in UTF-8, got .*settings.json"),
        (b"[" * 100_000, "must be a file of JSON, got .*settings.json: it is nested in more than 60 levels"),
        (b"[" * 61 + b"]" * 61, "nested in more than 60 levels"),
        (b'{"a": {"epochs": 1, "epochs": 2}}', "settings.json: 'epochs' appears twice in one object"),
    ],
)
def test_json_that_cannot_be_read_is_named(content, message, tmp_path):
    (tmp_path / "settings.json").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_json(tmp_path / "settings.json", "settings")


def test_json_may_begin_with_a_byte_order_mark(tmp_path):
    (tmp_path / "settings.json").write_text('{"a": 1}', encoding="utf-8-sig")
    assert read_json(tmp_path / "settings.json", "settings") == {"a": 1}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT])
def test_a_folder_that_nothing_can_be_written_into_is_found_by_writing(tmp_path, monkeypatch, number):
    class Refuses:
        def __enter__(self):
            return self

        def __exit__(self, *raised):
            return False

        def write(self, content):
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr("tempfile.TemporaryFile", lambda **named: Refuses())
    for check, path in ((check_writable, tmp_path / "new" / "results"), (check_output, tmp_path / "new.csv")):
        with pytest.raises(
            OSError, match=rf"out must lie where .* got .*: {os.strerror(number)}; name another"
        ) as told:
            check(path)
        assert told.value.errno == number


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_found(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError, match="out must lie where something can be written"):
        check_writable(tmp_path / "results")


def test_nothing_stays_where_it_was_tried_to_write(tmp_path):
    check_writable(tmp_path / "new" / "results")
    check_output(tmp_path / "new.csv")
    assert not list(tmp_path.iterdir())
