"""What the text of a theorem module may not hold; refused before it runs, with the line and the mend.

Floats, other libraries, the kernel's insides, and whatever is kept between two calls of a
measurement.  This keeps slips and short cuts out of a module that is read; it is no
sandbox for hostile code.
"""

import ast
import importlib
from functools import lru_cache
from types import FunctionType, ModuleType

LIBRARIES = {"sympy": None, "mpmath": {"mp", "mpf"}, "fractions": None, "itertools": None,
             "functools": {"cache", "lru_cache", "partial", "reduce"}, "collections": None, "math": {"comb", "factorial", "gcd", "isqrt", "lcm", "perm", "prod"}}
HIDDEN = {"numerics.laboratory": "a measurement is handed its laboratory", "numerics.chance": "a sampling is handed its rng",
          "numerics.limits": "the kernel takes limits", "theorems.kernel": "import the public names from `theorems`"}
DRAWN = "a sampling's float arrays come from its rng: 2*rng.integers(0, 2, count)/1 - 1 for signs, 0*rng.random(count) for zeros"
FLOATS = {"N", "Float", "RealNumber"}
NAMES = {**dict.fromkeys(("eval", "exec", "compile", "__import__", "open", "input", "breakpoint"), "it runs or reads what nobody sees"),
         **dict.fromkeys(("globals", "locals", "vars", "getattr", "setattr", "delattr"), "write the name itself"),
         "type": "it makes classes too; ask with isinstance, or `.is_Add` and the like",
         **dict.fromkeys(("float", "complex"), f"53 bits would pass for exact; use mp functions, Rational or balls; {DRAWN}")}
INSIDES = {f"{prefix}_{part}" for prefix in ("gi", "cr", "ag", "tb", "f")
           for part in ("frame", "back", "globals", "locals", "builtins", "code", "next")}
INSIDES |= {"format", "format_map", "send", "throw", "cache_info", "cache_parameters"}    # text that reads attributes; counters
GROWS = {"append", "appendleft", "extend", "extendleft", "insert", "add", "update", "setdefault"}
CHANGES = GROWS | {"pop", "popleft", "popitem", "remove", "discard", "clear", "sort", "reverse", "rotate", "subtract", "move_to_end",
                   "difference_update", "intersection_update", "symmetric_difference_update", "fill", "row_del", "col_del",
                   "row_op", "col_op", "row_swap", "col_swap", "zip_row_op", "copyin_list", "copyin_matrix"}
LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@lru_cache(maxsize=32)             # a module is looked at for faults, imports and loops
def parsed(text, name):
    """The syntax tree of a file's text; nobody changes it."""
    return ast.parse(text, name)


def faults(tree):
    """(line, what is wrong and how to mend it) of everything that a theorem module may not hold."""
    found = [fault for node in ast.walk(tree) if type(node) is not ast.Load for fault in _here(node)]
    found += [fault for function in _outermost(tree) for fault in _kept(function, set())]
    return sorted(found) or sorted(_opened(tree))


def _here(node):
    line = getattr(node, "lineno", 0)
    if isinstance(node, ast.Constant) and isinstance(node.value, (float, complex)):
        yield line, (f"the float literal {node.value}: 53 bits would pass for exact; write Rational(p, q) or mp.mpf('...'); "
                     f"{DRAWN}")
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _is_integer(node.right) and node.right.value == 0:
        yield line, f"{ast.unparse(node)} divides by zero"
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _is_integer(node.left) and _is_integer(node.right):
        yield line, f"{ast.unparse(node)} is a float in Python; write Rational({ast.unparse(node.left)}, {ast.unparse(node.right)})"
    elif isinstance(node, ast.Import):
        for alias in node.names:
            yield from ((line, what) for what in _whole_import(alias.name))
    elif isinstance(node, ast.ImportFrom):
        yield from ((line, what) for what in _from_import("."*node.level + (node.module or ""), node.names))
    elif isinstance(node, ast.Name) and (node.id in NAMES or node.id.startswith("__")):
        yield line, f"`{node.id}` may not be used in a theorem module: {NAMES.get(node.id, 'it reaches into Python')}"
    elif isinstance(node, ast.keyword) and (node.arg or "").startswith("_"):
        yield line, f"the keyword `{node.arg}` reaches into Python's or a library's insides"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Function" and len(node.args) > 1:
        yield line, f"{ast.unparse(node)} makes a class; a Function has a name and assumptions alone"
    elif isinstance(node, ast.ClassDef):
        yield line, f"the class `{node.name}`: a theorem module holds data and functions; no rule looks into its objects"
    elif isinstance(node, ast.MatchClass):
        yield line, f"`{ast.unparse(node)}` reads attributes that no rule sees; write them by name"
    elif isinstance(node, ast.Attribute):
        yield from ((line, what) for what in _attribute(node))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("n", "N", "evalf"):
        yield line, f"`.{node.func.attr}()` makes floats: write exact numbers, and mp functions in observations"
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        yield line, f"`{', '.join(node.names)}` would be kept between calls; a function may depend on its arguments only"


