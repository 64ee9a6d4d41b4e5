"""The kernel makes every verdict.  An hour's reading, in this order:

    statement   the words of a theorem module; `exact` refuses at its line what a declaration may not hold
    goals       what a proof may yield: data that cannot say of itself that it is true
    truth       whether a relation is true, false or undecided at exact values and balls
    domain      whether a case meets the assumptions and the declared sorts of its symbols
    values      one run of a measurement, and what it returns made into exact numbers and balls
    measure     a claim measured on one instance, in a sound laboratory and in spoiled ones
    runs        ... on all instances of a case, and on boxes, divided until every part is decided
    argue       the proof run on a statement, its goals decided one by one
    mutate      the statement changed in one place; `sharpness` decides what must become of each change
    rules       the only maker of `evidence`: what all these findings say of a claim
    certificate records, verdicts and digests, drawn from the evidence alone

`loading` finds a module, vets its text and what its functions see; `deciding` decides goals;
`running` carries results between processes and the store, and can make none.
"""
