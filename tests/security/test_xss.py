"""Hostile text in every field that anybody can fill in, and every page that shows one of them, in a real browser.

The pages are opened with their content policy, and then without it: escaping and policy must each be enough alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map

from moderation import appeal_review, author_rights, passkeys, report_review, review
from moderation.accounts import Role
from moderation.bulk_runs import begin_run
from moderation.comment import Comment, Email, ThreadRef
from moderation.decided_by import DecidedBy
from moderation.decision import Action, Reason
from moderation.form_switches import FormSwitches
from moderation.intake import status_token
from moderation.mail.links import DecisionLink, confirm_token, decision_token, stop_token, unfollow_token
from moderation.outbox.delivery import Attempt
from moderation.passkey import Credential
from moderation.policy import Policy, WordRule
from moderation.queue import Search
from moderation.report_review import NewReport
from moderation.review import DecisionRequest
from moderation.score import Evidence
from moderation.webhooks.endpoint import ENDPOINT_EVENTS
from service.api.routes import ROUTES
from service.auth.actors import SESSION_COOKIE
from tests.browser.conftest import Host, Live, Service, _opened
from tests.builders import ADA, DAY, RecordingDispatch, a_score, a_site, a_submission, received, settled
from tests.moderation.store.announcing import claim
from tests.security.payloads import ALL, ONE_SEGMENT, PAYLOADS
from tests.waiting import eventually

pytestmark = pytest.mark.slow

EVIL_NAME = '"><img src=x onerror=window.xss=1>{{7*7}}'
SHOWN = "{{7*7}}{%if 1%}49{%endif%}"
"""Part of the payloads: where it stands on a page as it is, the others do too."""

FILES = {"dashboard.static", "dashboard.download_audit", "embed.script", "embed.module", "embed.types"}
FILES |= {"embed.styles", "embed.page_styles", "embed.kept_file", "embed.preview_styles", "embed.preview_script"}
FILES |= {"embed.download_my_data", "embed.download_my_page"}
FILES |= {"embed.give_figures", "embed.download_figures", "dashboard.download_report", "dashboard.download_insights"}

DANGERS = """() => {
  const found = [], urls = ["href", "src", "action", "formaction", "data", "xlink:href"];
  for (const node of document.querySelectorAll("*")) {
    for (const { name, value } of node.attributes) {
      if (/^on|^srcdoc$/i.test(name)) found.push(`${node.tagName} ${name}=${value}`);
      if (!urls.includes(name) || value === "data:,") continue;
      if (!/^https?:$/.test(new URL(value, location).protocol)) found.push(`${node.tagName} ${name}=${value}`);
    }
  }
  const foreign = "base, iframe:not(#preview), object, embed, template:not(#reject-form, #answer-form), " +
    "math, video, style, svg:not([viewBox]), body [style]:not(pre), meta[http-equiv]:not([content='2']), " +
    "script:not([src]), [src^='//'], link[href^='//'], form[action^='//']";
  for (const node of document.querySelectorAll(foreign)) found.push(node.outerHTML);
  if (window.xss) found.push("it ran");
  return [...found, ...(window.reports || [])];
}"""


@dataclass(frozen=True)
class Attacked:
    """A site whose every text is hostile.

    all_in_one: a rejected comment whose every field has all payloads. waiting: an edited one that waits.
    """

    service: Service
    host: Host
    all_in_one: Comment
    waiting: Comment
    reported: str
    cookie: str
    moderator: str
    mailbox: str


@pytest.fixture
def attacked(service: Service, host: Host) -> Attacked:
    """Hostile comments in every state, by hostile authors, decided by a hostile moderator under hostile rules."""
    rules = Policy(words=tuple(WordRule(each) for each in PAYLOADS))
    service.store.write(lambda uow: uow.sites.change(a_site(name=ALL, origins=service.site.origins, policy=rules)))
    moderator = service.store.write(
        lambda uow: uow.accounts.add_moderator(EVIL_NAME, Role.OWNER, ["demo"], at=_now())
    )
    cookie = service.store.write(
        lambda uow: uow.accounts.issue_sign_in(moderator, kind="session", lifetime=timedelta(days=1), at=_now())
    )
    service.store.write(
        lambda uow: uow.endpoints.add("demo", url=f"https://hooks.example/{ALL}", events=ENDPOINT_EVENTS, at=_now())
    )
    reported = _publish_a_thread(service)
    new = NewReport("demo", reported, ALL, Reason.ABUSE, ALL[:1000])
    report_review.report(service.store, RecordingDispatch(), new, at=_now())
    comments = [_comment(service, text) for text in PAYLOADS]
    for comment in comments[1::3]:  # a third for each tab, so that each fits a page
        _decide(service, comment, Action.APPROVE)
    all_in_one = _comment(service, ALL)
    for comment in (*comments[2::3], all_in_one):
        _decide(service, comment, Action.REJECT, Reason.SPAM)
    _fail_deliveries(service)
    appealed = _comment(service, ALL)
    _decide(service, appealed, Action.REJECT, Reason.ABUSE)
    appeal_review.appeal(service.store, RecordingDispatch(), appealed.id, ALL[:1000], at=_now())
    author_rights.edit(service.store, RecordingDispatch(), comments[0].id, ALL, at=_now())
    service.store.write(lambda uow: uow.second_looks.ask("demo", {all_in_one.id: "mod_evil"}, at=_now()))
    service.store.write(lambda uow: passkeys.add(uow, moderator, ALL[:100], Credential(b"id", b"key", 0), at=_now()))
    return Attacked(service, host, all_in_one, comments[0], reported, cookie, moderator, _mailbox(service, moderator))


@pytest.fixture(params=[False, True], ids=["with its policy", "without its policy"])
def visitor(request: pytest.FixtureRequest, browser: Browser, attacked: Attacked) -> Iterator[Page]:
    """A tab of a moderator's browser. It asserts in the end that no dialog opened."""
    contexts = _opened(browser, bypass_csp=request.param)
    context: BrowserContext = next(contexts)
    context.add_cookies([{"name": SESSION_COOKIE, "value": attacked.cookie, "url": attacked.service.url}])
    yield context.new_page()
    next(contexts, None)


