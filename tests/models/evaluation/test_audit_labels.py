import json
from hashlib import sha256

from models.evaluation import audit_labels


def test_only_texts_with_the_label_of_the_head_are_positives(monkeypatch):
    digests = {text: sha256(text.encode()).hexdigest()[:16] for text in ("buy pills", "nice, thanks", "hm, a link")}
    labels = dict(zip(digests.values(), ("spam", "fine", "unclear"), strict=True))
    monkeypatch.setattr(audit_labels, "_LABELS", {"spam": labels})

    positives = audit_labels.audited_positives([*digests, "not labelled"], "spam")

    assert positives.tolist() == [True, False, False, False]


def test_the_labels_are_stored_by_hash_without_texts():
    for head, labels in audit_labels._LABELS.items():
        assert set(labels.values()) == {head, "unclear", "fine"}
        assert all(len(digest) == 16 and int(digest, 16) for digest in labels), json.dumps(head)
