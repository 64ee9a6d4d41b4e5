"""What counts as a refusal: an exception that `numerics` raises itself, in a sentence."""

import traceback
import warnings
from pathlib import Path

import numerics

NUMERICS = Path(numerics.__file__).resolve().parent


def refusal(call, *arguments):
    """None if the call returns, else its exception, which must be a sentence raised by `numerics` itself."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", "overflow encountered")      # an infinity says so itself
            call(*arguments)
    except (ValueError, TypeError, ArithmeticError, LookupError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        inside = NUMERICS in Path(last.filename).resolve().parents and last.line.startswith("raise")
        assert inside and not isinstance(error, Warning), f"{type(error).__name__} from {last.filename}:{last.lineno}: {error}"
        assert len(str(error).split()) >= 4, f"{last.filename}:{last.lineno}: {error}"
        return error
