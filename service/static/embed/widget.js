/* One thread with its form on a page: its options, its texts, and what it puts into its element. */

import CSS from "./embed.css";
import { element, parsedUrl, setOrRemove, webUrl, whenSeen } from "./dom.js";
import { buildForm } from "./fields.js";
import { FormView } from "./form.js";
import { OwnComments } from "./memory.js";
import { withOwnTexts } from "./own_texts.js";
import { languageOf, part, serverOf, VERSION } from "./parts.js";
import { Formats, TEXT } from "./texts.js";
import { ThreadView } from "./thread.js";

const MARKER = "rejoinder"; /* in the address after a form was sent without this script: the comment's status token */
const TEXTS_TIMEOUT_MS = 4000;
const SCREENS_AWAY = 2;
const LONGEST_URL = 2000;
const OURS = ["id", "lang", "dir", "data-theme"]; /* attributes that the element has for as long as the thread is in it */
const widgets = new Map(); /* by element */
let mounted = 0;

/* given: the options, as the data- attributes that docs/embed.md lists. base: where the script came from. */
export function mount(root, given, base) {
  widgets.get(root)?.destroy();
  const widget = new Widget(root, given, base);
  if (!widget.site) {
    console.error('Rejoinder: the script tag needs data-site="…", the id that `rejoinder site list` shows.');
    return null;
  }
  if ([...widgets.values()].some((other) => other.root.isConnected && other.here === widget.here)) {
    console.warn(`Rejoinder: the thread ${widget.page.key} is on this page already; this element stays as it is.`, root);
    return null;
  }
  widgets.set(root, widget);
  widget.start();
  return widget;
}

export function isMounted(root) {
  return widgets.has(root);
}

class Widget {
  constructor(root, given, base) {
    this.root = root;
    this.given = given;
    this.base = base;
    this.oldForm = root.querySelector("form[data-rejoinder-form]");
    this.built = root.querySelector("[data-rejoinder-thread]");
    this.server = serverOf(given, base);
    this.site = given.site || "";
    this.page = this.describePage();
    this.here = `${this.site}:${this.page.key}`;
    this.api = `${this.server}/v1/sites/${encodeURIComponent(this.site)}`;
    this.threadUrl = `${this.api}/threads/${encodeURIComponent(this.page.key)}/comments`;
    this.tag = /^[1-6]$/.test(given.heading) ? `h${given.heading}` : "h2";
    this.language = languageOf(given);
    this.mine = new OwnComments(this.here);
    this.ended = new AbortController();
  }

  get isGone() {
    return this.ended.signal.aborted;
  }

  /*
   * What is wrong with the page is cut or left out: its reader could mend nothing. A canonical address may name the
   * page in its query (?p=12); the address bar's query may be anything.
   */
  describePage() {
    const { given, oldForm } = this;
    const told = (name) => oldForm?.elements.namedItem(name)?.value;
    const link = document.querySelector('link[rel~="canonical"][href]');
    const canonical = link && webUrl(link.href) && parsedUrl(link.href);
    const address = canonical || location;
    const path = address.pathname + (canonical ? canonical.search : "");
    const url = given.url || told("thread_url") || address.origin + path;
    const title = given.title || told("thread_title") || document.title;
    return {
      key: given.thread || told("thread_key") || told("comment_post_ID") || path,
      url: webUrl(url) && url.length <= LONGEST_URL ? url : "",
      title: [...title.replace(/\s+/g, " ")].slice(0, 500).join(""),
    };
  }

  /* Made when the first comments come: that takes longer than to draw the form. */
  get formats() {
    return (this.made ??= new Formats(this.language));
  }

  /* The form and the skeleton are there before this returns. Only then is anything asked for. */
  start() {
    const { root, given } = this;
    mounted += 1;
    this.before = [...root.childNodes];
    this.had = OURS.map((name) => [name, root.getAttribute(name)]);
    this.ids = mounted > 1 ? `rejoinder-${mounted}-` : "rejoinder-";
    root.classList.add("rejoinder");
    root.id ||= mounted > 1 ? `${MARKER}-${mounted}` : MARKER;
    root.dataset.theme = given.theme || "inherit";
    this.addStyles();
    this.speak({});
    this.draw();
    this.textsLoaded = this.translate();
    const isFar = root.getBoundingClientRect().top > SCREENS_AWAY * window.innerHeight;
    const isSought = this.soughtComment() || root.id === location.hash.slice(1);
    const waits = given.load ? given.load === "visible" : isFar && !isSought;
    if (waits) this.observer = whenSeen(root, () => this.load(), "100% 0px");
    else this.load();
    window.addEventListener("hashchange", () => this.goTo(this.soughtComment()), { signal: this.ended.signal });
  }

