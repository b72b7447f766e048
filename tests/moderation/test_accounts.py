from itertools import pairwise, product

import pytest

from moderation.accounts import Actor, Role, Scope


def test_each_scope_covers_itself_and_what_comes_before_it():
    for smaller, larger in pairwise(Scope):
        assert larger.covers(smaller) and larger.covers(larger)
        assert not smaller.covers(larger)


@pytest.mark.parametrize(("role", "scope"), [("viewer", "read"), ("moderator", "moderate"), ("owner", "admin")])
def test_a_role_allows_a_scope(role, scope):
    assert Role(role).scope is Scope(scope)


def test_an_actor_may_on_each_site_only_what_was_granted_there():
    actor = Actor("mod_1", "Mina", {"blog": Scope.ADMIN, "shop": Scope.READ})

    allowed = [(site, scope) for site, scope in product(("blog", "shop", "else"), Scope) if actor.may(site, scope)]

    assert allowed == [
        *(("blog", scope) for scope in Scope),
        *(("shop", scope) for scope in (Scope.CHECK, Scope.SUBMIT, Scope.READ)),
    ]


def test_an_actor_knows_the_sites_of_a_scope():
    actor = Actor("mod_1", "Mina", {"shop": Scope.READ, "blog": Scope.ADMIN})

    assert actor.sites(Scope.READ) == ("blog", "shop")
    assert actor.sites(Scope.MODERATE) == ("blog",)


def test_nobody_may_anything_by_default():
    assert not Actor("mod_1", "Mina").may("blog", Scope.CHECK)


def test_a_decision_is_signed_with_the_actors_name():
    by = Actor("mod_1", "Mina").by

    assert (by.id, by.name) == ("mod_1", "Mina")
