"""Prediction with the thesis' network: the ten joints of a hand, one joint, and many images at once.

The small ones are arrays of bytes given to `predict` of skerosion and of scikeras, and to the bare network (its pixels
in, its output back as an array, traced for that very shape): medians of warm calls. The many are given to
skerosion's `predict_proba` and to keras.Model.predict of the same network with the same batch size, warm, in float32
and with the dtype policy mixed_bfloat16. Weights are those of one step: speed does not depend on them.
"""

import pathlib

from _harness import Case, Comparison, Question, compare
from _loops import make_loop
from _measure import warm_seconds
from _networks import GRADES, build_keras_network, make_images

FITTED = 2 * GRADES


def predict_with_skerosion(policy="float32"):
    """predict for few, predict_proba for many."""

    def predict(sizes):
        classifier, images = _fitted(sizes, policy)
        hand, joint = images[: sizes["hand"]], images[:1]
        return {
            "hand": warm_seconds(lambda: classifier.predict(hand), sizes["calls"]),
            "joint": warm_seconds(lambda: classifier.predict(joint), sizes["calls"]),
            "many": warm_seconds(lambda: classifier.predict_proba(images), sizes["repeats"], warmups=1),
        }

    return predict


def _fitted(sizes, policy):
    from skerosion import CNNClassifier

    images, grades = make_images(sizes["images"], sizes["side"])
    settings = {"epochs": 1, "batch_size": sizes["batch"], "dtype_policy": policy}
    classifier = CNNClassifier(**settings, random_state=0, verbose=0)
    return classifier.fit(images[:FITTED], grades[:FITTED]), images


def predict_with_scikeras(sizes):
    """The same network in plain Keras, wrapped by scikeras."""
    from scikeras.wrappers import KerasClassifier

    images, grades = make_images(FITTED, sizes["side"])
    hand, joint = images[: sizes["hand"]], images[:1]
    classifier = KerasClassifier(
        model=lambda: build_keras_network(sizes["side"]), epochs=1, batch_size=sizes["batch"], verbose=0
    ).fit(images, grades)
    return {
        "hand": warm_seconds(lambda: classifier.predict(hand), sizes["calls"]),
        "joint": warm_seconds(lambda: classifier.predict(joint), sizes["calls"]),
    }


def predict_with_keras(policy="float32"):
    """The bare network for few, keras.Model.predict for many."""

    def predict(sizes):
        images, _ = make_images(sizes["images"], sizes["side"])
        network = build_keras_network(sizes["side"], dtype=policy)
        hand, joint, loop = images[: sizes["hand"]], images[:1], make_loop(network)

        def predict_many():
            return network.predict(images, batch_size=sizes["batch"], verbose=0)

        return {
            "hand": warm_seconds(lambda: loop.wait(loop.predict(hand)), sizes["calls"]),
            "joint": warm_seconds(lambda: loop.wait(loop.predict(joint)), sizes["calls"]),
            "many": warm_seconds(predict_many, sizes["repeats"], warmups=1),
        }

    return predict


def tell(sizes, medians):
    """Images a second, and whether the processor computes with bfloat16."""
    rates = [sizes["images"] / medians[name]["many"] for name in COMPARISON.cases if "many" in medians[name]]
    information = pathlib.Path("/proc/cpuinfo")
    flags = set(information.read_text().split()) if information.exists() else set()
    own = sorted({"avx512_bf16", "amx_bf16"} & flags)
    return (
        f"Of {sizes['images']} images skerosion predicts {rates[0]:.0f} a second, keras.Model.predict {rates[1]:.0f}; "
        f"with mixed_bfloat16 {rates[2]:.0f} and {rates[3]:.0f}, on a processor "
        f"{'with ' + ' and '.join(own) if own else 'without bfloat16 arithmetic (no avx512_bf16, no amx_bf16)'}."
    )


HAND, ONE = "Prediction of {hand} joints of {side}x{side}, warm", "Prediction of 1 joint of {side}x{side}, warm"
MANY = "Prediction of {images} images of {side}x{side}, batch {batch}"
COMPARISON = Comparison(
    cases={
        "skerosion": Case(predict_with_skerosion(), "skerosion in float32"),
        "scikeras": Case(predict_with_scikeras, "scikeras"),
        "keras": Case(predict_with_keras(), "Keras"),
        "skerosion bfloat16": Case(predict_with_skerosion("mixed_bfloat16")),
        "keras bfloat16": Case(predict_with_keras("mixed_bfloat16"), "Keras with mixed_bfloat16"),
    },
    questions=[
        Question(f"{HAND}, beside scikeras", ("skerosion", "hand"), ("scikeras", "hand"), at_most=0.6),
        Question(f"{HAND}, beside the bare network", ("skerosion", "hand"), ("keras", "hand")),
        Question(f"{ONE}, beside scikeras", ("skerosion", "joint"), ("scikeras", "joint"), at_most=0.2),
        Question(f"{ONE}, beside the bare network", ("skerosion", "joint"), ("keras", "joint")),
        Question(f"{MANY}, beside keras.Model.predict", ("skerosion", "many"), ("keras", "many"), at_most=1.0),
        Question(
            f"{MANY}, mixed_bfloat16, beside keras.Model.predict",
            ("skerosion bfloat16", "many"),
            ("keras bfloat16", "many"),
            at_most=1.0,
        ),
        Question(
            f"{MANY}, mixed_bfloat16, beside float32",
            ("skerosion bfloat16", "many"),
            ("skerosion", "many"),
            at_most=1.0,
        ),
    ],
    sizes={"images": 2000, "hand": 10, "side": 150, "batch": 100, "calls": 20, "repeats": 3},
    quick={"images": 24, "hand": 4, "side": 16, "batch": 12, "calls": 2, "repeats": 1},
    notes=tell,
)

if __name__ == "__main__":
    compare(COMPARISON)