def _opened(tree):
    """What is imported, or read from what is imported, that is a module or belongs to one that may not be imported."""
    modules, faults = {}, []                                   # name: the module it is bound to
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name: _member(None, alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module.split(".")[0] in ("numerics", *LIBRARIES):
            home = _member(None, node.module)
            for alias in node.names if home else ():           # what is not there is told when the module is run
                found = _member(home, alias.name)
                faults += [(node.lineno, fault) for fault in _stranger_in(home, alias.name, found)]
                if isinstance(found, ModuleType):
                    modules[alias.asname or alias.name] = found
    opened = {id(node.value): node for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        name = node.arg if isinstance(node, ast.arg) else getattr(node, "id", None) if isinstance(node, ast.Name) else None
        if name not in modules:
            continue
        if id(node) not in opened:
            faults.append((node.lineno, f"`{name}` is a module, of which parts are used by name, `{name}.part`; call nothing else so"))
        else:
            part = opened[id(node)].attr
            found = getattr(modules[name], part, None)
            faults += [(node.lineno, fault) for fault in _stranger_in(modules[name], part, found, deeper=False)]
    return faults


def _member(home, name):
    """A module, or what one holds under a name; None where there is none."""
    try:
        return (home and getattr(home, name, None)) or importlib.import_module(f"{home.__name__}.{name}" if home else name)
    except ImportError:
        return None


def _stranger_in(home, name, found, deeper=True):
    if isinstance(found, ModuleType):
        if not (deeper and home.__name__.split(".")[0] == "numerics" and found.__name__ == f"{home.__name__}.{name}"):
            yield f"`{name}` of {home.__name__} is a module; import what is used, by name"
        return
    origin = getattr(found, "__module__", None) if isinstance(found, (type, FunctionType)) else None
    allowed = LIBRARIES.get(origin)
    for hidden, mend in HIDDEN.items():
        if origin and f"{origin}.".startswith(f"{hidden}."):
            yield f"`{name}` of {home.__name__} comes from `{hidden}`, which may not be imported by a theorem module: {mend}"
    if allowed is not None and found.__name__ not in allowed:
        yield _stranger(f"{origin}.{found.__name__}")
    if origin and origin.split(".")[0] not in (*LIBRARIES, "numerics", "theorems", "flint", "builtins", "abc", "typing"):
        yield _stranger(f"{origin}.{name}")


def _is_integer(node):
    return isinstance(node, ast.Constant) and type(node.value) is int


def _whole_import(name):
    known = name.split(".")[0] in (*LIBRARIES, "numerics", "theorems")
    if name != "sympy":
        yield f"`import {name}` opens all of it; write `from {name} import ...`" if known else _stranger(name)


def _from_import(module, aliases):
    names = {alias.name for alias in aliases}
    top = module.split(".")[0]
    if "*" in names:
        yield f"`from {module} import *` hides what is used; name it"
    for hidden, mend in HIDDEN.items():
        if f"{module}.".startswith(f"{hidden}.") or any(f"{module}.{name}" == hidden for name in names):
            yield f"`{hidden}` may not be imported by a theorem module: {mend}"
    if not top:
        yield "a relative import; write the whole name, theorems.<result>.<module>"
    elif module.startswith("sympy."):
        yield f"`{module}` is a part of SymPy; import from sympy itself"
    elif top == "sympy" and names & FLOATS:
        yield f"`{', '.join(sorted(names & FLOATS))}` makes floats: write exact numbers, and mp functions in observations"
    elif top not in ("numerics", "theorems", "sympy") and (LIBRARIES.get(module, ()) is not None
                                                           and not names <= set(LIBRARIES.get(module, ()))):
        yield _stranger(f"{module}.{', '.join(sorted(names - set(LIBRARIES.get(module, ()))))}")
    private = sorted(name for name in names if name.startswith("_"))
    if private:
        yield f"`{', '.join(private)}` of {module} is private"


def _stranger(name):
    return (f"`{name}` may not be imported by a theorem module; it may use sympy, mpmath.mp, numerics, theorems, "
            f"fractions, itertools, collections, functools.cache, lru_cache, partial and reduce, "
            f"and the integer functions of math"
            + f"; {DRAWN}"*(name.split(".")[0] == "numpy"))


def _attribute(node):
    if isinstance(node.ctx, (ast.Store, ast.Del)):
        yield f"`{ast.unparse(node)}` is assigned: a theorem module changes no object that others use"
    elif node.attr.startswith("_") or node.attr in INSIDES:
        yield f"`.{node.attr}` reaches into Python's or the project's insides"


def _outermost(tree):
    waiting = list(ast.iter_child_nodes(tree))
    while waiting:
        node = waiting.pop()
        if isinstance(node, FUNCTIONS):
            yield node
        else:
            waiting.extend(ast.iter_child_nodes(node))


def _kept(function, known):
    """Changes that a function makes to objects that outlive its call."""
    arguments = function.args
    for default in [*arguments.defaults, *filter(None, arguments.kw_defaults)]:
        if isinstance(default, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)):
            yield default.lineno, "a default that can be changed is kept between calls; use None or a tuple"
    own = {one.arg for one in ast.walk(arguments) if isinstance(one, ast.arg)}
    own |= {one.id for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    known = known | own
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if isinstance(node, FUNCTIONS):
            yield from _kept(node, known)
            continue
        changed = _changed(node)
        if changed is not None and changed not in known:
            yield node.lineno, f"`{changed}` is changed and kept between calls; a function may depend on its arguments only"
        waiting.extend(ast.iter_child_nodes(node))


def _changed(node):
    """The name whose object this node changes, or None."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return _root(node.value)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id == "next" and node.args:
            return _root(node.args[0])
        if isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
            return _root(node.func.value)
    return None


def _root(node):
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def iterations(tree):
    """{line: text} of each assignment in a loop by which a variable follows from its own last value.

    A running sum or product (`total += term`) is none, nor is what a laboratory's tool returns.
    """
    found = {}
    for loop in ast.walk(tree):
        if isinstance(loop, LOOPS):
            steps = [step for part in getattr(loop, "body", [loop]) for node in ast.walk(part) for step in _steps(node)]
            for line, text, target, _ in steps:
                if _returns(target, target, steps):
                    found.setdefault(line, text)
    return found


def _steps(node):
    """(line, text, target, names read) for each variable that an assignment sets, or a list that grows."""
    if isinstance(node, ast.AugAssign):
        yield node.lineno, ast.unparse(node), _root(node.target), _read(node.value)
    elif isinstance(node, (ast.Assign, ast.NamedExpr)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {_root(one) for target in targets for one in ast.walk(target)
                 if isinstance(one, (ast.Name, ast.Subscript)) and isinstance(one.ctx, ast.Store)}
        for name in sorted(names - {None}):
            yield node.lineno, ast.unparse(node), name, _read(node.value) - _added_to(node.value, name)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in GROWS:
        name = _root(node.func.value)
        for value in node.args:
            yield node.lineno, ast.unparse(node), name, _read(value) - _added_to(value, name)


def _read(node):
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _added_to(node, name):
    """{name} if the value is `name` plus or times something without it: a running sum or product."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        ends = [node.left, node.right]
        plain = [_root(end) == name for end in ends]
        if any(plain) and name not in _read(ends[plain.index(True) - 1]):
            return {name}
    return set()


def _returns(start, goal, steps):
    seen, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        for _, _, target, read in steps:
            if target == name:
                if goal in read:
                    return True
                waiting += read - seen
                seen |= read
    return False
