"""How tables and figures write strategies: apart from what strategies do, for a title decides no fit."""

TITLES = {
    "original": "original",
    "oversampled": "oversampled",
    "class_weights": "class weights",
    "balanced_decision": "balanced decision",
}
"""How tables and figures write a strategy."""