def test_no_text_becomes_markup_or_code_on_any_page(visitor: Page, attacked: Attacked) -> None:
    on_pages = {}
    for url, has_text in addresses(attacked):
        visitor.goto(url)
        on_pages[url] = dangers(visitor, has_text=has_text)
    assert {url[:200]: problems for url, problems in on_pages.items() if problems} == {}

    in_answers = {name: dangers(visitor, has_text=has_text) for name, has_text in forms(visitor, attacked)}
    assert {name: problems for name, problems in in_answers.items() if problems} == {}


def test_where_a_site_uses_markdown_no_text_becomes_more_than_its_elements(visitor: Page, attacked: Attacked) -> None:
    attacked.service.store.write(
        lambda uow: uow.sites.change(replace(uow.sites.get("demo"), form=FormSwitches(markdown=True)))
    )
    url, host = attacked.service.url, attacked.host
    threads = [f"{url}/v1/sites/demo/threads/%2Fdemo/comments{kind}" for kind in (".html", ".atom", ".md", "")]
    form, report = f"{url}/sites/demo/form?thread=/demo", f"{url}/sites/demo/report?comment={attacked.reported}"

    on_pages = {}
    for each in (f"{url}/demo", host.page(host.script(thread="/demo")), form, report, *threads):
        visitor.goto(each)
        on_pages[each] = dangers(visitor, has_text=False)

    assert {each: problems for each, problems in on_pages.items() if problems} == {}


def test_every_page_of_the_url_map_is_opened(attacked: Attacked, live_service: Live) -> None:
    urls = live_service.app.url_map
    at_all = {rule.endpoint for rule in urls.iter_rules() if "GET" in (rule.methods or ())}
    pages = {name for name in at_all if name.startswith(("dashboard.", "embed."))} - FILES
    pages |= {route.view.__name__ for route in ROUTES if route.kind == "text/html"}

    paths = [urlsplit(url).path for url, _ in addresses(attacked) if url.startswith(attacked.service.url)]
    opened = {rule for path in paths if (rule := endpoint_of(urls, unquote(path)))}

    assert pages - opened == set()


