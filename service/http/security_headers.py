"""Security headers on every response. Views with pages set their own content policy; the default loads nothing."""

from flask import Flask, Response

from moderation.config.settings import Settings

STRICT = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'"}


def content_policy(**sources: str) -> str:
    """A Content-Security-Policy that allows only the named sources: `content_policy(style_src="'self'")`."""
    named = {name.replace("_", "-"): allowed for name, allowed in sources.items()}
    return "; ".join(f"{name} {allowed}" for name, allowed in {**STRICT, **named}.items())


NOTHING = content_policy()


def defaults_of(settings: Settings) -> dict[str, str]:
    """The security headers of every response that does not set its own."""
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
    """Add the security headers that a response has not set itself."""
    defaults = defaults_of(settings)

    @app.after_request
    def set_headers(response: Response) -> Response:
        present = {name.lower() for name, _ in response.headers}
        for name, value in defaults.items():
            if name.lower() not in present:
                response.headers.add(name, value)
        return response
