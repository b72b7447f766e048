"""Calls PyPI's `openai` and prints what its moderations return."""

import json
import sys

import openai

URL, KEY = sys.argv[1:]
known = openai.OpenAI(base_url=f"{URL}/v1", api_key=KEY, max_retries=0)


def moderate(given):
    answer = known.moderations.create(model="omni-moderation-latest", input=given)
    return [result.model_dump(by_alias=True) for result in answer.results]


def refusal():
    try:
        openai.OpenAI(base_url=f"{URL}/v1", api_key="rj_wrong", max_retries=0).moderations.create(input="A word.")
    except openai.AuthenticationError as error:
        return error.status_code


print(
    json.dumps(
        {
            "one": moderate("You are a stupid idiot, shut up."),
            "two": moderate(["Thank you, the bread turned out well.", "You are a stupid idiot, shut up."]),
            "parts": moderate([{"type": "text", "text": "Thank you, the bread turned out well."}]),
            "refused": refusal(),
        }
    )
)
