import json
from hashlib import sha256

from models.evaluation import audit_labels


def test_only_what_a_reader_called_guilty_is_guilty(monkeypatch):
    digests = {text: sha256(text.encode()).hexdigest()[:16] for text in ("buy pills", "nice, thanks", "hm, a link")}
    verdicts = dict(zip(digests.values(), ("spam", "fine", "unclear"), strict=True))
    monkeypatch.setattr(audit_labels, "_VERDICTS", {"spam": verdicts})

    assert audit_labels.audited_positives([*digests, "nobody read this"], "spam").tolist() == [
        True,
        False,
        False,
        False,
    ]


def test_the_verdicts_are_hashes_and_words_of_ours_and_never_texts():
    for head, verdicts in audit_labels._VERDICTS.items():
        assert set(verdicts.values()) == {head, "unclear", "fine"}
        assert all(len(digest) == 16 and int(digest, 16) for digest in verdicts), json.dumps(head)
