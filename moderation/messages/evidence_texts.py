"""The texts of evidence that no span of the comment shows: "evidence." and a feature of `models/features`."""

from moderation.messages.marked_text import N_, Plural, Text

_LINKS: dict[str, Text] = {
    "links": Plural("%(n)s link", "%(n)s links"),
    "hosts": Plural("links to %(n)s site", "links to %(n)s sites"),
    "has_link": N_("has a link"),
    "many_links": N_("three links or more"),
    "link_share": N_("%(percent)s%% of the text is links"),
    "bare_link": N_("little more than a link"),
    "anchors": Plural("%(n)s link written as HTML or BBCode", "%(n)s links written as HTML or BBCode"),
    "spelled_links": Plural(
        "%(n)s link spelled out to avoid detection", "%(n)s links spelled out to avoid detection"
    ),
    "short_links": N_("a link through a URL shortener"),
    "listed_links": N_("a link to a domain known from spam"),
    "trade_links": N_("a link to a host named after what it sells"),
    "trade_paths": N_("a link whose address names something for sale"),
    "onward_links": N_("a link that another site forwards"),
    "deep_links": N_("a link to a page deep in a site"),
    "root_links": N_("a link to the front page of a site"),
}

_FIELDS: dict[str, Text] = {
    "website": N_("gives a website"),
    "website_trade": N_("the website is named after what it sells"),
    "website_listed": N_("the website is known from spam, or a URL shortener"),
    "website_deep": N_("the website is a page deep in a site"),
    "website_named": N_("the name is the name of the website"),
    "name_trade": N_("the name contains words for something for sale, and there is a link"),
    "name_offer": N_("the name contains words of a company, and there is a link"),
    "name_words": Plural("a name of %(n)s word", "a name of %(n)s words"),
    "name_digits": N_("the name contains digits"),
    "name_link": N_("the name contains a link"),
    "name_lower": N_("the name is in lower case only"),
    "sells_elsewhere": N_("the name or the website sells something that the page is not about"),
}

_WORDS: dict[str, Text] = {
    "praise": Plural("%(n)s word of praise", "%(n)s words of praise"),
    "thanks": Plural("%(n)s word of thanks", "%(n)s words of thanks"),
    "site": Plural("%(n)s word about the site itself", "%(n)s words about the site itself"),
    "money": Plural("%(n)s word about money", "%(n)s words about money"),
    "trade": Plural("%(n)s word about something often advertised", "%(n)s words about something often advertised"),
    "call": Plural("%(n)s call to action", "%(n)s calls to action"),
    "offer": Plural("%(n)s word of a company about itself", "%(n)s words of a company about itself"),
    "channel": Plural("%(n)s word about a channel to follow", "%(n)s words about a channel to follow"),
    "talk": Plural("%(n)s word of conversation", "%(n)s words of conversation"),
    "share_praise": N_("%(percent)s%% of the words are praise"),
    "share_selling": N_("%(percent)s%% of the words sell something"),
    "share_talk": N_("%(percent)s%% of the words are conversation"),
    "praise_link": N_("praise and a link"),
    "praise_site": N_("praise for the site and a link"),
    "selling_link": N_("words that sell something and a link"),
    "praise_only": N_("nothing but praise"),
    "empty_flattery": N_("praises the site and says nothing about the page"),
    "paid_flattery": N_("praises the site, says nothing about the page and has a link"),
}

_OFFERS: dict[str, Text] = {
    "support_line": N_("names a brand and a support line"),
    "support_number": N_("names a brand, a support line and a number"),
    "trade_at_end": N_("ends with the name of a trade"),
    "search_for": N_("tells what to search for"),
    "messenger": N_("asks for contact by messenger"),
    "money_now": N_("is about money and presses for time"),
    "name_in_text": N_("the author's name is in the text"),
    "broken_link": N_("a link is broken up"),
    "income": N_("names a sum per hour, day, week or month"),
}

_LOOKS: dict[str, Text] = {
    "phone": Plural("%(n)s phone number", "%(n)s phone numbers"),
    "address": N_("an email address or a chat handle"),
    "prices": Plural("%(n)s price or percentage", "%(n)s prices or percentages"),
    "capitals": N_("%(percent)s%% capital letters"),
    "exclaims": Plural("%(n)s exclamation mark", "%(n)s exclamation marks"),
    "asks": N_("asks a question"),
    "code": N_("contains code"),
    "trackback": N_("reads like a trackback excerpt"),
    "repeats": N_("%(percent)s%% of the words are repeated"),
    "digits": N_("%(percent)s%% digits"),
    "hidden": Plural("%(n)s invisible character", "%(n)s invisible characters"),
    "mixed": Plural("%(n)s word in mixed alphabets", "%(n)s words in mixed alphabets"),
    "fancy": Plural("%(n)s letter replaced by a look-alike symbol", "%(n)s letters replaced by look-alike symbols"),
    "emoji": Plural("%(n)s emoji", "%(n)s emojis"),
    "tiny": N_("three words or fewer"),
    "short": N_("four to ten words"),
    "medium": N_("eleven to forty words"),
    "long": N_("more than a hundred words"),
}

_TOPIC: dict[str, Text] = {
    "on_topic": N_("%(percent)s%% of the title's words are in the text"),
    "off_topic": N_("shares no word with the page's title"),
    "off_topic_link": N_("has a link and shares no word with the page's title"),
    "other_language": N_("in another language than the page's title"),
    "names_title": N_("quotes the page's title"),
}

_ARRIVAL: dict[str, Text] = {
    "trap_field": N_("a hidden field was filled in"),
    "too_fast": N_("the form was sent faster than people type"),
    "odd_token": N_("the form's token was missing, old or invalid"),
    "near_copies": Plural("%(n)s recent near copy", "%(n)s recent near copies"),
}

_SENDERS: dict[str, Text] = {
    "author_approved": N_("moderators approved this author before"),
    "author_rejected": N_("moderators rejected this author before"),
    "domain_approved": N_("moderators approved comments with a link to the same website"),
    "domain_rejected": N_("moderators rejected comments with a link to the same website"),
    "network_approved": N_("moderators approved comments from the same network"),
    "network_rejected": N_("moderators rejected comments from the same network"),
}

_SUMS: dict[str, Text] = {
    "usual": N_("the usual odds"),
    "swearing": Plural("%(n)s word on the list of swear words", "%(n)s words on the list of swear words"),
    "encoder": N_("read by the multilingual encoder"),
    "other_signs": N_("other signs"),
    "other_words": Plural("%(n)s other word", "%(n)s other words"),
    "no_words": N_("no words"),
}

EVIDENCE_TEXTS: dict[str, Text] = {
    f"evidence.{name}": text
    for name, text in (_LINKS | _FIELDS | _WORDS | _OFFERS | _LOOKS | _TOPIC | _ARRIVAL | _SENDERS | _SUMS).items()
}
