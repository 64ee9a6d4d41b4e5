"""What changed from one certificate to another: gained, changed, withdrawn."""


def changes(old, new):
    """{"since", "lists": {"Gained", "Changed", "Withdrawn"}}, claim by claim.

    Gained: HOLDS now and did not.  Withdrawn: HOLDS then and not now, or gone.
    Changed: HOLDS in both, with another statement, level or set of evidence.
    """
    before, after = _claims(old), _claims(new)
    lists = {"Gained": [], "Changed": [], "Withdrawn": []}
    for address in sorted(set(before) | set(after)):
        then, now = before.get(address), after.get(address)
        held, holds = (one is not None and one["verdict"] == "HOLDS" for one in (then, now))
        if holds and not held:
            lists["Gained"].append(f"{address}: {now['says']} ({'was ' + then['verdict'] if then else 'new'})")
        elif held and not holds:
            lists["Withdrawn"].append(f"{address}: {then['says']} ({'now ' + now['verdict'] + ': ' + now['because'] if now else 'gone'})")
        elif then and now:
            lists["Changed"] += [f"{address}: {difference}" for difference in _differences(then, now)]
    return {"since": old["made"], "lists": lists}


def _claims(certificate):
    return {claim["address"]: claim for theorem in certificate["theorems"] for claim in theorem["claims"]}


def _differences(then, now):
    if then["statement"] != now["statement"]:
        yield f"the statement was {then['text']} and is {now['text']}"
    for key in ("verdict", "level"):
        if then[key] != now[key]:
            yield f"the {key} was {then[key]} and is {now[key]}"
    addresses = [{one["address"] for one in claim["evidence"]} for claim in (then, now)]
    for word, found in (("new", addresses[1] - addresses[0]), ("no longer made", addresses[0] - addresses[1])):
        if found:
            yield f"{word}: {', '.join(sorted(found))}"


def told(found):
    """The lists as lines of text."""
    yield f"since {found['since']}"
    for word, lines in found["lists"].items():
        yield f"{word}: {len(lines)}"
        yield from (f"  {line}" for line in lines)