def addresses(attacked: Attacked) -> Iterator[tuple[str, bool]]:
    """Every page that shows what somebody wrote, or what its own address says; and whether the text must be on it."""
    url, everything = attacked.service.url, quote(ALL, safe="")
    fields = urlencode({"thread": "/demo", "url": ALL, "title": ALL, "parent": ALL})
    yield f"{url}/demo", True
    yield f"{url}/demo?rejoinder={everything}#comment-{everything}", True
    yield attacked.host.page(attacked.host.script(thread="/demo")), True
    yield f"{url}/sites/demo/form?{fields}", True
    yield f"{url}/sites/demo/form?{urlencode({'thread': ALL, 'page': ALL})}", True
    yield f"{url}/sites/demo/form/preview?{urlencode({'accent': ALL, 'theme': ALL, 'language': ALL})}", False
    token = status_token(attacked.service.store.sealer, attacked.all_in_one.id)
    yield f"{url}/thanks?token={token}", True
    yield f"{url}/v1/status/{token}", False
    waiting = status_token(attacked.service.store.sealer, attacked.waiting.id)
    yield f"{url}/thanks/edit?token={waiting}", True
    yield f"{url}/thanks/withdraw?token={waiting}", True
    yield f"{url}/thanks/appeal?token={waiting}", True
    yield f"{url}/sites/demo/report?comment={attacked.reported}", True
    yield f"{url}/sites/demo/report?comment={everything}", False
    yield f"{url}/v1/sites/demo/threads/%2Fdemo/comments", True
    yield f"{url}/v1/sites/demo/threads/%2Fdemo/comments.html", True
    yield f"{url}/v1/sites/demo/threads/%2Fdemo/comments.atom", True
    yield f"{url}/v1/sites/demo/threads/%2Fdemo/comments.md", False
    yield f"{url}/v1/sites/demo/threads", False

    confirms, unfollows, shows = _reader_tokens(attacked)
    yield f"{url}/mail/confirm/{confirms}", True
    yield f"{url}/mail/unfollow/{unfollows}", True
    yield f"{url}/my-data", False
    yield f"{url}/sites/demo/figures", True
    yield f"{url}/my-data/{shows}", True

    dashboard, one = f"{url}/dashboard", attacked.all_in_one.id
    yield f"{dashboard}/", True
    yield f"{dashboard}/?status=rejected&done=dec_x&changed={one}&changed={everything}&done={everything}", True
    yield f"{dashboard}/?status=approved", False
    yield f"{dashboard}/?{urlencode(dict.fromkeys(('text', 'author', 'thread'), ALL))}", True
    yield f"{dashboard}/comments/{one}?{urlencode({'text': ALL})}", True
    yield f"{dashboard}/comments/{attacked.waiting.id}", True
    yield f"{dashboard}/comments/{one}/evidence", False
    yield f"{dashboard}/comments/{one}/author", True
    yield f"{dashboard}/comments/{one}/author/panel", False  # the newest few, shortened
    yield f"{dashboard}/comments/{one}/page?said={everything}", True
    yield f"{dashboard}/rules", False
    yield f"{dashboard}/activity?by={everything}", False
    yield f"{dashboard}/bulk?{urlencode({'text': ALL})}", True
    yield f"{dashboard}/bulk/{_run(attacked)}", False
    yield f"{dashboard}/news?since=0", False
    yield f"{dashboard}/campaigns", False
    yield f"{dashboard}/appeals?decided={everything}", True
    yield f"{dashboard}/reports?dismissed={everything}", True
    yield f"{dashboard}/audit", False
    yield f"{dashboard}/people", False
    yield f"{dashboard}/sites/demo/audit?kind={everything}", False
    yield f"{dashboard}/learning", True
    yield f"{dashboard}/sites/demo/learning?said={everything}", True
    yield f"{dashboard}/insights", True
    yield f"{dashboard}/sites/demo/insights?table={everything}", True
    yield f"{dashboard}/settings", True
    yield f"{dashboard}/automation", True
    yield f"{dashboard}/second-looks?said={everything}", True
    for section in ("settings", "policy", "automation", "form", "keys", "moderators", "webhooks", "imports"):
        yield f"{dashboard}/sites/demo/{section}?said={everything}", True
    yield f"{dashboard}/webhooks", True
    yield f"{dashboard}/sessions?ended={everything}", False
    yield f"{dashboard}/password?saved={everything}", False
    yield f"{dashboard}/passkeys?said={everything}", False  # the name is in a field
    yield f"{dashboard}/second-factor?off={everything}", False
    yield f"{dashboard}/sign-in/code?next={everything}", False
    yield f"{dashboard}/sign-in/passkey?next={everything}", False
    yield f"{dashboard}/notifications?saved={everything}", True
    yield f"{dashboard}/mail/decide/{_decision_token(attacked)}", True
    yield f"{dashboard}/mail/stop/{stop_token(attacked.service.store.sealer, attacked.mailbox)}", False
    yield f"{url}/v1/docs", False

    yield f"{url}/?said={everything}", False
    yield f"{url}/thanks?token={everything}", False
    for path in ("/", "/v1/", "/dashboard/", "/sites/"):
        yield f"{url}{path}{everything}", False
    for path in (
        "/dashboard/comments/{}",
        "/dashboard/sign-in/{}",
        "/dashboard/new-password/{}",
        "/dashboard/sites/{}/webhooks",
        "/sites/{}/form",
    ):
        yield url + path.format(quote(ONE_SEGMENT)), False
    for field in ("site", "status", "reason", "order", "cursor", "author=~&author_of"):
        yield f"{dashboard}/?{field}={everything}", False
    yield f"{dashboard}/sign-in?next={everything}", False