  draw() {
    const { root, oldForm, built } = this;
    this.thread = new ThreadView(this);
    const formNode = oldForm || buildForm(this);
    const comesFirst = !oldForm && !built && this.given.form !== "last";
    if (built) {
      built.after(this.thread.node);
      this.thread.list.replaceChildren();
    } else if (oldForm) root.prepend(this.thread.node);
    else root.replaceChildren(this.thread.node); /* what stands there without this script is in its place */
    if (comesFirst) root.prepend(formNode);
    else if (!root.contains(formNode)) root.append(formNode);
    this.form = new FormView(this, formNode);
  }

  async load() {
    const sought = this.soughtComment() || this.form.draftParent;
    await this.thread.load(sought ? { around: sought } : { page: this.thread.first });
    if (this.isGone) return;
    if (this.thread.isClosed) {
      this.form.block.replaceWith(element("p", { class: "rejoinder-closed" }, this.text.closed));
      this.form = null;
    }
    this.form?.resumeReply();
    this.thread.mark(this.soughtComment());
    await Promise.all([this.followOwn(), this.welcomeBack()]);
  }

  /* What sends comments and follows the author's own ones: not every reader needs it. A failure is tried again. */
  writing() {
    this.written ??= part(this.server, "writing.mjs").catch((problem) => {
      this.written = null;
      throw problem;
    });
    return this.written;
  }

  async followOwn() {
    if (this.mine.all().length) await this.writing().then((it) => it.follow(this.thread), () => {});
  }

  /* Not reachable now? The comment is safe; there is only nothing to tell. */
  async welcomeBack() {
    if (!this.form || !new URLSearchParams(location.search).get(MARKER)) return;
    await this.writing().then((it) => it.welcomeBack(this.form, MARKER)).catch(() => {});
  }

  async goTo(id) {
    if (id && !this.thread.items.has(id)) await this.thread.again({ around: id });
    this.thread.mark(id);
  }

  soughtComment() {
    return /^#comment-(cmt_\w+)$/.exec(location.hash)?.[1];
  }

  /* English is here at once. Another language is one small file, kept for a year; without it the texts are English. */
  async translate() {
    if (/^en\b/.test(this.language)) return;
    const { form } = this;
    form.form.classList.add("rejoinder-untranslated");
    const address = `${this.server}/embed/${VERSION}/${this.language}.json`;
    const signal = AbortSignal.timeout?.(TEXTS_TIMEOUT_MS);
    try {
      const answer = await fetch(address, { credentials: "omit", signal });
      if (answer.ok && !this.isGone) this.retell(await answer.json());
    } catch {
      /* The texts stay English. */
    }
    this.form?.form.classList.remove("rejoinder-untranslated");
  }

  /* The form is drawn anew in its language, with what was typed meanwhile. A form of the page's own has its own. */
  retell(spoken) {
    const { oldForm, form } = this;
    this.speak(spoken);
    this.thread.heading.textContent = this.text.someComments;
    if (oldForm) return;
    const focused = form.form.contains(document.activeElement) && document.activeElement.name;
    form.saveDraft();
    const drawn = buildForm(this);
    form.form.replaceWith(drawn);
    form.mark.remove();
    this.form = new FormView(this, drawn);
    if (focused) this.form.field(focused)?.focus();
  }

  speak({ lang = "en", dir = "ltr", texts = {} }) {
    this.text = withOwnTexts(this.given, { ...TEXT, ...texts });
    this.lang = lang;
    if (!this.oldForm) Object.assign(this.root, { lang, dir });
  }

  /* No request, and no style element, which a strict policy would not allow. A page may link the sheet itself. */
  addStyles() {
    const home = this.root.getRootNode();
    const isLinked = [...document.querySelectorAll("link[rel~=stylesheet]")].some((link) => /\/embed\.css$/.test(link.href));
    if (this.given.css === "none" || isLinked || home.adoptedStyleSheets?.some((sheet) => sheet === styles)) return;
    if (!styles) {
      styles = new CSSStyleSheet();
      styles.replaceSync(CSS);
    }
    home.adoptedStyleSheets = [...home.adoptedStyleSheets, styles];
  }

  tell(what, detail) {
    this.root.dispatchEvent(new CustomEvent(`rejoinder:${what}`, { bubbles: true, detail }));
  }

  /* Shows another thread, or the same with other options, in the same place. */
  update(options) {
    this.destroy();
    return mount(this.root, { ...this.given, ...options }, this.base);
  }

  /* Leaves the element as it was. What was typed is kept as a draft. */
  destroy() {
    if (this.isGone) return; /* another may be mounted here by now */
    this.ended.abort();
    this.observer?.disconnect();
    this.form?.undress();
    widgets.delete(this.root);
    this.root.replaceChildren(...this.before);
    this.root.classList.remove("rejoinder", "rejoinder-kept");
    this.had.forEach(([name, value]) => setOrRemove(this.root, name, value));
  }
}

let styles = null;
