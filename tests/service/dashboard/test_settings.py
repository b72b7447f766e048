"""The settings of a site as its owners use them: the site itself, its keys and its moderators."""

import re

import pytest

from moderation.accounts import Role, Scope
from moderation.erasing.retention import Retention
from moderation.form_switches import FormSwitches
from tests.builders import NOON, a_submission, received
from tests.proofs import flood
from tests.service.dashboard.conftest import add_moderator

DEMO = "/dashboard/sites/demo"


def actions(store, site_id="demo"):
    with store.read() as uow:
        return [entry.fact.action for entry in uow.audit.entries(site_id)]


def secret_on(page):
    """What the page shows only once."""
    return re.search(r'<code class="secret"[^>]*>([^<]+)</code>', page.text)[1]


@pytest.fixture
def olga(signed_in):
    """An owner's browser."""
    return signed_in("Olga", Role.OWNER)


def test_an_owner_finds_every_section_from_any_page(olga):
    page = olga.client.get("/dashboard/settings", follow_redirects=True)

    for section in ("settings", "keys", "webhooks", "moderators"):
        assert f"{DEMO}/{section}" in page.text
        assert olga.get(f"{DEMO}/{section}").status_code == 200


@pytest.mark.parametrize(("role", "site", "status"), [(Role.MODERATOR, "demo", 403), (Role.OWNER, "garden", 404)])
def test_settings_are_for_the_owners_of_the_site(signed_in, garden, role, site, status):
    browser = signed_in("Mina", role, site)

    answers = [browser.get(f"{DEMO}/{section}") for section in ("settings", "keys", "webhooks", "moderators")]

    assert [answer.status_code for answer in answers] == [status] * 4


def test_an_origin_is_added_as_browsers_write_it_and_removed_again(olga, sqlite_store):
    page = olga.submit(f"{DEMO}/origins", origin="HTTPS://Shop.Example:443/")
    assert "<code>https://shop.example</code>" in page.text

    page = olga.submit(f"{DEMO}/origins/remove", origin="https://shop.example")

    assert "https://shop.example" not in page.text
    assert actions(sqlite_store) == ["site.changed", "site.changed"]


def test_what_is_no_origin_is_refused_and_stays_in_its_field(olga, sqlite_store):
    page = olga.submit(f"{DEMO}/origins", origin="blog.example/path")

    assert page.status_code == 422
    assert "is not an origin like https://blog.example" in page.text
    assert 'value="blog.example/path"' in page.text
    assert actions(sqlite_store) == []


def test_a_site_is_renamed_and_its_retention_is_chosen(olga, sqlite_store):
    olga.submit(f"{DEMO}/name", name="A new name")
    olga.submit(f"{DEMO}/retention", days="30")
    olga.submit(f"{DEMO}/mail-links", mail_links="open")

    with sqlite_store.read() as uow:
        site = uow.sites.get("demo")
        assert (site.name, site.check_days) == ("A new name", 30)
        assert uow.mailboxes.decides_without_sign_in("demo")
    assert "Days: must be a whole number" in olga.submit(f"{DEMO}/retention", days="-1").text


def test_an_owner_hides_the_figures_for_the_public_and_shows_them_again(olga, client):
    answers = []
    for choice in ("", "shown"):
        page = olga.submit(f"{DEMO}/figures", figures=choice)
        answers.append((client.get("/sites/demo/figures").status_code, "Look at them" in page.text))

    assert answers == [(404, False), (200, True)]


def test_a_new_site_belongs_to_whoever_adds_it(olga, sqlite_store):
    page = olga.submit("/dashboard/sites", site="my-shop", name="")

    assert "you are its owner" in page.text
    assert olga.get("/dashboard/sites/my-shop/settings").status_code == 200
    assert actions(sqlite_store, "my-shop") == ["site.added", "moderator.granted"]
    assert "there is a site with this id already" in olga.submit("/dashboard/sites", site="my-shop").text


