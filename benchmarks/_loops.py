"""Training and prediction as one would write them by hand for each backend, from the same Keras network.

A step takes a batch of pixels and grades as arrays and returns its loss without waiting for it; `wait` turns a result
into an array once it is there. Adam at 1e-3 and the cross-entropy of the scores, as skerosion trains.
"""

import numpy as np

LEARNING_RATE = 1e-3


def make_loop(network):
    """Return the hand-written loop of the present backend."""
    import keras

    return {"tensorflow": TensorFlowLoop, "jax": JaxLoop, "torch": TorchLoop}[keras.backend.backend()](network)


class _Loop:
    """What the loops share: the network from pixels to scores, an epoch, a prediction of many."""

    def __init__(self, network):
        import keras

        self.network = network
        self.scores = keras.Model(network.input, network.get_layer("scores").output)
        self.loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def train_epoch(self, images, grades, batch_size, seed):
        """Train on whole shuffled batches; return the mean loss."""
        order = np.random.default_rng(seed).permutation(len(images))
        starts = range(0, len(order) - batch_size + 1, batch_size)
        batches = (order[start : start + batch_size] for start in starts)
        losses = [self.step(images[rows], grades[rows]) for rows in batches]
        return float(np.mean([self.wait(loss) for loss in losses]))

    def predict_all(self, images, batch_size):
        """Predict images batch by batch."""
        starts = range(0, len(images), batch_size)
        outputs = [self.predict(images[start : start + batch_size]) for start in starts]
        return np.concatenate([self.wait(output) for output in outputs])

    def wait(self, result):
        """Return a result of the device as an array."""
        import keras

        return keras.ops.convert_to_numpy(result)


class TensorFlowLoop(_Loop):
    """Functions traced once, with a gradient tape; compiled by XLA where there is a GPU, as Keras does it."""

    def __init__(self, network):
        import keras
        import tensorflow as tf

        super().__init__(network)
        optimizer = keras.optimizers.Adam(LEARNING_RATE)
        variables = self.scores.trainable_variables
        optimizer.build(variables)
        compiled = bool(tf.config.list_physical_devices("GPU"))

        @tf.function(autograph=False, jit_compile=compiled)
        def step(pixels, grades):
            with tf.GradientTape() as tape:
                loss = self.loss(grades, self.scores(tf.cast(pixels, tf.float32), training=True))
            optimizer.apply(tape.gradient(loss, variables), variables)
            return loss

        @tf.function(autograph=False, jit_compile=compiled)
        def predict(pixels):
            return self.network(tf.cast(pixels, tf.float32), training=False)

        self.step = lambda pixels, grades: step(tf.constant(pixels), tf.constant(grades))
        self.predict = lambda pixels: predict(tf.constant(pixels))


class JaxLoop(_Loop):
    """Jitted functions of the network's state, which each step hands on."""

    def __init__(self, network):
        import jax
        import keras

        super().__init__(network)
        optimizer = keras.optimizers.Adam(LEARNING_RATE)
        optimizer.build(self.scores.trainable_variables)
        self._state = [
            [variable.value for variable in variables]
            for variables in (
                self.scores.trainable_variables,
                self.scores.non_trainable_variables,
                optimizer.variables,
            )
        ]

        def loss_of(trainable, fixed, pixels, grades):
            scores, fixed = self.scores.stateless_call(trainable, fixed, pixels.astype("float32"), training=True)
            return self.loss(grades, scores), fixed

        def step(state, pixels, grades):
            trainable, fixed, moments = state
            (loss, fixed), gradients = jax.value_and_grad(loss_of, has_aux=True)(trainable, fixed, pixels, grades)
            trainable, moments = optimizer.stateless_apply(moments, gradients, trainable)
            return [trainable, fixed, moments], loss

        def predict(state, pixels):
            trainable, fixed, _ = state
            return network.stateless_call(trainable, fixed, pixels.astype("float32"), training=False)[0]

        self._step, self._predict = jax.jit(step, donate_argnums=0), jax.jit(predict)

    def step(self, pixels, grades):
        """Train on a batch."""
        self._state, loss = self._step(self._state, pixels, grades)
        return loss

    def predict(self, pixels):
        """Predict a batch."""
        return self._predict(self._state, pixels)


class TorchLoop(_Loop):
    """The plain loop: loss, backward, step."""

    def __init__(self, network):
        import torch

        super().__init__(network)
        self._parameters = [variable.value for variable in self.scores.trainable_variables]
        self._device = self._parameters[0].device
        self._optimizer = torch.optim.Adam(self._parameters, LEARNING_RATE, eps=1e-7)

    def step(self, pixels, grades):
        """Train on a batch."""
        import torch

        scores = self.scores(self._move(pixels).float(), training=True)
        loss = torch.nn.functional.cross_entropy(scores, self._move(grades).long())
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()
        return loss.detach()

    def predict(self, pixels):
        """Predict a batch."""
        import torch

        with torch.no_grad():
            return self.network(self._move(pixels).float(), training=False)

    def _move(self, array):
        import torch

        return torch.from_numpy(array).to(self._device, non_blocking=True)
