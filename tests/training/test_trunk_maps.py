"""Maps of a frozen trunk: computed once for each image, found again on a disk, never those of something else."""

import json

import keras
import numpy as np
import pytest
from PIL import Image

from skerosion.datasets import FileSource, ImageRows, MappedSource
from skerosion.networks import NetworkSpec
from skerosion.preprocessing import Augmentation
from skerosion.training import ProgramKey, RowBatches, batches_of_maps, check_only_flips, lease
from skerosion.training import _trunk_maps as maps_of


@pytest.fixture(scope="module")
def program():
    """A network whose second block trains, on maps of the first."""
    adam = json.dumps(keras.optimizers.serialize(keras.optimizers.Adam()))
    spec = NetworkSpec((16, 16, 1), 3, "softmax", filters=(2, 4), convolutions=1, dense_units=(4,))
    with lease(ProgramKey(spec, adam, trainable=1, batch_norm="inference", cache_trunk="float16")) as program:
        yield program


@pytest.fixture
def runs(program, monkeypatch):
    """The numbers of images that run through the trunk."""
    program.reset(0, 0.0)
    counts, run = [], program.trunk_batch

    def counted(pixels, full):
        counts.append(len(pixels))
        return run(pixels, full)

    monkeypatch.setattr(program, "trunk_batch", counted)
    return counts


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (6, 16, 16, 1), dtype=np.uint8)


@pytest.fixture
def files(images, tmp_path):
    """Rows of files whose decoded images are kept in a folder, and that folder."""
    for number, image in enumerate(images):
        Image.fromarray(image[..., 0]).save(tmp_path / f"{number}.png")

    def rows():
        paths = [tmp_path / f"{number}.png" for number in range(len(images))]
        return ImageRows(FileSource(paths, (16, 16), cache_dir=tmp_path / "kept"))

    return rows, tmp_path / "kept"


def trunk_of(program, images):
    values = program.trunk(images.astype("float32"), training=False)
    return keras.ops.convert_to_numpy(values)


def test_a_row_has_the_map_of_its_image_and_of_its_mirror_image(program, runs, images):
    rows = ImageRows(images)
    with maps_of.trunk_maps(program, rows, 4, mirrors=True) as maps:
        read = maps.read(np.array([5, 0]), [False, True])
    assert read.dtype == np.float16 and runs == [4, 4, 2, 2]
    expected = trunk_of(program, np.stack([images[5], images[0, :, ::-1]]))
    np.testing.assert_allclose(read, expected, rtol=2e-3, atol=1e-3)


def test_copies_share_the_map_of_their_image(program, runs, images):
    rows = ImageRows(images).take([3, 1, 3, 3], copy_number=[0, 0, 1, 2])
    with maps_of.trunk_maps(program, rows, 4) as maps:
        read = maps.read(np.arange(4), [False] * 4)
    assert runs == [2]
    assert (read[0] == read[2]).all() and (read[0] == read[3]).all() and (read[0] != read[1]).any()


def test_validation_rows_have_one_orientation(program, runs, images):
    def batches(positions, **options):
        rows, n = ImageRows(images).take(positions), len(positions)
        return RowBatches(rows, np.zeros(n), np.ones(n), 4, **options)

    parts = batches([0, 1, 2, 3], augmentation=Augmentation(flip=True)), batches([4, 5])
    with batches_of_maps(program, *parts) as (training, validation):
        assert runs == [4, 4, 2]
        ((inputs, _, _),) = training.epoch(0)
        both = trunk_of(program, np.concatenate([images[:4], images[:4, :, ::-1]]))
        order = training.order(0)
        same = [np.abs(inputs - both[side + order]).max(axis=(1, 2, 3)) < 0.01 for side in (0, 4)]
        assert (same[0] ^ same[1]).all() and same[0].any() and same[1].any()
        assert next(iter(validation.in_order()))[0].shape == inputs[:2].shape


def test_a_file_is_found_again(program, runs, files):
    rows, folder = files
    for expected in ([6], [6, 2]):
        with maps_of.trunk_maps(program, rows(), 6 if expected == [6] else 2, lasting=True) as maps:
            kept = maps.read(np.arange(6), [False] * 6)
        assert runs == expected  # the second time the first batch alone, to compare
    assert len(list(folder.glob("trunk-*.npy"))) == 1
    assert np.array_equal(kept, np.load(next(folder.glob("trunk-*.npy")))[:, 0])


def test_other_weights_images_and_orientations_are_other_files(program, runs, files, images):
    rows, folder = files

    def keep(rows, **options):
        with maps_of.trunk_maps(program, rows, 6, lasting=True, **options):
            return len(list(folder.glob("trunk-*.npy")))

    assert keep(rows()) == 1
    assert keep(rows(), mirrors=True) == 2
    assert keep(rows()[:5]) == keep(rows()[:5]) == 3
    inverted = ImageRows(MappedSource(rows().source, np.invert))
    assert keep(inverted) == 4
    Image.fromarray(255 - images[0, ..., 0]).save(rows().paths[0])
    assert keep(rows()) == 5
    program.reset(1, 0.0)
    assert keep(rows()) == 6


@pytest.mark.parametrize("damage", ["cut", "other", "empty"])
def test_a_file_with_other_maps_is_made_again(program, runs, files, damage):
    rows, folder = files
    with maps_of.trunk_maps(program, rows(), 6, lasting=True):
        (path,) = folder.glob("trunk-*.npy")
    kept = np.load(path)
    if damage == "other":
        np.save(path, kept[::-1].copy())
    else:
        path.write_bytes(path.read_bytes()[: 0 if damage == "empty" else -8])
    with maps_of.trunk_maps(program, rows(), 6, lasting=True) as maps:
        assert np.array_equal(maps.read(np.arange(6), [False] * 6), kept[:, 0])


def test_what_no_other_fit_will_have_goes_with_the_phase(program, runs, files):
    rows, folder = files
    with maps_of.trunk_maps(program, rows(), 6):
        assert len(list(folder.glob("trunk-*.npy"))) == 1
    assert not list(folder.glob("trunk-*"))


def test_too_much_for_memory_is_told_before_anything_runs(program, runs, images, monkeypatch):
    monkeypatch.setattr(maps_of, "MOST_MB", 0.001)
    with pytest.raises(MemoryError, match="6 images would take 0 MB .* cache_dir="):
        maps_of.trunk_maps(program, ImageRows(images), 6).__enter__()
    assert runs == []


def test_values_too_large_for_the_type_are_named(program, runs, images):
    program.set_weights([1e5 * weights for weights in program.get_weights()])
    with pytest.raises(ValueError, match="got 'float16' for values of up to .*; pass 'float32'"):
        maps_of.trunk_maps(program, ImageRows(images), 6).__enter__()


@pytest.mark.parametrize("change", ["rotation", "shear", "zoom", "shift", "exposure", "jitter"])
def test_all_but_flips_are_refused(images, change):
    moved = Augmentation(flip=True, **{change: 0.1})
    rows = ImageRows(images)
    with pytest.raises(ValueError, match=r"augmentation must be flips alone.*or None.*, got .*=0.1"):
        check_only_flips(rows, moved)
    with pytest.raises(ValueError, match="augmentation of the rows must be"):
        check_only_flips(ImageRows(images, augmentation=moved), None)
    copies = ImageRows(images, copy_augmentation=moved)
    check_only_flips(copies, Augmentation(flip=True))
    with pytest.raises(ValueError, match="augmentation of copies must be"):
        check_only_flips(copies.take([0, 0], copy_number=[0, 1]), None)