def test_a_key_is_shown_once_and_works_until_it_is_revoked(olga, client, sqlite_store):
    page = olga.submit(f"{DEMO}/keys", name="Our shop", scope="read")
    secret = secret_on(page)
    headers = {"Authorization": f"Bearer {secret}"}
    assert page.status_code == 201
    assert client.get("/v1/queue", headers=headers).status_code == 200

    listed = olga.get(f"{DEMO}/keys").text
    key_id = re.search(r"key_[0-9a-z]+", listed)[0]
    assert "Our shop" in listed and secret not in listed
    olga.submit(f"{DEMO}/keys/{key_id}/revoke")

    assert client.get("/v1/queue", headers=headers).status_code == 401
    assert actions(sqlite_store) == ["key.added", "key.revoked"]


def test_keys_for_clients_of_akismet_and_for_coral_are_added_too(olga):
    akismet = olga.submit(f"{DEMO}/keys", kind="akismet", name="WordPress")
    coral = olga.submit(f"{DEMO}/keys", kind="coral", name="Coral", secret="a signing secret of Coral")

    assert re.fullmatch(r"[0-9a-f]{12}", secret_on(akismet))
    assert "/v1/sites/demo/coral" in coral.text and "a signing secret of Coral" not in coral.text
    assert "Signing secret: copy the whole" in olga.submit(f"{DEMO}/keys", kind="coral", name="C", secret="x").text


def test_a_key_of_another_site_cannot_be_revoked(olga, garden, sqlite_store):
    key_id, secret = sqlite_store.write(lambda uow: uow.keys.add("garden", "CI", Scope.READ, at=NOON))

    assert olga.submit(f"{DEMO}/keys/{key_id}/revoke").status_code == 404

    with sqlite_store.read() as uow:
        assert uow.keys.actor_of(secret)


def test_whoever_is_invited_signs_in_by_the_link_and_has_the_role(olga, app, sqlite_store):
    page = olga.submit(f"{DEMO}/moderators", name="Ines", role="viewer")
    link = secret_on(page)
    assert page.status_code == 201 and "/dashboard/sign-in/" in link

    with sqlite_store.read() as uow:
        ines = uow.accounts.moderator_named("Ines")
        assert ines.roles == {"demo": Role.VIEWER}
    assert sqlite_store.write(lambda uow: uow.accounts.redeem_link(link.rpartition("/")[2], at=NOON)) == ines.id
    assert actions(sqlite_store) == ["moderator.added"]


def test_a_name_that_somebody_has_is_refused_with_what_was_typed_kept(olga):
    page = olga.submit(f"{DEMO}/moderators", name="Olga", role="owner")

    assert page.status_code == 422
    assert "Somebody has this name already" in page.text
    assert 'name="name" value="Olga"' in page.text


def test_a_role_is_changed_and_taken_away(olga, sqlite_store):
    mina = add_moderator(sqlite_store, "Mina")
    url = f"{DEMO}/moderators/{mina}"

    olga.submit(f"{url}/role", role="owner")
    with sqlite_store.read() as uow:
        assert uow.accounts.moderator(mina).roles == {"demo": Role.OWNER}
    olga.submit(f"{url}/remove")

    with sqlite_store.read() as uow:
        assert uow.accounts.moderator(mina).roles == {}
    assert actions(sqlite_store) == ["moderator.granted", "moderator.withdrawn"]


def test_a_site_keeps_an_owner(olga, sqlite_store):
    url = f"{DEMO}/moderators/{olga.moderator_id}"

    for form, fields in (("role", {"role": "viewer"}), ("remove", {})):
        assert "is the only owner of demo" in olga.submit(f"{url}/{form}", **fields).text

    assert actions(sqlite_store) == []


def test_a_disabled_account_is_signed_out_until_it_is_enabled(olga, signed_in, sqlite_store):
    mina = signed_in("Mina")
    url = f"{DEMO}/moderators/{mina.moderator_id}"

    olga.submit(f"{url}/disable")
    assert mina.get("/dashboard/").status_code == 303
    olga.submit(f"{url}/enable")

    assert "/dashboard/sign-in/" in secret_on(olga.submit(f"{url}/link"))
    assert actions(sqlite_store) == ["moderator.disabled", "moderator.enabled", "moderator.link_made"]
    assert "cannot disable your own account" in olga.submit(f"{DEMO}/moderators/{olga.moderator_id}/disable").text