def endpoint_of(urls: Map, path: str) -> str:
    """The endpoint of the rule that matches the path; "" for none."""
    try:
        return str(urls.bind("").match(path)[0])
    except NotFound:
        return ""


def forms(page: Page, attacked: Attacked) -> Iterator[tuple[str, bool]]:
    """Send the forms that answer with what was sent; each as its name, and whether the text must be in the answer."""
    url = attacked.service.url
    person = {"name": ALL[:245], "email": "rita@reader.example", "website": "", "body": ALL}
    page.goto(f"{url}/sites/demo/form?{urlencode({'thread': '/demo', 'url': f'{url}/demo'})}")
    send(page, "form.rejoinder-form", {**person, "website": ALL, "email": ALL, "lang": ALL, "parent": ALL})
    yield "a form with errors", True
    page.goto(f"{url}/sites/demo/form?{urlencode({'thread': '/demo', 'url': f'{url}/demo'})}")
    send(page, "form.rejoinder-form", {**person, "name": "Rita", "return_to": ALL})
    assert page.url.startswith(f"{url}/thanks?token=")
    yield "a form that is accepted", True
    page.goto(f"{url}/dashboard/")
    send(page, "form.filters", {"text": ALL, "author": ALL, "thread": ALL})
    yield "the search form", True
    page.goto(f"{url}/dashboard/people")
    send(page, "main form", {"address": "rita@reader.example"})
    yield "what a person wrote", True
    page.context.clear_cookies()
    page.goto(f"{url}/dashboard/sign-in?undone={quote(ALL)}")
    send(page, "main form:not(#use-passkey)", {"name": ALL, "password": ALL, "next": ALL})
    yield "the sign-in form", False


def send(page: Page, form: str, fields: dict[str, str]) -> None:
    """Fill in the form, hidden fields too, and send it past what the browser would check."""
    with page.expect_navigation():
        page.locator(form).evaluate(
            """(form, fields) => {
              for (const [name, value] of Object.entries(fields)) {
                if (!form.elements[name]) form.append(Object.assign(document.createElement("input"), { name }));
                form.elements[name].value = value;
              }
              form.noValidate = true;
              HTMLFormElement.prototype.submit.call(form);
            }""",
            fields,
        )


