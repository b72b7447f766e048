# ruff: noqa: E501 - sheets as themes write them
"""Pages in the manner of five well-known themes: how each resets lists, links, fields and buttons."""

_PAGE = """<!doctype html><html lang="{lang}" dir="{dir}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Rye bread</title><style>{css}</style>
<body class="{scheme}"><div id="page"><main id="content" class="entry-content">
<article id="the-post"><div class="entry-content post-content">
<h1>Rye bread without a mixer</h1>
<p>A dough of rye needs no kneading; it needs time. Stir it in the evening, and bake it before anybody is awake.</p>
{widget}
</div></article></main></div></body></html>"""

_DARK = "body.dark{background:#15171a;color:#d9dce1}"

THEMES = {
    # Big serif type; every list, link and field has its own manner. After Twenty Twenty-Five.
    "block": """*{box-sizing:border-box} body{margin:0;font:1.125rem/1.4 Georgia,serif;letter-spacing:-.1px;color:#111;
      background:#fff} #page{max-width:45rem;margin:auto;padding:2rem 1rem} .entry-content :where(p,ol,ul){margin-block:1.2rem}
      .entry-content a{text-decoration:underline;color:currentColor} .entry-content>*{max-width:645px}
      input,textarea{border:1px solid #949494;padding:calc(.667em + 2px);font-size:inherit} button{font-size:1rem;
      background:#111;color:#fff;padding:1rem 2.25rem;border-radius:9999px} .entry-content ol li{list-style:inherit}""",
    # 13 px type, ids in the selectors, fields and buttons reset without mercy. After Jannah.
    "magazine": """*,:after,:before{box-sizing:border-box} html,body,div,p,ul,ol,li,a,form,label,h1,h2{margin:0;padding:0;
      border:0;list-style:none;font-size:100%;vertical-align:baseline} body{font:13px/1.7 Arial,sans-serif;color:#2c2f34;
      background:#fff} #page{max-width:760px;margin:auto;padding:20px 15px} #the-post .entry-content,
      #the-post .entry-content p{font-size:15px;line-height:26px;margin-bottom:25px} #the-post .entry-content a{color:#08f;
      text-decoration:none} #content input,#content textarea{width:auto;height:34px;font-size:12px;border:2px solid #eee;
      background:transparent;color:#777} #content button{text-transform:uppercase;font-size:11px;height:28px;border-radius:0;
      background:#08f;color:#fff;width:auto;float:right} .entry-content ol li{list-style:decimal inside;margin:0 0 5px 20px}
      .entry-content li:before{content:"\\f105";float:left} cite{display:block;text-align:right;font-style:italic}""",
    # A utility framework's base: everything is flat, buttons have no look, lists no marks. After Tailwind's preflight.
    "utility": """*,:after,:before{box-sizing:border-box;border:0 solid #e5e7eb;margin:0;padding:0} body{font:16px/1.5
      ui-sans-serif,system-ui,sans-serif;color:#1f2937;background:#fff} h1{font-size:1.5rem;font-weight:700}
      h2{font-size:inherit;font-weight:inherit} a{color:inherit;text-decoration:inherit} button,input,textarea,select{font:inherit;
      color:inherit;background:transparent} ol,ul{list-style:none} svg,img{display:block} textarea{resize:vertical}
      #page{max-width:42rem;margin:auto;padding:2rem 1rem} p{margin-block:1rem} ::placeholder{color:#9ca3af}""",
    # Fields a whole line wide, labels in capitals, flex everywhere. After Astra and other builders' themes.
    "builder": """html{font-size:93.75%} body{margin:0;font:400 1rem/1.65 "Helvetica Neue",Helvetica,sans-serif;color:#4b4f58;
      background:#fff} #page{max-width:50rem;margin:auto;padding:2em 1em} input,textarea,select{width:100%;padding:.75em;
      border-radius:0;box-shadow:inset 0 0 4px #ccc;background:#fafafa;color:#666} label{text-transform:uppercase;
      letter-spacing:.12em;font-size:.75em;display:inline-flex} button{border-radius:30px;text-transform:uppercase;
      letter-spacing:2px;line-height:1;padding:20px 40px;background:#046bd2;color:#fff;box-shadow:0 2px 9px #0004}
      .entry-content ul,.entry-content ol{padding:revert;margin:revert;padding-left:20px} .entry-content p{margin-bottom:1.6em}
      header{position:sticky;top:0;background:#fff;z-index:9} article{padding:1em;border-bottom:1px solid #eee}""",
    # Classless sheets style bare elements, ours too. After water.css and Pico.
    "classless": """body{font:18px/1.6 system-ui,sans-serif;max-width:45rem;margin:20px auto;padding:0 10px;color:#363636;
      background:#fff} button,select,input{margin:0 6px 6px 0;padding:10px 30px 10px 10px;border:none;border-radius:6px;
      background:#efefef;color:#000;display:inline-block} textarea{background:#efefef;border:none;width:60%}
      button:hover{background:#ddd} article,section,form{border:1px solid #dbdbdb;padding:12px;border-radius:6px}
      header{background:#efefef;padding:12px;margin:-12px} time{color:#09f} cite:before{content:"— "} a{color:#0076d1}
      blockquote{border-left:4px solid #0096bfab} code,pre{background:#efefef} ol{padding-left:30px} li{margin:8px}
      p{max-width:30rem} h2{border-bottom:1px solid #dbdbdb}""",
}


def themed(theme: str, widget: str, *, scheme: str = "light", lang: str = "en", dir: str = "ltr") -> str:
    """A page in this theme. widget: the script tag, and what the page has for it."""
    css = " ".join(THEMES[theme].split()) + _DARK
    return _PAGE.format(css=css, widget=widget, scheme=scheme, lang=lang, dir=dir)
