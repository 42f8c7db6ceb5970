"""Augmentation parameters: ranges, identity, composition, and what Keras makes of the transforms."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skerosion.preprocessing import Augmentation, compose, hash_keys, identity
from skerosion.preprocessing._augmentation import _about_centre, _linear_part

KEYS = np.arange(400)
augmentations = st.builds(
    Augmentation,
    rotation=st.floats(0, 180),
    shear=st.floats(0, 1),
    zoom=st.floats(0, 0.9),
    shift=st.floats(0, 1),
    flip=st.booleans(),
    exposure=st.floats(0, 0.9),
)


def transform_of(shape, *, angle=0.0, lean=0.0, magnification=1.0, flip=1.0, shift=(0.0, 0.0)):
    """One transform with the parameters given instead of drawn."""
    height, width = shape
    linear = _linear_part(*(np.array([value]) for value in (angle, lean, magnification, flip)))
    return _about_centre(linear, np.array([shift]), np.array([(width - 1) / 2, (height - 1) / 2]))


def linear_parts(transforms):
    return transforms[:, [[0, 1], [3, 4]]].astype(np.float64)


def test_without_ranges_the_transform_is_exactly_the_identity():
    transforms, exposures = Augmentation().draw(KEYS, (64, 48, 1))
    np.testing.assert_array_equal(transforms, identity(len(KEYS)))
    np.testing.assert_array_equal(exposures, np.tile([1.0, 0.0], (len(KEYS), 1)))
    assert transforms.dtype == exposures.dtype == np.float32
    assert not np.signbit(transforms).any()


@given(augmentations, st.integers(0, 2**62))
def test_a_key_decides_alone(augmentation, seed):
    keys = hash_keys(seed, np.arange(6))
    transforms, exposures = augmentation.draw(keys, (32, 32))
    again = augmentation.draw(keys[[4, 1]], (32, 32))
    np.testing.assert_array_equal(again[0], transforms[[4, 1]])
    np.testing.assert_array_equal(again[1], exposures[[4, 1]])


@given(augmentations)
def test_draws_stay_within_their_ranges(augmentation):
    transforms, exposures = augmentation.draw(KEYS, (32, 32))
    # Areas shrink by the magnification squared; flips change the sign.
    determinant = np.linalg.det(linear_parts(transforms))
    magnification = np.abs(determinant) ** -0.5
    assert (np.abs(magnification - 1) <= augmentation.zoom + 1e-3 * magnification).all()
    assert (determinant > 0).all() or augmentation.flip
    assert (np.abs(exposures[:, 0] - 1) <= augmentation.exposure + 1e-6).all()
    assert (np.abs(exposures[:, 1]) <= augmentation.exposure / 2 + 1e-6).all()


def test_rotations_fill_their_range_evenly():
    transforms, _ = Augmentation(rotation=25).draw(np.arange(20_000), (32, 32))
    angles = np.rad2deg(np.arctan2(transforms[:, 3], transforms[:, 0]))
    assert -25 <= angles.min() < -24.9 and 24.9 < angles.max() <= 25
    np.testing.assert_allclose(np.histogram(angles, bins=5, range=(-25, 25))[0], 4000, atol=300)


def test_half_of_the_images_are_flipped():
    transforms, _ = Augmentation(flip=True).draw(np.arange(10_000), (32, 32))
    assert 0.48 < (transforms[:, 0] < 0).mean() < 0.52


def test_shifts_are_fractions_of_each_side():
    transforms, _ = Augmentation(shift=0.25).draw(np.arange(5_000), (40, 80))
    assert 19.9 < np.abs(transforms[:, 2]).max() <= 20
    assert 9.9 < np.abs(transforms[:, 5]).max() <= 10


@given(augmentations)
def test_the_centre_stays_where_there_is_no_shift(augmentation):
    centred = Augmentation(augmentation.rotation, augmentation.shear, augmentation.zoom, 0.0, augmentation.flip)
    transforms, _ = centred.draw(KEYS[:20], (21, 33))
    np.testing.assert_allclose(linear_parts(transforms) @ [16, 10] + transforms[:, [2, 5]], [[16, 10]] * 20, atol=1e-3)


@given(augmentations)
def test_composition_is_associative_and_knows_the_identity(augmentation):
    first, second, third = (augmentation.draw(hash_keys(k, np.arange(3)), (32, 32))[0] for k in range(3))
    np.testing.assert_array_equal(compose(first, identity(3)), first)
    np.testing.assert_array_equal(compose(identity(3), first), first)
    scale = np.abs(compose(compose(first, second), third)).max()
    np.testing.assert_allclose(
        compose(compose(first, second), third), compose(first, compose(second, third)), atol=1e-5 * scale
    )


def test_composition_undoes_a_rotation():
    there, back = transform_of((9, 9), angle=0.4), transform_of((9, 9), angle=-0.4)
    np.testing.assert_allclose(compose(there, back), identity(1), atol=1e-6)


def pattern(height, width):
    return np.random.default_rng(0).uniform(size=(height, width)).astype(np.float32)


def quarter_turn(image):
    return transform_of(image.shape, angle=math.pi / 2), np.rot90(image)


def mirror(image):
    return transform_of(image.shape, flip=-1.0), image[:, ::-1]


def right_and_down(image):
    moved = np.zeros_like(image)
    moved[1:, 2:] = image[:-1, :-2]
    return transform_of(image.shape, shift=(2.0, 1.0)), moved


def unchanged(image):
    return identity(1), image


def mirror_then_turn(image):
    return compose(mirror(image)[0], quarter_turn(image)[0]), np.rot90(image[:, ::-1])


@pytest.mark.parametrize("case", [unchanged, quarter_turn, mirror, right_and_down, mirror_then_turn])
def test_keras_applies_the_transforms_as_documented(case):
    from keras import ops

    image = pattern(9, 9)
    transform, expected = case(image)
    result = ops.image.affine_transform(
        image[None, :, :, None], transform, interpolation="bilinear", fill_mode="constant", data_format="channels_last"
    )
    tolerance = 0 if case is unchanged else 1e-5
    np.testing.assert_allclose(ops.convert_to_numpy(result)[0, :, :, 0], expected, atol=tolerance)


def test_keras_magnifies_and_leans_as_documented():
    from keras import ops

    image = np.zeros((1, 41, 41, 1), dtype=np.float32)
    image[:, 18:23, 18:23] = 1.0  # a square of 25 pixels in the centre
    larger = ops.image.affine_transform(image, transform_of((41, 41), magnification=3.0), data_format="channels_last")
    assert 200 < float(ops.sum(larger)) < 250
    line = np.zeros((1, 41, 41, 1), dtype=np.float32)
    line[:, :, 20] = 1.0
    leaning = ops.image.affine_transform(line, transform_of((41, 41), lean=0.5), data_format="channels_last")
    columns = np.argmax(ops.convert_to_numpy(leaning)[0, :, :, 0], axis=1)
    slope = np.polyfit(np.arange(41) - 20, columns - 20, 1)[0]
    assert abs(math.atan(abs(slope)) - 0.5) < 0.02


def test_the_thesis_neither_flips_nor_shifts():
    assert Augmentation.thesis() == Augmentation(rotation=25, shear=0.1, zoom=0.1)


@pytest.mark.parametrize(
    ("name", "value"),
    [("rotation", 181), ("shear", -0.1), ("zoom", 1.0), ("shift", 1.5), ("exposure", -1), ("rotation", float("nan"))],
)
def test_a_number_out_of_range_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} must be a number of at least 0 and at most .*, got {value}"):
        Augmentation(**{name: value})


@pytest.mark.parametrize(("name", "value"), [("rotation", "25"), ("zoom", None), ("flip", 1), ("frozen", "yes")])
def test_another_type_is_refused(name, value):
    with pytest.raises(TypeError, match=f"{name} must be (True or False|a number)"):
        Augmentation(**{name: value})


def test_parameters_come_as_nothing_a_dict_or_themselves():
    given_one = Augmentation(zoom=0.2)
    assert Augmentation.from_parameter(None) is None
    assert Augmentation.from_parameter(given_one) is given_one
    assert Augmentation.from_parameter({"zoom": 0.2}) == given_one


def test_a_misspelt_parameter_is_named():
    with pytest.raises(ValueError, match="augmentation has no 'rotatoin'; it knows rotation, shear"):
        Augmentation.from_parameter({"rotatoin": 25})
    with pytest.raises(TypeError, match="augmentation must be None, a dict or an Augmentation, got 25"):
        Augmentation.from_parameter(25)


@pytest.mark.parametrize(
    ("augmentation", "moves"),
    [(Augmentation(), False), (Augmentation(exposure=0.5), False), (Augmentation(flip=True), True)],
)
def test_it_says_whether_pixels_move(augmentation, moves):
    assert augmentation.moves_pixels is moves


def test_it_is_a_value():
    augmentation = Augmentation.thesis()
    assert pickle.loads(pickle.dumps(augmentation)) == augmentation
    assert hash(augmentation) == hash(Augmentation.thesis())
    with pytest.raises(AttributeError):
        augmentation.zoom = 0.5


def test_jitter_is_a_normal_error_of_centre_size_and_angle_each_by_itself():
    transforms, _ = Augmentation(jitter=0.1).draw(np.arange(20000), (80, 60))
    linear = linear_parts(transforms)
    centre = np.array([29.5, 39.5])
    # A point that is to be seen in the centre lies at the error of the box: what the centre of the result is read at.
    moved = np.einsum("nij,j->ni", linear, centre) + transforms[:, [2, 5]] - centre
    size = -0.5 * np.log(np.linalg.det(linear))
    turn = np.arctan2(linear[:, 1, 0], linear[:, 0, 0])
    shift = np.linalg.solve(linear, moved[..., None])[..., 0] / (-60, -80)
    errors = np.column_stack([shift, size, turn])
    assert errors.mean(axis=0) == pytest.approx(np.zeros(4), abs=0.003)
    assert errors.std(axis=0) == pytest.approx(np.full(4, 0.1), rel=0.02)
    assert np.quantile(errors, [0.025, 0.975], axis=0) == pytest.approx(
        0.196 * np.array([[-1] * 4, [1] * 4]), abs=0.006
    )
    assert np.corrcoef(errors.T) == pytest.approx(np.eye(4), abs=0.03)


def test_jitter_leaves_the_other_draws_as_they_are():
    keys = hash_keys(0, np.arange(50))
    plain, exposure = Augmentation(rotation=20, exposure=0.3).draw(keys, (32, 32))
    both, alike = Augmentation(rotation=20, exposure=0.3, jitter=0.1).draw(keys, (32, 32))
    only, _ = Augmentation(jitter=0.1).draw(keys, (32, 32))
    np.testing.assert_array_equal(exposure, alike)
    np.testing.assert_allclose(both, compose(only, plain), atol=1e-5)
