"""How a theorem or a claim shows itself in a notebook: what it states, never whether it holds."""

from markupsafe import Markup

from reports.formula import formula
from theorems.kernel.statement import Claim, relations
from theorems.kernel.running.worker import latex


def html(shown):
    """HTML of a Theorem (title, source, assumptions, claims) or of a Claim (its words and formula)."""
    if isinstance(shown, Claim):
        return str(_claim(shown))
    parts = [Markup("<h3>{}</h3><p>{}</p>").format(shown.title, str(shown.source))]
    if shown.assumes:
        parts.append(Markup("<p>Assumes</p>{}").format(Markup("").join(map(_relation, shown.assumes))))
    parts += map(_claim, shown.claims)
    parts.append(Markup("<p><em>Stated, not certified here: run <code>qed verify</code>.</em></p>"))
    return str(Markup("").join(parts))


def tex(shown):
    """LaTeX of all relations of a Theorem's claims, or of one Claim."""
    claims = [shown] if isinstance(shown, Claim) else shown.claims
    lines = [latex(relation) for claim in claims for relation in relations(claim.statement)]
    return r"$\displaystyle \begin{array}{l}" + r" \\ ".join(lines) + r"\end{array}$"


def _claim(claim):
    return Markup("<p><b>{}</b></p>{}").format(claim.says, Markup("").join(map(_relation, relations(claim.statement))))


def _relation(relation):
    return formula(latex(relation), str(relation))
