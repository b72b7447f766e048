"""The description of Perspective's API in Google's discovery format, as far as client libraries read it."""

from typing import Any

Tree = dict[str, Any]

_TEXT: Tree = {"type": "string"}
_OBJECT: Tree = {"type": "object", "additionalProperties": {"type": "any"}}


def discovery(public_url: str) -> Tree:
    """The description, with this installation as the host."""
    root = public_url.rstrip("/") + "/"
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": "commentanalyzer:v1alpha1",
        "name": "commentanalyzer",
        "version": "v1alpha1",
        "title": "Perspective Comment Analyzer API",
        "description": "Scores texts; answered by Rejoinder.",
        "protocol": "rest",
        "rootUrl": root,
        "baseUrl": root,
        "servicePath": "",
        "basePath": "",
        "batchPath": "batch",
        "parameters": {
            "key": {**_TEXT, "location": "query", "description": "The API key."},
            "calibration": {**_TEXT, "location": "query", "enum": ["probability"], "enumDescriptions": [""]},
        },
        "schemas": {name: _schema(name, properties) for name, properties in _SCHEMAS.items()},
        "resources": {
            "comments": {
                "methods": {
                    "analyze": _method("analyze", "AnalyzeComment"),
                    "suggestscore": _method("suggestscore", "SuggestCommentScore"),
                }
            }
        },
    }


def _schema(name: str, properties: Tree) -> Tree:
    return {"id": name, "type": "object", "properties": properties}


def _method(name: str, schema: str) -> Tree:
    path = f"v1alpha1/comments:{name}"
    return {
        "id": f"commentanalyzer.comments.{name}",
        "path": path,
        "flatPath": path,
        "httpMethod": "POST",
        "parameters": {},
        "parameterOrder": [],
        "request": {"$ref": f"{schema}Request"},
        "response": {"$ref": f"{schema}Response"},
    }


_COMMENT: Tree = {"$ref": "TextEntry"}
_TEXTS: Tree = {"type": "array", "items": _TEXT}
_SCHEMAS: dict[str, Tree] = {
    "TextEntry": {"text": _TEXT, "type": _TEXT},
    "AnalyzeCommentRequest": {
        "comment": _COMMENT,
        "requestedAttributes": _OBJECT,
        "context": _OBJECT,
        "languages": _TEXTS,
        "spanAnnotations": {"type": "boolean"},
        "doNotStore": {"type": "boolean"},
        "dropUnsupportedAttributes": {"type": "boolean"},
        "clientToken": _TEXT,
        "communityId": _TEXT,
        "sessionId": _TEXT,
    },
    "AnalyzeCommentResponse": {
        "attributeScores": _OBJECT,
        "languages": _TEXTS,
        "detectedLanguages": _TEXTS,
        "clientToken": _TEXT,
    },
    "SuggestCommentScoreRequest": {
        "comment": _COMMENT,
        "attributeScores": _OBJECT,
        "context": _OBJECT,
        "languages": _TEXTS,
        "clientToken": _TEXT,
        "communityId": _TEXT,
        "sessionId": _TEXT,
    },
    "SuggestCommentScoreResponse": {"clientToken": _TEXT},
}
