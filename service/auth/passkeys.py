"""What browsers are asked for passkeys (WebAuthn), and whether their answers are right.

A device has to verify its user, by a finger, a face or a PIN. So a passkey is two factors in one.

The library is imported where it is used: that takes a fifth of a second and 7 MiB, and most processes never need it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.passkey import Credential, Passkey

MAX_ANSWER = 10_000
"""Characters of a browser's answer. Real ones have about a thousand."""

_REFUSED = N_("this passkey was refused; try again.")


@dataclass(frozen=True, slots=True)
class Party:
    """For whom a passkey is made. id: the host; origin: of the pages."""

    id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A browser's answer, not verified yet."""

    fields: dict[str, Any]
    credential_id: bytes
    challenge: bytes
    user: str


def party_of(public_url: str) -> Party | None:
    """Who we are to browsers; None where they make no passkeys: over plain http, and without a host name."""
    url = urlsplit(public_url)
    host = url.hostname or ""
    if url.scheme != "https" and host != "localhost" and not host.endswith(".localhost"):
        return None
    try:
        ip_address(host)
    except ValueError:
        return Party(host, f"{url.scheme}://{url.netloc}")
    return None


def options_to_add(party: Party, moderator_id: str, name: str, challenge: bytes, known: Sequence[Passkey]) -> str:
    """What a browser needs to make a passkey, as JSON."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=party.id,
        rp_name="Rejoinder",
        user_id=moderator_id.encode(),
        user_name=name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each.credential.credential_id) for each in known],
    )
    return options_to_json(options)


def options_to_sign_in(party: Party, challenge: bytes) -> str:
    """What a browser needs to sign in with a passkey, whoever's it is, as JSON."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    verification = UserVerificationRequirement.REQUIRED
    return options_to_json(
        generate_authentication_options(rp_id=party.id, challenge=challenge, user_verification=verification)
    )


def read_answer(text: str) -> Answer:
    """A browser's answer from its JSON. Raises Invalid."""
    from webauthn.helpers import base64url_to_bytes

    try:
        if len(text) > MAX_ANSWER:
            raise ValueError("too long")
        fields = json.loads(text)
        said = json.loads(base64url_to_bytes(fields["response"]["clientDataJSON"]))
        user = base64url_to_bytes(fields["response"].get("userHandle") or "").decode()
        return Answer(fields, base64url_to_bytes(fields["rawId"]), base64url_to_bytes(said["challenge"]), user)
    except Exception as problem:  # a stranger's bytes can fail anywhere
        raise Invalid("credential", Message(_REFUSED)) from problem


def verified_credential(party: Party, answer: Answer) -> Credential:
    """The credential that an answer brings. Its challenge must have been checked. Raises Invalid."""
    from webauthn import verify_registration_response

    try:
        made = verify_registration_response(
            credential=answer.fields,
            expected_challenge=answer.challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as problem:  # a stranger's bytes can fail anywhere in the parsers
        raise Invalid("credential", Message(_REFUSED)) from problem
    return Credential(made.credential_id, made.credential_public_key, made.sign_count)


def verified_sign_count(party: Party, answer: Answer, passkey: Passkey) -> int:
    """How often the passkey has signed, if the answer is signed with it. Its challenge must have been checked.

    Raises Invalid.
    """
    from webauthn import verify_authentication_response

    try:
        verified = verify_authentication_response(
            credential=answer.fields,
            expected_challenge=answer.challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.credential.public_key,
            credential_current_sign_count=passkey.credential.sign_count,
            require_user_verification=True,
        )
    except Exception as problem:  # a stranger's bytes can fail anywhere in the parsers
        raise Invalid("credential", Message(_REFUSED)) from problem
    return verified.new_sign_count
