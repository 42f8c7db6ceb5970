"""The synthetic joints: the same by seed, labelled as asked, bitten as labelled, alike within a patient."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GroupShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skerosion.datasets import load_image_table, make_joint_images, write_joint_images
from skerosion.datasets.synthetic import _joint_images as writing
from skerosion.datasets.synthetic._anatomy import bones_of, draw_anatomy, draw_pose, finger_frame
from skerosion.datasets.synthetic._patients import JOINT_NAMES, THESIS_HISTOGRAM, draw_roster, label_shares

SPREAD_LABELS = {0: 5, 5: 2, 20: 2, 50: 2, 80: 2, 100: 2}
# About as many joints in each of the six Ratingen grades.
EVEN_GRADES = {0: 20, 5: 5, 10: 5, 15: 5, 20: 5} | dict.fromkeys(range(25, 101, 5), 5)


@pytest.fixture(scope="module")
def joints():
    return make_joint_images(150, size=64, labels=SPREAD_LABELS, random_state=0, return_mask=True)


def roster(n_joints=20_000, joints_per_patient=17, labels="thesis", seed=0):
    return draw_roster(n_joints, joints_per_patient, labels, np.random.default_rng(seed))


def surface_share(joints):
    eroded = (joints.masks & joints.surfaces).sum(axis=(1, 2))
    return eroded / joints.surfaces.sum(axis=(1, 2))


def share_between(values, groups):
    """Share of the variance that lies between the groups (one-way analysis of variance, unequal sizes)."""
    counts = np.bincount(groups)
    means = np.bincount(groups, values) / counts
    within = np.sum((values - means[groups]) ** 2) / (len(values) - len(counts))
    size = (len(values) - np.sum(counts**2) / len(values)) / (len(counts) - 1)
    between = np.sum(counts * (means - values.mean()) ** 2) / (len(counts) - 1)
    return (between - within) / (between + (size - 1) * within)


# Shapes, types and repeatability


@pytest.mark.parametrize("size", [16, 17, 32, 48, 150])
def test_images_have_the_size_asked_for(size):
    joints = make_joint_images(3, size=size, random_state=0, return_mask=True)
    assert joints.images.shape == joints.masks.shape == joints.surfaces.shape == (3, size, size)
    assert joints.images.dtype == np.uint8
    assert joints.masks.dtype == joints.surfaces.dtype == bool
    assert all(image.std() > 0 for image in joints.images)


def test_each_row_has_label_patient_visit_and_joint(joints):
    assert len(joints) == len(joints.percent) == len(joints.patients) == len(joints.visits) == len(joints.joints) == 150
    assert joints.percent.dtype == joints.patients.dtype == np.int64
    assert set(joints.joints) <= set(JOINT_NAMES)
    assert "150 synthetic joints of 64x64" in repr(joints)


def test_without_return_mask_there_are_none():
    joints = make_joint_images(1, size=16, random_state=0)
    assert joints.masks is None and joints.surfaces is None


def test_a_seed_repeats_every_pixel():
    first, second = (make_joint_images(12, size=32, random_state=7, return_mask=True) for _ in range(2))
    for name in ("images", "percent", "patients", "visits", "joints", "masks", "surfaces"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


def test_pixels_do_not_depend_on_the_masks_being_made():
    plain = make_joint_images(5, size=32, random_state=7)
    np.testing.assert_array_equal(plain.images, make_joint_images(5, size=32, random_state=7, return_mask=True).images)


def test_seeds_differ_and_global_seed_is_left_alone():
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    one, other = (make_joint_images(5, size=32, random_state=seed) for seed in (0, 1))
    assert not np.array_equal(one.images, other.images)
    np.testing.assert_array_equal(state, np.random.get_state()[1])  # noqa: NPY002


def test_random_state_instance_moves_on():
    random = np.random.RandomState(0)
    first, second = (make_joint_images(3, size=16, random_state=random) for _ in range(2))
    assert not np.array_equal(first.images, second.images)


def test_the_same_joint_at_another_size():
    large, small = (make_joint_images(20, size=size, random_state=3) for size in (128, 64))
    np.testing.assert_array_equal(large.percent, small.percent)
    halved = large.images.reshape(20, 64, 2, 64, 2).mean(axis=(2, 4))
    for one, other in zip(halved, small.images, strict=True):
        assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.97


# Labels


@pytest.mark.parametrize("n_joints", [10_000, 102_265])
def test_thesis_histogram_to_the_nearest_joint(n_joints):
    counts = np.bincount(roster(n_joints).percent, minlength=101)
    shares = np.array([THESIS_HISTOGRAM.get(percent, 0.0) for percent in range(101)])
    np.testing.assert_allclose(counts, shares / shares.sum() * n_joints, atol=1.0)


def test_thesis_histogram_has_the_printed_moments():
    # The printed shares are rounded to a hundredth, the printed moments are not computed from them.
    percent, share = np.array(list(THESIS_HISTOGRAM)), np.array(list(label_shares("thesis").values()))
    mean = percent @ share
    assert mean == pytest.approx(5.11, abs=0.03)
    assert (percent - mean) ** 2 @ share == pytest.approx(209.6, abs=1.0)


@given(
    st.dictionaries(st.integers(0, 100), st.floats(0.01, 10), min_size=1, max_size=8),
    st.integers(1, 300),
)
def test_chosen_shares_are_met_to_the_nearest_joint(labels, n_joints):
    percent = roster(n_joints, labels=labels).percent
    total = sum(labels.values())
    assert len(percent) == n_joints
    for label, share in labels.items():
        assert abs(np.sum(percent == label) - share / total * n_joints) < 1.0 + 1e-9


# Patients


def test_joints_a_patient_as_in_the_registry():
    counts = np.bincount(roster(100_000).patients)
    assert np.median(counts) == pytest.approx(13, abs=1)
    assert counts.mean() == pytest.approx(17, abs=0.6)
    assert counts.max() <= 77 and counts.max() > 60
    assert counts.min() >= 1


def test_joints_per_patient_scales_the_counts():
    assert np.bincount(roster(50_000, joints_per_patient=6).patients).mean() == pytest.approx(6, abs=0.3)


def test_patients_are_numbered_in_order_and_joints_come_once_a_visit():
    rows = roster(5_000)
    assert set(np.diff(rows.patients)) == {0, 1} and rows.patients[0] == 0
    keys = np.stack([rows.patients, rows.visits, rows.joints], axis=1)
    assert len(np.unique(keys, axis=0)) == len(rows)


def test_damage_is_correlated_within_a_patient():
    rows = roster()
    rank = rows.percent.argsort().argsort().astype(float)
    shuffled = np.random.default_rng(0).permutation(rank)
    assert share_between(rank, rows.patients) > 0.2
    assert abs(share_between(shuffled, rows.patients)) < 0.02
    assert share_between((rows.percent > 0).astype(float), rows.patients) > 0.15


def test_visits_of_a_joint_agree_more_than_its_neighbours():
    rows = roster(60_000)
    of_joint = np.unique(rows.patients * len(JOINT_NAMES) + rows.joints, return_inverse=True)[1]
    damaged = (rows.percent > 0).astype(float)
    assert share_between(damaged, of_joint) > share_between(damaged, rows.patients) + 0.1


def test_anatomy_is_correlated_within_a_patient():
    patients = np.repeat(np.arange(150), 6)
    shapes = [
        draw_anatomy(1, np.random.default_rng((0, patient)), np.random.default_rng((1, row)))
        for row, patient in enumerate(patients)
    ]
    for measure in ("head_width", "gap", "cortex", "base_taper"):
        values = np.array([getattr(shape, measure) for shape in shapes])
        assert share_between(values, patients) == pytest.approx(2 / 3, abs=0.12)


def test_exposure_belongs_to_the_visit(joints):
    brightness = np.percentile(joints.images, 90, axis=(1, 2))
    visit = np.unique(joints.patients * 100 + joints.visits, return_inverse=True)[1]
    assert share_between(brightness, visit) > 0.5


# Looks


def test_base_is_wider_than_head_and_lies_above():
    for row in range(20):
        anatomy = draw_anatomy(row, np.random.default_rng(row), np.random.default_rng(100 + row))
        pose = draw_pose(anatomy, 0, np.random.default_rng(row))
        head, base = bones_of(anatomy, pose, finger_frame(pose, 96))
        along = finger_frame(pose, 96)[1]
        assert anatomy.base_width > anatomy.head_width > anatomy.head_shaft
        assert along[base.depth > 0].mean() > along[head.depth > 0].mean()
        assert not np.any((base.depth > 0) & (head.depth > 0))


@pytest.mark.slow
def test_exposure_runs_from_nearly_black_to_washed_out():
    images = make_joint_images(600, size=16, joints_per_patient=1, random_state=0).images
    bright = np.percentile(images, 98, axis=(1, 2))
    dark = np.percentile(images, 25, axis=(1, 2))
    assert bright.min() < 40 and bright.max() > 230
    assert np.mean(dark > 110) > 0.03


def test_some_crops_have_a_black_margin_that_hides_no_surface():
    joints = make_joint_images(150, size=64, labels={0: 1}, random_state=0, return_mask=True)
    black = (joints.images == 0).all(axis=1) & ~joints.surfaces.any(axis=1)
    sides = black[:, 0] | black[:, -1]
    assert 0.05 < sides.mean() < 0.5
    assert np.mean((joints.images == 0) & joints.surfaces) < 0.001


def test_erosion_darkens_the_joint_surface():
    healthy, destroyed = (
        make_joint_images(40, size=64, labels={percent: 1}, random_state=5, return_mask=True) for percent in (0, 100)
    )
    ratio = [
        joints.images[i][joints.surfaces[i]].mean() / joints.images[i].mean()
        for joints in (healthy, destroyed)
        for i in range(40)
    ]
    assert np.mean(np.array(ratio[:40]) > np.array(ratio[40:])) > 0.9


# Masks


def test_mask_has_the_labelled_share_of_the_surface(joints):
    # Half a pixel of the surface, or the one pixel that a small erosion has at least.
    tolerance = 0.5 / joints.surfaces.sum(axis=(1, 2)) + 1e-9
    error = np.abs(surface_share(joints) - joints.percent / 100)
    assert np.all(error <= tolerance)
    assert error.max() < 0.02


@given(st.integers(0, 100), st.integers(16, 72), st.integers(0, 2**31 - 1))
def test_mask_has_the_labelled_share_at_any_size(percent, size, seed):
    joints = make_joint_images(1, size=size, labels={percent: 1}, random_state=seed, return_mask=True)
    n_pixels = joints.surfaces.sum()
    assert n_pixels >= 6
    assert abs(surface_share(joints)[0] - percent / 100) <= 1.0 / n_pixels


def test_healthy_joints_have_no_eroded_pixel_and_others_have(joints):
    np.testing.assert_array_equal(joints.masks.any(axis=(1, 2)), joints.percent > 0)


def test_surface_is_two_thin_bands_at_full_size():
    joints = make_joint_images(15, size=150, labels={0: 1}, random_state=1, return_mask=True)
    for surface in joints.surfaces:
        _, n_bands = ndimage.label(surface, structure=np.ones((3, 3)))
        assert 1 <= n_bands <= 3
        assert 0.005 < surface.mean() < 0.08


def test_eroded_pixels_grow_with_the_label():
    sizes = [
        make_joint_images(20, size=48, labels={percent: 1}, random_state=2, return_mask=True).masks.mean()
        for percent in (0, 5, 20, 50, 80, 100)
    ]
    assert np.all(np.diff(sizes) > 0)


# Files


def test_files_hold_the_same_joints(tmp_path):
    expected = make_joint_images(15, size=24, random_state=4)
    table = pd.read_csv(write_joint_images(tmp_path / "new" / "set", 15, size=24, random_state=4))
    images = [np.asarray(Image.open(tmp_path / "new" / "set" / path)) for path in table["path"]]
    np.testing.assert_array_equal(images, expected.images)
    np.testing.assert_array_equal(table["percent"], expected.percent)
    np.testing.assert_array_equal(table["patient_id"], expected.patients)
    np.testing.assert_array_equal(table["visit"], expected.visits)
    assert list(table["joint"]) == list(expected.joints)


def test_jpeg_files_are_jpeg_and_close(tmp_path):
    expected = make_joint_images(4, size=64, random_state=4).images.astype(float)
    table = pd.read_csv(write_joint_images(tmp_path, 4, size=64, random_state=4, image_format="jpeg"))
    opened = [Image.open(tmp_path / path) for path in table["path"]]
    assert {image.format for image in opened} == {"JPEG"}
    assert np.abs(np.stack(opened) - expected).mean() < 3


def test_written_table_loads(tmp_path):
    path = write_joint_images(tmp_path, 30, size=24, random_state=0)
    loaded = load_image_table(path, image="path", target="percent", group="patient_id")
    expected = make_joint_images(30, size=24, random_state=0)
    np.testing.assert_array_equal(np.asarray(loaded.X)[..., 0], expected.images)
    np.testing.assert_array_equal(loaded.y, expected.percent)
    np.testing.assert_array_equal(loaded.groups, expected.patients.astype(str))


def test_writing_again_is_complete_and_repeats_the_table(tmp_path):
    first = write_joint_images(tmp_path, 5, size=16, random_state=0).read_bytes()
    assert write_joint_images(tmp_path, 5, size=16, random_state=0).read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["images", "labels.csv"]


def test_two_processes_write_the_same_files(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "_PART", 3)
    for folder, n_jobs in (("one", None), ("two", 2)):
        write_joint_images(tmp_path / folder, 10, size=16, random_state=0, image_format="jpeg", n_jobs=n_jobs)
    written = [sorted((tmp_path / folder).rglob("*.*")) for folder in ("one", "two")]
    assert len(written[0]) == len(written[1]) == 11
    for first, second in zip(*written, strict=True):
        assert first.name == second.name and first.read_bytes() == second.read_bytes()


def test_an_interrupted_run_leaves_no_table(tmp_path, monkeypatch):
    write_joint_images(tmp_path, 3, size=16, random_state=0)
    save = Image.Image.save

    def full_disk(image, path, **options):
        if path.name == "0000001.png":
            raise OSError("No space left on device")
        save(image, path, **options)

    monkeypatch.setattr(Image.Image, "save", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_joint_images(tmp_path, 3, size=16, random_state=0)
    assert not (tmp_path / "labels.csv").exists()


def test_memory_of_writing_does_not_grow(tmp_path):
    write_joint_images(tmp_path, 2, size=64, random_state=0)  # fills the caches
    peaks = []
    for n_joints in (10, 60):
        tracemalloc.start()
        write_joint_images(tmp_path, n_joints, size=64, random_state=0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 10 * 64 * 64


# Difficulty


def split_by_patient(size, n_joints):
    joints = make_joint_images(n_joints, size=size, labels=EVEN_GRADES, random_state=0)
    grades = np.ceil(joints.percent / 20).astype(int)
    train, test = next(GroupShuffleSplit(1, test_size=0.3, random_state=0).split(grades, grades, joints.patients))
    return joints.images[train], grades[train], joints.images[test], grades[test]


def linear_accuracy(images, grades, test_images, test_grades):
    """Class-normalised accuracy of a linear classifier on the standardised pixels."""
    linear = make_pipeline(StandardScaler(), RidgeClassifier(alpha=3000.0, class_weight="balanced"))
    linear.fit(images.reshape(len(images), -1).astype(np.float32), grades)
    predicted = linear.predict(test_images.reshape(len(test_images), -1).astype(np.float32))
    return balanced_accuracy_score(test_grades, predicted)


@pytest.mark.slow
def test_a_linear_estimator_on_the_pixels_does_poorly():
    assert linear_accuracy(*split_by_patient(32, 1000)) < 0.30


@pytest.mark.slow
def test_a_small_network_does_better_than_a_linear_estimator():
    from skerosion import CNNClassifier

    images, grades, test_images, test_grades = split_by_patient(48, 2400)
    network = CNNClassifier(
        filters=(16, 32, 64, 64), convolutions=1, dense_units=(64,), dropout=0.3, batch_size=50, epochs=8,
        random_state=0, verbose=0,
    )  # fmt: skip
    reached = balanced_accuracy_score(test_grades, network.fit(images, grades).predict(test_images))
    assert reached > linear_accuracy(images, grades, test_images, test_grades) + 0.05


# Errors


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_joints": 0}, ValueError, "n_joints must be an integer of at least 1, got 0"),
        ({"n_joints": 2.5}, TypeError, "n_joints must be an integer of at least 1, got 2.5"),
        ({"size": 15}, ValueError, "size must be an integer of at least 16, got 15"),
        ({"size": (32, 32)}, TypeError, "size must be an integer of at least 16, got .32, 32."),
        ({"joints_per_patient": 0}, ValueError, "joints_per_patient must be a finite number of at least 1, got 0"),
        ({"labels": "registry"}, ValueError, "labels must be 'thesis' or a mapping .* got 'registry'"),
        ({"labels": {}}, ValueError, "labels must be 'thesis' or a mapping"),
        ({"labels": {0: 1, 101: 1}}, ValueError, "whole numbers from 0 to 100, got 101"),
        ({"labels": {2.5: 1}}, ValueError, "whole numbers from 0 to 100, got 2.5"),
        ({"labels": {True: 1}}, ValueError, "whole numbers from 0 to 100, got True"),
        ({"labels": {0: -1}}, ValueError, "finite and not negative, got -1 for 0"),
        ({"labels": {0: float("nan")}}, ValueError, "finite and not negative, got nan for 0"),
        ({"labels": {0: "half"}}, ValueError, "finite and not negative, got 'half' for 0"),
        ({"labels": {0: 0.0, 5: 0}}, ValueError, "must not all be zero"),
        ({"random_state": "seed"}, ValueError, "cannot be used to seed"),
    ],
)
def test_wrong_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        make_joint_images(**({"n_joints": 2, "size": 16} | arguments))


def test_wrong_image_format_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"image_format must be one of \['jpeg', 'png'\], got 'gif'"):
        write_joint_images(tmp_path, 2, size=16, image_format="gif")
    assert not any(tmp_path.iterdir())
