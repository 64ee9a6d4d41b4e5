"""The console command `qed`.

Each command word is a module of this package with `add(word)`, which gives the word's parser its arguments
and sets `run`, a function of the parsed arguments that returns the exit status: 0 everything holds, 1 something
is refuted or undecided, 2 the input cannot be used.  Only the module of the word that was typed is imported.
"""

import argparse
import contextlib
import os
import sys
from errno import ENOSPC
from importlib import import_module

WORDS = {                          # word: (module, what the overview says of it)
    "verify": ("reports.verify", "certify theorems and conjectures"),
    "list": ("reports.listing", "list the theorems and their claims"),
    "explain": ("reports.explain", "show a statement, its proof and its evidence"),
    "report": ("reports.page", "write the certificates as a page"),
    "new": ("reports.new", "start a conjecture in a file of its own"),
    "falsify": ("reports.falsify", "search for an exact counterexample"),
    "bank": ("reports.bank", "count the false statements that were refuted"),
    "check": ("reports.recheck", "check a certificate file again, by other means"),
    "export": ("reports.export", "write polynomial goals for other provers"),
}
_UNUSABLE = 2


def main(arguments=None):
    """Run one command line; the exit status."""
    from theorems.kernel.loading.discover import Unusable
    arguments = sys.argv[1:] if arguments is None else arguments
    _open_outputs()
    options = parser(next((one for one in arguments if not one.startswith("-")), "")).parse_args(arguments)
    try:
        status = options.run(options)
        sys.stdout.flush()
        return status
    except Unusable as error:
        print(f"qed: {error}", file=sys.stderr)
        return _UNUSABLE
    except BrokenPipeError:        # the reader of our output, such as `head`, has seen enough
        _leave(1)
    except OSError as error:
        if error.filename is None and error.errno != ENOSPC:
            raise
        print(f"qed: {error.filename or 'the output'}: {error.strerror}", file=sys.stderr)
        if error.filename is None:
            _leave(_UNUSABLE)
        return _UNUSABLE
    except KeyboardInterrupt:
        print("\nqed: interrupted; finished claims are kept, the next run resumes from them", file=sys.stderr)
        _leave(130)


def _open_outputs():
    """Somewhere to print to, also where the shell has closed it (`>&-`), and for texts that it cannot show."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))
    sys.stdout.reconfigure(errors="replace")


def _leave(status):
    """End at once: threads that still guard a worker, and output that nobody takes, would be waited for."""
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    os._exit(status)


def parser(chosen=""):
    """The parser with every command word; only the chosen one's module is imported."""
    made = argparse.ArgumentParser(
        prog="qed", description="Certify theorems about the optimisers of machine learning: exact derivations, "
        "simulations from the definitions, refuted false variants.",
        epilog="Exit status: 0 everything holds; 1 something is refuted or undecided; 2 unusable input.")
    made.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    words = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for word, (module, told) in WORDS.items():
        own = words.add_parser(word, help=told)
        if word == chosen:
            import_module(module).add(own)
    return made


class _Version(argparse.Action):
    def __call__(self, parser, *_):
        from importlib.metadata import version
        print(f"demonstrandum {version('demonstrandum')}")
        parser.exit()