@pytest.mark.parametrize("form", ["disable", "link"])
def test_an_owner_cannot_take_over_an_account_that_reaches_further(olga, garden, sqlite_store, form):
    gina = add_moderator(sqlite_store, "Gina", Role.OWNER, "demo", "garden")

    page = olga.submit(f"{DEMO}/moderators/{gina}/{form}")

    assert page.status_code == 422 and "moderates sites of other owners too" in page.text
    assert actions(sqlite_store) == []


def test_a_moderator_of_another_site_is_none_of_an_owners_business(olga, garden, sqlite_store):
    gina = add_moderator(sqlite_store, "Gina", Role.OWNER, "garden")

    for form in ("role", "remove", "disable", "enable", "link"):
        assert olga.submit(f"{DEMO}/moderators/{gina}/{form}", role="viewer").status_code == 404
    assert "Gina" not in olga.get(f"{DEMO}/moderators").text


def test_somebody_with_an_account_is_given_a_role_by_name(olga, garden, sqlite_store):
    gina = add_moderator(sqlite_store, "Gina", Role.OWNER, "garden")

    assert "Nobody has this name" in olga.submit(f"{DEMO}/moderators/known", name="Eve", role="viewer").text
    olga.submit(f"{DEMO}/moderators/known", name="Gina", role="moderator")

    with sqlite_store.read() as uow:
        assert uow.accounts.moderator(gina).roles == {"demo": Role.MODERATOR, "garden": Role.OWNER}


def test_retention_is_chosen_in_days_and_empty_means_for_ever(olga, sqlite_store):
    fields = {"spam_days": "7", "rejected_days": "", "email_days": "90", "network_days": "30", "delivery_days": "30"}

    olga.submit(f"{DEMO}/retention/comments", **fields)

    with sqlite_store.read() as uow:
        assert uow.retention.get("demo") == Retention(7, None, 90, 30, 30)
    assert actions(sqlite_store) == ["retention.changed"]
    refused = olga.submit(f"{DEMO}/retention/comments", **fields | {"spam_days": "0"})
    assert refused.status_code == 422 and "Comments rejected as spam" in refused.text


def test_what_the_form_does_beyond_the_usual_is_switched_on_and_off(olga, sqlite_store):
    assert "checked" not in olga.get(f"{DEMO}/form").text

    page = olga.submit(f"{DEMO}/form/switches", markdown="on")
    with sqlite_store.read() as uow:
        switched_on = uow.sites.get("demo").form
    olga.submit(f"{DEMO}/form/switches")

    assert 'name="markdown" checked' in page.text and 'name="kinder" checked' not in page.text
    assert switched_on == FormSwitches(markdown=True)
    with sqlite_store.read() as uow:
        assert uow.sites.get("demo").form == FormSwitches()
    assert actions(sqlite_store) == ["site.form", "site.form"]


def test_an_owner_sees_that_a_flood_is_on_where_the_form_asks_for_a_proof_then(olga, sqlite_store):
    flood(sqlite_store)

    off = olga.get(f"{DEMO}/form").text
    on = olga.submit(f"{DEMO}/form/switches", proof="on").text

    assert ("under a flood:" in off, "under a flood:" in on) == (False, True)


def test_the_lines_to_paste_have_what_was_chosen_and_nothing_that_was_made_up(olga):
    plain = olga.get(f"{DEMO}/form").text
    chosen = olga.get(f"{DEMO}/form?language=pt-BR&heading=3&style=none").text
    odd = olga.get(f"{DEMO}/form?language=xx&heading=9&style=%22").text

    assert (
        "embed.js&#34; defer data-site=&#34;demo&#34;&gt;" in plain and "/sites/demo/form?thread=/the-page" in plain
    )
    assert "data-lang=&#34;pt-BR&#34; data-heading=&#34;3&#34; data-css=&#34;none&#34;" in chosen
    assert "data-heading=&#34;9" not in odd and "data-lang=&#34;xx" not in odd


def test_what_a_page_gave_and_could_not_be_used_is_shown_to_the_owner(olga, sqlite_store):
    thread_id = received(sqlite_store, a_submission(thread="/a-page")).thread.id
    sqlite_store.write(lambda uow: uow.page_problems.note({("demo", "url"): thread_id}, at=NOON))

    page = olga.get("/dashboard/sites/demo/settings").text

    assert "/a-page" in page
    assert "An address was left out, so nothing links to the page." in page
