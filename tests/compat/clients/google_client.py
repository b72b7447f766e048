"""Calls PyPI's `google-api-python-client`, which makes its methods from the description, and prints the answers."""

import json
import sys

from googleapiclient import discovery
from googleapiclient.errors import HttpError

URL, KEY = sys.argv[1:]
known = discovery.build(
    "commentanalyzer",
    "v1alpha1",
    developerKey=KEY,
    discoveryServiceUrl=f"{URL}/$discovery/rest?version=v1alpha1",
    static_discovery=False,
)


def analyze(text, attribute="TOXICITY", **more):
    body = {"comment": {"text": text}, "requestedAttributes": {attribute: {}}, **more}
    return known.comments().analyze(body=body).execute()["attributeScores"][attribute]


def refusal():
    try:
        analyze("A word.", "FUN")
    except HttpError as error:
        return [error.status_code, error.reason]


both = analyze("Thank you! You are a stupid idiot.", spanAnnotations=True)
suggestion = {
    "comment": {"text": "Thank you, the bread turned out well."},
    "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}},
    "clientToken": "42",
}
print(
    json.dumps(
        {
            "insult": analyze("You are a stupid idiot.")["summaryScore"]["value"],
            "thanks": analyze("Thank you, the bread turned out well.")["summaryScore"]["value"],
            "spans": [[span["begin"], span["end"]] for span in both["spanScores"]],
            "suggested": known.comments().suggestscore(body=suggestion).execute(),
            "refused": refusal(),
        }
    )
)
