"""Security headers on every answer. A face that shows pages states its own content policy; the rest loads nothing."""

from flask import Flask, Response

from moderation.config.settings import Settings

STRICT = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'"}


def content_policy(**sources: str) -> str:
    """A Content-Security-Policy that allows nothing but what is named: `content_policy(style_src="'self'")`."""
    named = {name.replace("_", "-"): allowed for name, allowed in sources.items()}
    return "; ".join(f"{name} {allowed}" for name, allowed in {**STRICT, **named}.items())


NOTHING = content_policy()


def defaults_of(settings: Settings) -> dict[str, str]:
    """The headers of every answer that does not set them itself."""
    defaults = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": NOTHING,
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    if settings.public_url.startswith("https://"):
        defaults["Strict-Transport-Security"] = "max-age=31536000"
    return defaults


def protect(app: Flask, settings: Settings) -> None:
    """Set the headers that an answer has not set itself."""
    defaults = defaults_of(settings)

    @app.after_request
    def set_headers(response: Response) -> Response:
        there = {name.lower() for name, _ in response.headers}
        for name, value in defaults.items():
            if name.lower() not in there:
                response.headers.add(name, value)
        return response
