"""The public names: what a theorem module, or a conjecture of one's own, imports.

They are looked up on first use, so that listing theorems does not wait for SymPy.
"""

from importlib import import_module

_HOME = {
    **dict.fromkeys(("cited", "distinct", "nonnegative", "positive", "zero"), "theorems.kernel.goals"),
    **dict.fromkeys(("Box", "Case", "Claim", "Each", "Source", "Theorem"), "theorems.kernel.statement"),
}
__all__ = sorted(_HOME)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"theorems has no public name {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOME[name]), name)
