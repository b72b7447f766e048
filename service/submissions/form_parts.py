"""Which parts of the script a site's form needs beyond the usual, by the switches of the site."""

from moderation.site import Site
from service.resources import Resources

PARTS = {"markdown": "markdown.mjs", "kinder": "kinder.mjs", "proof": "proof.mjs"}
"""The part for each switch of `moderation/form_switches.py`. The script loads it when the form is first seen."""


def asks_for_proof(resources: Resources, site: Site) -> bool:
    """Whether a comment needs a proof of work now: the site has the switch on, and is under a flood."""
    return site.form.proof and resources.floods.is_on(site.id, at=resources.now())


def form_parts(site: Site, *, with_proof: bool) -> list[str]:
    """The files that the script loads for this site's form, after it knows its token. with_proof: whether it asks
    for one now."""
    unused = () if with_proof else ("proof",)
    return [part for switch, part in PARTS.items() if getattr(site.form, switch) and switch not in unused]
