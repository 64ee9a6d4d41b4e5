"""What changed from one certificate to another: gained, changed, withdrawn."""

from theorems.kernel.loading.discover import under


def changes(old, new):
    """{"since", "lists": {"Gained", "Changed", "Withdrawn"}}, claim by claim, then assumptions and errata.

    Gained: HOLDS now and did not.  Withdrawn: HOLDS then and not now, or gone.
    Changed: all else that differs: statement, scope, verdict, level, mutants refuted, set of evidence.
    """
    before, after = _claims(old), _claims(new)
    lists = {"Gained": [], "Changed": [], "Withdrawn": []}
    for address in sorted(set(before) | set(after)):
        then, now = before.get(address), after.get(address)
        held, holds = (one is not None and one["verdict"] == "HOLDS" for one in (then, now))
        if holds and not held:
            lists["Gained"].append(f"{address}: {now['says']} ({'was ' + then['verdict'] if then else 'new'})")
        elif held and not holds:
            reason = f"now {now['verdict']}: {now['because']}" if now else "gone"
            lists["Withdrawn"].append(f"{address}: {then['says']} ({reason})")
        elif then and now:
            lists["Changed"] += [f"{address}: {difference}" for difference in _differences(then, now)]
        else:
            lists["Changed"].append(f"{address}: {'new, ' + now['verdict'] if now else 'gone, was ' + then['verdict']}")
    lists["Changed"] += _around(old, new)
    return {"since": old["made"], "lists": lists}


def within(certificate, targets, kept):
    """A certificate's theorems that the targets name, or that are among the addresses kept."""
    theorems = [one for one in certificate["theorems"] if one["address"] in kept or not targets
                or any(under(target, one["address"]) for target in targets)]
    return {**certificate, "theorems": theorems}


def _claims(certificate):
    return {claim["address"]: claim for theorem in certificate["theorems"] for claim in theorem["claims"]}


def _differences(then, now):
    for key, shown in (("statement", "text"), ("scope", "scope"), ("verdict", "verdict"), ("level", "level")):
        if then[key] != now[key]:
            yield f"the {key} was {then[shown]} and is {now[shown]}"
    counts = [f"{one['mutants']['refuted']} of {one['mutants']['total']}" for one in (then, now)]
    if counts[0] != counts[1]:
        yield f"mutants refuted were {counts[0]} and are {counts[1]}"
    yield from _added("evidence ", *({one["address"] for one in claim["evidence"]} for claim in (then, now)))


def _around(old, new):
    """What differs beside the claims of the theorems that both hold."""
    before, after = ({theorem["address"]: theorem for theorem in one["theorems"]} for one in (old, new))
    for address in sorted(set(before) & set(after)):
        pair = before[address], after[address]
        for difference in (*_added("assumption ", *({one["text"] for one in theorem["assumes"]} for theorem in pair)),
                           *_added("erratum ", *({one["address"] for one in theorem["errata"]} for theorem in pair))):
            yield f"{address}: {difference}"


def _added(what, then, now):
    for word, found in (("new", now - then), ("no longer made", then - now)):
        if found:
            yield f"{what}{word}: {', '.join(sorted(found))}"


def told(found):
    """The lists as lines of text."""
    yield f"since {found['since']}"
    for word, lines in found["lists"].items():
        yield f"{word}: {len(lines)}"
        yield from (f"  {line}" for line in lines)