def _shows_text(page: Page) -> bool:
    """Not by `wait_for_function`: its second look is a string evaluated in the page, which our policy forbids."""
    try:
        found: bool = page.evaluate("text => document.documentElement.textContent.includes(text)", SHOWN)
    except Error:  # the page is being replaced by the next one
        return False
    return found


def dangers(page: Page, *, has_text: bool) -> list[str]:
    """What the page has that only code or markup of the payloads can have put there, or taken away."""
    missing = []
    if has_text:
        try:
            eventually(lambda: _shows_text(page))
        except AssertionError:
            missing = ["the text is not there as it was written"]
    return [*missing, *page.evaluate(DANGERS)]


def _now() -> datetime:
    """The service's own time: an author may edit for a quarter of an hour, less than a whole run of the tests."""
    return datetime.now(UTC)


def _publish_a_thread(service: Service) -> str:
    """A conversation in the thread of the demo page: each comment answers the one before. Returns the last id."""
    parent = ""
    for text in (*PAYLOADS, ALL):
        thread = ThreadRef("/demo", text, text)
        submission = a_submission(text, name=text, website=text, thread=thread, parent=parent)
        comment = received(service.store, submission, site=service.site, at=_now() - DAY)
        _decide(service, comment, Action.APPROVE)
        parent = comment.id
    return parent


def _comment(service: Service, text: str) -> Comment:
    """A pending comment with the text in every field, and in what the classifier says of it."""
    submission = a_submission(text, name=text, website=text, thread=ThreadRef(text, text, text))
    evidence = (Evidence("spam", "body", 0, 3, text, 2.0), Evidence("abuse", "name", 1, 3, text, 1.0))
    score = a_score(0.9, 0.9, evidence=evidence, labels={text: 0.9}, language=text, confidence=0.1, model=text)
    return settled(service.store, received(service.store, submission, site=service.site, at=_now()), score, at=_now())


def _decide(service: Service, comment: Comment, action: Action, reason: Reason | None = None) -> None:
    request = DecisionRequest(comment.id, action, comment.revision, reason, note=ALL[:2000])
    by = DecidedBy("mod_evil", EVIL_NAME)
    review.decide(service.store, RecordingDispatch(), request, by, sites=["demo"], at=_now())


def _mailbox(service: Service, moderator: str) -> str:
    service.store.write(lambda uow: uow.mailboxes.set_email(moderator, Email("evil@example.org"), at=_now()))
    with service.store.read() as uow:
        return uow.mailboxes.ids_of(moderator)[0]


def _reader_tokens(attacked: Attacked) -> tuple[str, str, str]:
    store, thread_id = attacked.service.store, attacked.all_in_one.thread.id
    email = Email("rita@reader.example")
    mailbox_id = store.write(lambda uow: uow.readers.mailbox("demo", email, language="en", at=_now()))
    shows = store.write(lambda uow: uow.readers.issue_link(mailbox_id, lifetime=DAY, at=_now()))
    confirms = confirm_token(store.sealer, mailbox_id)
    return confirms, unfollow_token(store.sealer, mailbox_id, thread_id), shows


def _run(attacked: Attacked) -> str:
    search = Search(("demo",))
    store = attacked.service.store
    return store.write(lambda uow: begin_run(uow, search, Action.APPROVE, None, ADA, at=_now())).id


def _decision_token(attacked: Attacked) -> str:
    link = DecisionLink(attacked.moderator, Action.REJECT, attacked.all_in_one.id, 1, _now() + DAY)
    return decision_token(attacked.service.store.sealer, link)


def _fail_deliveries(service: Service) -> None:
    attempt = Attempt(_now(), 500, 12, answer=ALL)
    results = [(each, attempt) for each in claim(service.store, at=_now())]
    service.store.write(lambda uow: uow.delivery_queue.record(results, at=_now()))
