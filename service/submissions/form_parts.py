"""Which parts of the script a site's form needs beyond the usual, by the switches of the site."""

from moderation.site import Site

PARTS = {"markdown": "markdown.mjs", "kinder": "kinder.mjs", "proof": "proof.mjs"}
"""The part for each switch of `moderation/form_switches.py`. The script loads it when the form is first seen."""


def form_parts(site: Site, *, asks_for_proof: bool) -> list[str]:
    """The files that the script loads for this site's form, after it knows its token."""
    unused = () if asks_for_proof else ("proof",)
    return [part for switch, part in PARTS.items() if getattr(site.form, switch) and switch not in unused]
