import re
from pathlib import Path

import pytest

from reports import new
from theorems.kernel.loading.discover import Unusable, load, modules

SHAPES = ["commuting_mirror_equivalence/quadratic", "commuting_mirror_equivalence/hyperbolic", "two_step_gd/quartic",
          "sgd_stable_minima_norms/sign_data", "sam_implicit_regularizer/tails"]


def test_a_new_file_is_undecided_until_its_gaps_are_filled_and_each_says_what_to_write(qed, tmp_path):
    told = qed("new", "slow_drift", cwd=tmp_path)
    assert told.returncode == 0 and [one.name for one in tmp_path.iterdir()] == ["slow_drift_conjecture.py"]
    assert told.out == ("slow_drift_conjecture.py: fill the gaps, then run\n    qed verify slow_drift_conjecture.py\n"
                        "    qed falsify slow_drift_conjecture.py\n")
    found = qed("verify", "slow_drift_conjecture.py", cwd=tmp_path)
    assert found.returncode == 1 and "0 HOLDS, 1 UNDECIDED" in found.out
    assert "NotImplementedError: GAP 1: yield zero(derived - claimed.rhs, 'why'), or delete the proof" in found.out
    assert "NotImplementedError: GAP 2: return what is measured, for instance lab.iterate(step, Rational(1), 1)" in found.out


def test_a_new_file_with_its_gaps_filled_as_they_say_holds(qed, tmp_path):
    file = new.write("filled", folder=tmp_path)
    text = re.sub(r'raise NotImplementedError\("GAP 1.*', 'yield zero(descent(lambda x: a*x, eta)(1) - claimed.rhs, "one step")',
                  file.read_text())
    file.write_text(re.sub(r'raise NotImplementedError\("GAP 2.*', "return lab.iterate(step, Rational(1), 1)", text))
    found = qed("verify", file.name, cwd=tmp_path)
    assert "1 HOLDS" in found.out, found.out


@pytest.mark.parametrize("address", SHAPES)
def test_a_file_like_a_theorem_loads_with_a_gap_in_each_proof_and_measurement(address, tmp_path):
    file = new.write("my_shape", address, tmp_path)
    theorem, shape = load(file.stem, file), load(address, modules()[address])
    assert theorem.title == "my shape" and str(theorem.source) == "who, where" and theorem.errata == ()
    assert [claim.statement for claim in theorem.claims] == [claim.statement for claim in shape.claims]
    for claim in theorem.claims:
        if claim.argument is not None:
            with pytest.raises(NotImplementedError, match=r"GAP \d+: yield goals that give your statement, .*"
                                                          rf"what follows is from {address}; delete this line when it fits yours"):
                list(claim.argument(*[claim.statement]*claim.argument.__code__.co_argcount))
        with pytest.raises(NotImplementedError, match=r"GAP \d+: measure what your statement speaks of, from its definition"):
            claim.measurement.function(*[None]*claim.measurement.function.__code__.co_argcount)


def test_a_file_like_a_theorem_is_undecided_as_it_stands(qed, tmp_path):
    assert qed("new", "my_mirror", "--like", "commuting_mirror_equivalence/quadratic", cwd=tmp_path).returncode == 0
    found = qed("verify", "my_mirror_conjecture.py", cwd=tmp_path)
    assert found.returncode == 1 and "UNDECIDED" in found.out and "GAP 1: yield goals that give your statement" in found.out


def test_without_its_gaps_the_file_is_the_theorem_again(tmp_path):
    address = "sam_implicit_regularizer/degenerate"                        # it has an erratum, which is not taken over
    file = new.write("again", address, tmp_path)
    lines = [line for line in file.read_text().splitlines()[3:] if "NotImplementedError" not in line]
    own = modules()[address].read_text().splitlines()
    changed = [line for line in lines if line not in own]
    assert len(lines) < len(own) and len(changed) <= 3 and "# an erratum of the printed theorem stood here" in changed
    assert '"again"' in "".join(changed) and 'source=Source("who, where")' in "".join(changed)


@pytest.mark.parametrize("name, like, told", [
    ("Bad-Name", None, "'Bad-Name' is no name for a claim: use lower-case letters, digits and _, starting with a letter"),
    ("lambda", None, "'lambda' means something else in Python or in the file; choose a name for what is claimed"),
    ("open", None, "'open' means something else"),
    ("theorem", None, "'theorem' means something else"),
    ("fine", "zz", "zz: no theorem has this address; there are commuting_mirror_equivalence, sam_implicit_regularizer, "),
    ("fine", "two_step_gd/loc", "two_step_gd/loc: no theorem has this address; the nearest are two_step_gd/local, "),
    ("fine", "mine.py", "mine.py: --like takes the address of a theorem of `qed list`; copy a file of your own"),
    ("taken", None, "taken_conjecture.py exists; nothing was written. Choose another name, or move it away"),
])
def test_what_cannot_be_written_is_told(tmp_path, name, like, told):
    (tmp_path/"taken_conjecture.py").write_text("mine")
    with pytest.raises(Unusable, match=re.escape(told)):
        new.write(name, like, tmp_path)
    assert (tmp_path/"taken_conjecture.py").read_text() == "mine" and len(list(Path(tmp_path).iterdir())) == 1
