"""The reader's language, chosen in one place: the `lang` that the page asks for, else the browser's, else English.

A form without JavaScript sends its own language as `lang`; the script sends that of its page as Accept-Language. The
dashboard is shown in a language that has a catalogue for it, even if there is one for the public pages.
"""

from functools import lru_cache
from typing import Any

from flask import Flask, Response, g, has_request_context, request
from markupsafe import Markup

from moderation.messages import (
    DASHBOARD,
    PUBLIC,
    SOURCE_LANGUAGE,
    Message,
    Translator,
    best_language,
    catalogue,
    direction,
    render,
)

LANG = "lang"
"""The query parameter and form field with a BCP 47 tag. An unsupported one is ignored."""


def translator() -> Translator:
    """The translator for whoever reads the answer to this request; English outside of a request."""
    if not has_request_context():
        return catalogue(SOURCE_LANGUAGE)
    found: Translator | None = g.get("translator")
    if found is None:
        found = g.translator = catalogue(_chosen_language())
    return found


def ask_for_language(tag: str) -> None:
    """Answer this request in the language of its form, unless the URL asks for another."""
    g.form_language = tag
    g.pop("translator", None)


def text_of(message: Message) -> str:
    """The message in the reader's language."""
    return render(message, translator())


def _(text: str, /, **params: Any) -> str:
    """An English text in the reader's language, its placeholders filled."""
    translated = translator().gettext(text)
    return translated % params if params else translated


def _in_html(text: str, /, **params: Any) -> Markup:
    """What `_()` is in a template: parameters are escaped. A list has hundreds, and Jinja's own takes longer."""
    said = _in_markup(translator(), text, bool(params))
    return said % params if params else said


@lru_cache(maxsize=8192)
def _in_markup(reader: Translator, text: str, has_params: bool) -> Markup:
    said = Markup(reader.gettext(text))  # noqa: S704 - a text of ours, in which translators may use markup
    return said if has_params else said % {}


def ngettext(singular: str, plural: str, n: int, /, **params: Any) -> str:
    """An English text in the reader's language and in the form that `n` needs; `n` is also a placeholder."""
    return translator().ngettext(singular, plural, n) % {"n": translator().number(n), **params}


def _chosen_language() -> str:
    wanted = [_language_in_url(), g.get("form_language", "")]
    wanted += [tag for tag, quality in request.accept_languages if quality > 0]
    domain = DASHBOARD if request.blueprint == "dashboard" else PUBLIC
    return best_language(filter(None, wanted), domain) or SOURCE_LANGUAGE


def _language_in_url() -> str:
    try:
        return request.args.get(LANG, "")
    except UnicodeDecodeError:  # the answer says so; this only chooses its language
        return ""


def install_translations(app: Flask) -> None:
    """Give the templates `_()`, `ngettext()` and `number()`; mark each answer in the reader's language for caches."""
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: translator().gettext(text),
        lambda singular, plural, n: translator().ngettext(singular, plural, n),
        newstyle=True,
        pgettext=lambda context, text: translator().pgettext(context, text),
    )
    env.globals["_"] = _in_html
    env.filters["number"] = lambda value: translator().number(value)
    env.filters["text"] = text_of

    @app.context_processor
    def language_of_page() -> dict[str, object]:
        language = translator().language
        return {"language": language, "direction": direction(language)}

    @app.after_request
    def vary_by_language(response: Response) -> Response:
        if "translator" in g:
            response.vary.add("Accept-Language")
        return response
