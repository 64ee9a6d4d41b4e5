"""The certificate as JUnit XML: a suite per theorem, a test case per piece of evidence."""

from xml.etree import ElementTree

from reports import messages
from theorems.kernel.certificate import as_expected


def page(certificate):
    """The XML text; what is not as it should be is a failure, what could not be used an error."""
    suites = ElementTree.Element("testsuites", name="demonstrandum")
    for theorem in certificate["theorems"]:
        pieces = [(one, claim) for claim in theorem["claims"] for one in claim["evidence"]]
        pieces += [(one, None) for one in theorem["errata"]]
        failed = [one for one, _ in pieces if not as_expected(one)]
        suite = ElementTree.SubElement(suites, "testsuite", name=theorem["address"], tests=str(len(pieces)),
                                       failures=str(len(failed)), errors="0", time=theorem["seconds"])
        for one, claim in pieces:
            case = ElementTree.SubElement(suite, "testcase", classname=theorem["address"], name=one["address"],
                                          time=one.get("seconds", "0"))
            if not as_expected(one):
                ElementTree.SubElement(case, "failure", message=messages.heading(one, claim)).text = messages.finding(one, claim)
    for one in certificate["unusable"]:
        suite = ElementTree.SubElement(suites, "testsuite", name=one["address"], tests="1", failures="0", errors="1")
        case = ElementTree.SubElement(suite, "testcase", classname=one["address"], name="loads")
        ElementTree.SubElement(case, "error", message=one["reason"])
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"
