"""Operators of TensorFlow that the converter lacks, made of those that ONNX has."""


def handlers():
    """Return what the converter calls for each operator that it lacks, by name.

    Returns
    -------
    dict of str to (callable, list)
    """
    # Near 0 a logarithm of 1 + x, or exp(x) - 1, would lose the digits of x in single precision.
    return {"Log1p": (_log_of_one_more, []), "Expm1": (_exponential_less_one, [])}


def _log_of_one_more(graph, node, name, args):
    return _in_double(graph, node, name, lambda value, one: ("Log", ["Add", value, one]))


def _exponential_less_one(graph, node, name, args):
    return _in_double(graph, node, name, lambda value, one: ("Sub", ["Exp", value], one))


def _in_double(graph, node, name, formula):
    """Replace a node by a formula, nested as (operator, inputs ...), between two casts."""
    import numpy as np
    from onnx import TensorProto

    kind, shape, outputs = graph.get_dtype(node.output[0]), graph.get_shape(node.output[0]), node.output
    value = graph.make_node("Cast", [node.input[0]], attr={"to": TensorProto.DOUBLE}).output[0]
    one = graph.make_const(f"{name}_one", np.array(1.0)).output[0]
    graph.remove_node(node.name)
    result = _nodes(graph, formula(value, one))
    return graph.make_node(
        "Cast", [result], attr={"to": kind}, name=name, outputs=outputs, dtypes=[kind], shapes=[shape]
    )


def _nodes(graph, formula):
    if isinstance(formula, str):
        return formula
    operator, *inputs = formula
    return graph.make_node(operator, [_nodes(graph, each) for each in inputs]).output[0]
