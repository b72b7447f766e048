"""How many links a text has, as people count them: with a scheme, with "www.", and bare ("bit.ly/a", "//a.com")."""

import re
from urllib.parse import urlsplit

_COUNTRY_CODES = """
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca
cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr
ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm
jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq
mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa
re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to
tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""
_ENDINGS = """
com org net info biz app dev xyz top shop store site online club vip win bet click link live icu pro space fun
buzz loan work tech website blog agency casino poker example
"""
_COMMON = tuple(_ENDINGS.split())
_ANY = "|".join((*_COMMON, *_COUNTRY_CODES.split()))
_BARE = (*_COMMON, "ru", "cn", "fr", "pl", "nl", "tk", "ml", "ga", "cf", "gq", "cc", "pw", "ws")
"""After these a name is a link without a path too; "to.be" and "is.it" are slips of the space bar."""

_HOST = r"(?:[\w-]{1,63}\.){1,4}"
_LINK = re.compile(
    r"(?:https?://|\bwww\.)[^\s<>\"']\S*"
    rf"|(?<![\w@/.:-])//{_HOST}(?:{_ANY})\b"
    rf"|(?<![\w@/.-]){_HOST}(?:(?:{_ANY})/[\w?#]|(?:{'|'.join(_BARE)})(?![\w-]|\.\w))",
    re.IGNORECASE,
)
_MAY_LINK = re.compile(r"://|\w\.[a-z]{2}|www\.", re.IGNORECASE)


def count_links(text: str) -> int:
    """The number of links in a text, in time linear in it. Addresses of mail are none."""
    if not _MAY_LINK.search(text):  # nearly no text has one: spare the others a search at each letter
        return 0
    return sum(1 for _ in _LINK.finditer(_apart(text)))


def links_in(text: str) -> list[str]:
    """The links in a text, as `count_links` counts them."""
    return [found[0] for found in _LINK.finditer(_apart(text))] if _MAY_LINK.search(text) else []


def domain_of(link: str) -> str:
    """The host of a link or a website, without "www."; "" when it has none."""
    try:
        host = urlsplit(link if "//" in link else f"//{link}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _apart(text: str) -> str:
    """The ends of tags and quotes end a link too, so that what follows is another one."""
    return re.sub(r"[<>\"']", " ", text)
