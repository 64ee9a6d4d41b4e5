"""Same digests everywhere: `python tests/matrix.py [FOLDER]`, environments being built in FOLDER.

Certifies eleven claims, which between them use every deciding method, every level and every kind
of evidence, under hash seeds 0 to 3, FLINT and pure-Python ground types, one and two workers,
the lowest and the newest dependencies that pyproject.toml allows, and each interpreter from 3.11
on that the machine has.  Prints what ran, and what could not and why.

Exit status 0 if all digests agree and all claims hold, else 1; the pieces that differ are named.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CLAIMS = (
    "sgd_trace_stability/equal_norms/at_the_bound",        # given, factor signs, algebraic relations, outside case
    "two_step_gd/teacher_student/sharpest",                # a limit
    "two_step_gd/teacher_student_printed/typical",         # samples
    "sam_statistical_error/comparison/orders",             # Bernstein coefficients, slack substitution
    "sgd_stable_minima_norms/relu_half_spaces/bound",      # even powers
    "sgd_trace_stability/weights/one_step",                # words
    "sgd_trace_stability/weights/weighted",                # Sturm count
    "sgd_stable_minima_norms/sign_data/least",             # discriminant
    "two_step_gd/quartic_range/landmarks",                 # balls
    "sgd_trace_stability/tight_frames/attained",           # combination of products
    "two_step_gd/product_settling/settling",               # a limit in an outside case
)
SECONDS = 900
PROBE = "import os, sys; print(os.path.realpath(sys.executable), *sys.version_info[:3], sys.implementation.name)"
PACKAGES = ("python", "sympy", "numpy", "scipy", "python-flint")


class NotRun(Exception):
    """A combination that this machine cannot run, and why."""


def digests(workers):
    """What a certificate of the claims says that must be the same everywhere, and its versions."""
    sys.path.insert(0, str(ROOT))
    from theorems.kernel.running.schedule import certify
    made = certify(CLAIMS, workers=workers)
    pieces = {one["address"]: [one["level"], one["verdict"], one["discrete"]] for theorem in made["theorems"]
              for claim in theorem["claims"] for one in claim["evidence"]}
    return {"digests": {one["address"]: one["digest"] for one in made["theorems"]}, "pieces": pieces,
            "unusable": made["unusable"], "versions": made["versions"], "summary": made["summary"]}


def interpreters():
    """{version: program} of the interpreters from 3.11 on: on the path, or of a version manager."""
    folders = [Path(sys.base_prefix)/"bin", *map(Path, os.environ.get("PATH", "").split(os.pathsep)),
               *(Path.home()/".pyenv"/"versions").glob("*/bin"), *(Path.home()/".local/share/uv/python").glob("*/bin")]
    found = {}
    for program in (one for folder in folders for one in sorted(folder.glob("python3.*"))):
        if re.fullmatch(r"python3\.\d+", program.name) and int(program.suffix[1:]) >= 11 and os.access(program, os.X_OK):
            probe = subprocess.run([program, "-c", PROBE], capture_output=True, text=True)
            real, *version, kind = probe.stdout.split() or ["", "", ""]
            if probe.returncode == 0 and kind == "cpython":
                found.setdefault(tuple(map(int, version)), real)
    return dict(sorted(found.items()))


def requirements(lowest):
    """The dependencies in pyproject.toml but those that print; the first version allowed of each, if `lowest`."""
    listed = tomllib.loads((ROOT/"pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    chosen = [one for one in listed if re.split(r"[<>=!~ ]", one)[0] not in ("jinja2", "latex2mathml", "rich")]
    return [re.sub(r">=([\d.]+).*", r"==\1", one) for one in chosen] if lowest else chosen


def built(program, folder, wanted):
    """The Python of a new environment with these packages; NotRun if the index has no wheels of them."""
    subprocess.run([program, "-m", "venv", "--without-pip", folder], check=True)
    made = folder/"bin"/"python"
    pip = subprocess.run([sys.executable, "-m", "pip", "--python", made, "install", "--quiet", "--no-compile",
                          "--only-binary", ":all:", *wanted], capture_output=True, text=True)
    if pip.returncode:
        errors = [line for line in pip.stderr.splitlines() if line.startswith("ERROR")]
        raise NotRun((errors or pip.stderr.splitlines() or ["pip failed"])[-1])
    return made


def environments(folder):
    """[(label, () -> its Python, [(seed, ground types, workers)])]; the first is the one that runs this."""
    here, found = sys.version_info[:3], interpreters()
    oldest = next(iter(found), here)
    made = [(f"this environment ({_text(here)})", lambda: sys.executable,
             [(0, "flint", 1), (1, "python", 2), (2, "python", 1), (3, "flint", 2)]),
            (f"lowest dependencies ({_text(oldest)})",
             lambda: built(found.get(oldest, sys.executable), folder/"lowest", requirements(True)),
             [(0, "python", 2), (3, "flint", 1)])]
    others = [version for version in found if version != here]
    for place, version in enumerate(others):
        made.append((f"newest dependencies ({_text(version)})",
                     lambda version=version: built(found[version], folder/_text(version), requirements(False)),
                     [((1, "flint", 2), (2, "python", 1))[place % 2]]))
    return made


def _text(version):
    return ".".join(map(str, version))


def run(program, combination, kept):
    """What one combination certifies, its store being empty."""
    seed, ground, workers = combination
    env = {**os.environ, "PYTHONHASHSEED": str(seed), "SYMPY_GROUND_TYPES": ground, "QED_CACHE": str(kept)}
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        env[name] = "1"
    done = subprocess.run([program, __file__, "--digests", str(workers)], env=env, cwd=ROOT, capture_output=True,
                          text=True, timeout=SECONDS)
    if done.returncode:
        raise RuntimeError(f"exit status {done.returncode}: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout)


def differences(one, other):
    """Pieces of evidence that two results do not say the same of, and theorems whose texts alone differ."""
    pieces = _differing(one["pieces"], other["pieces"])
    theorems = _differing(one["digests"], other["digests"])
    return [f"{address}: {said} and {says}" for address, said, says in pieces] + [
        f"{address}: its text or data, digests {said} and {says}" for address, said, says in theorems
        if not any(piece.startswith(f"{address}/") for piece, *_ in pieces)]


def _differing(one, other):
    return [(key, one.get(key), other.get(key)) for key in sorted({*one, *other}) if one.get(key) != other.get(key)]


def _environment(folder, label, make, combinations):
    try:
        program = make()
    except (NotRun, OSError, subprocess.CalledProcessError) as reason:
        return [(label, None, f"not run: {reason}") for _ in combinations]
    made = []
    for combination in combinations:
        with tempfile.TemporaryDirectory(dir=folder) as kept:
            try:
                made.append((label, combination, run(program, combination, kept)))
            except (RuntimeError, subprocess.TimeoutExpired) as reason:
                made.append((label, combination, f"failed: {reason}"))
    return made


def main(folder):
    """Run every combination, two environments at a time; print each; the exit status."""
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(_environment, folder, *one) for one in environments(folder)]
    results = [result for future in waiting for result in future.result()]
    reference = next((one for _, _, one in results if isinstance(one, dict)), None)
    status = int(reference is None)
    for label, combination, found in results:
        wrong, told = _judged(found, reference)
        status |= wrong
        settings = "" if combination is None else "seed {}, {} ground types, {} worker(s): ".format(*combination)
        print(f"{label}: {settings}{told}")
    return status


def _judged(found, reference):
    """(whether this fails the matrix, what to print)."""
    if isinstance(found, str):
        return found.startswith("failed"), found
    versions = ", ".join(f"{name} {found['versions'][name]}" for name in PACKAGES)
    held = found["summary"]["holds"] == found["summary"]["claims"] == len(CLAIMS) and not found["unusable"]
    differ = differences(reference, found)
    if held and not differ:
        return 0, f"same digests ({versions})"
    return 1, "\n  ".join([f"NOT the same ({versions})", str(found["summary"]), *map(str, found["unusable"]), *differ])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--digests"]:
        print(json.dumps(digests(int(sys.argv[2]))))
    elif len(sys.argv) > 1:
        Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
        sys.exit(main(Path(sys.argv[1]).resolve()))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            sys.exit(main(Path(scratch)))
