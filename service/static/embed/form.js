/* The form: drafts, replies, sending. A form of the page's own gets what it lacks and is otherwise left as it is. */

import { element, phrase, whenSeen } from "./dom.js";
import { FIELDS, PERSON, rememberBox, TRAP, trapField } from "./fields.js";
import { formParts } from "./hooks.js";
import { mailPart } from "./mail.js";
import { keep, recall } from "./memory.js";
import { part } from "./parts.js";
import { ask } from "./server.js";

const ALIASES = { body: "comment", name: "author", website: "url", remember: "wp-comment-cookies-consent" };
const TOKEN_LIFE_MS = 12 * 3600 * 1000;

export class FormView {
  /* block: what moves under a comment that is answered: the form, or WordPress' #respond with its title. */
  constructor(widget, form) {
    this.widget = widget;
    this.form = form;
    this.block = form.closest("#respond") || form;
    this.token = null;
    this.isSending = false;
    this.parent = "";
    this.mark = document.createComment(""); /* where the form returns to */
    this.dress();
    this.fillIn();
    this.listen();
  }

  field(name) {
    return this.form.elements.namedItem(name) || this.form.elements.namedItem(ALIASES[name] || name);
  }

  value(name) {
    return this.field(name)?.value ?? "";
  }

  dress() {
    const { form, widget } = this;
    this.wasUnchecked = form.noValidate;
    form.noValidate = true;
    form.classList.add("rejoinder-form");
    this.block.before(this.mark);
    this.replying = element("p", { class: "rejoinder-replying", hidden: true });
    form.prepend(this.replying);
    this.button = form.querySelector("[type=submit], button:not([type])");
    this.button.classList.add("rejoinder-submit");
    this.label = this.button.value || this.button.textContent;
    this.notice = element("p", { class: "rejoinder-notice", role: "status" });
    this.parts = [mailPart, ...formParts].map((part) => part(widget, form)).filter(Boolean);
    const place = this.button.closest(".rejoinder-actions, .form-submit") || this.button;
    this.added = this.parts.map(({ node }) => node).concat(this.notice);
    if (!this.field(TRAP)) this.added.unshift(trapField(widget.text));
    if (!this.field("remember")) this.added.unshift(rememberBox(widget.text));
    place.before(...this.added);
    this.cancelLink = this.block.querySelector("#cancel-comment-reply-link");
    this.cancelLink?.removeAttribute("style"); /* with which WordPress hides it */
    if (this.cancelLink) this.cancelLink.hidden = true;
  }

  /* Takes away what was added to a form of the page's own, so that it can be improved anew. */
  undress() {
    this.cancelReply();
    this.seen?.disconnect();
    for (const node of [...this.added, this.replying, this.mark]) node.remove();
    this.form.noValidate = this.wasUnchecked;
    this.form.classList.remove("rejoinder-form");
    this.button.classList.remove("rejoinder-submit");
  }

  fillIn() {
    const { here } = this.widget;
    const person = recall("localStorage", "person");
    const draft = recall("localStorage", `draft:${here}`) || {};
    const typed = recall("sessionStorage", `draft:${here}`) || {};
    const known = { ...person, ...typed, body: draft.body };
    this.field("remember").checked = Boolean(person);
    for (const name of FIELDS) {
      const field = this.field(name);
      if (field && !field.value && known[name]) field.value = known[name];
    }
    this.draftParent = draft.parent;
  }

  /* The text outlives the window; who wrote it only the tab, unless the author asked for more. */
  saveDraft() {
    const { here } = this.widget;
    const body = this.value("body");
    const parent = this.parent || this.draftParent;
    keep("localStorage", `draft:${here}`, body.trim() ? { body, parent } : null);
    keep("sessionStorage", `draft:${here}`, this.person());
  }

  person() {
    return Object.fromEntries(PERSON.map((name) => [name, this.value(name)]));
  }

  listen() {
    const { signal } = this.widget.ended;
    const on = (type, act) => this.form.addEventListener(type, act, { signal });
    on("input", (event) => {
      this.saveDraft();
      if (event.target.getAttribute("aria-invalid")) this.widget.writing().then((it) => it.clear(this, event.target));
    });
    on("focusin", () => {
      this.wantToken();
      this.widget.writing().catch(() => {}); /* asked for again when it is sent */
    });
    on("submit", (event) => {
      if (event.submitter?.name === "preview") return; /* the button of a plain form leads to a page */
      event.preventDefault();
      this.submit();
    });
    on("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.submit();
      else if (event.key === "Escape" && this.parent) this.cancelReply(true);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.cancelLink?.addEventListener("click", (event) => event.preventDefault() || this.cancelReply(true), { signal });
    if (this.value("body")) this.wantToken();
    else this.seen = whenSeen(this.form, () => this.wantToken());
  }

  /* The token's age tells how long the form was open, so it is asked for when the form is first seen. */
  wantToken() {
    if (this.token && Date.now() - this.token.asked_ms < TOKEN_LIFE_MS) return;
    const { api, page, language } = this.widget;
    const asked = ask(`${api}/form?thread=${encodeURIComponent(page.key)}`, language, { cache: "no-store" });
    asked.then(({ content }) => this.offer(content)).catch(() => {});
    const value = asked.then(({ content }) => content.token || "").catch(() => "");
    this.token = { asked_ms: Date.now(), value };
  }

  /* What the server says of the form. Parts that it names add to the form when they have come; without them it works too. */
  offer(content) {
    this.parts.forEach((each) => each.offer?.(content));
    content.parts?.forEach((name) => part(this.widget.server, name).then((it) => it.offer(this, content), () => {}));
  }

  /* A draft that answers a comment goes under it as soon as the comment is there. */
  resumeReply() {
    if (this.draftParent && !this.parent) this.replyTo(this.draftParent, false);
  }

  replyTo(id, mayFocus = true) {
    const item = this.widget.thread.items.get(id);
    if (!item) return;
    const { text } = this.widget;
    this.parent = id;
    const cancel = element("button", { type: "button", class: "rejoinder-cancel" }, text.cancelReply);
    cancel.addEventListener("click", () => this.cancelReply(true));
    const name = element("bdi", {}, item.dataset.name);
    this.replying.replaceChildren(...phrase(text.replyingTo, { name }), ...(this.cancelLink ? [] : [" ", cancel]));
    this.replying.hidden = false;
    if (this.cancelLink) this.cancelLink.hidden = false;
    item.append(this.block);
    this.saveDraft();
    if (mayFocus) this.field("body").focus();
  }

  cancelReply(mayFocus = false) {
    const item = this.parent && this.widget.thread.items.get(this.parent);
    this.parent = this.draftParent = "";
    this.replying.hidden = true;
    if (this.cancelLink) this.cancelLink.hidden = true;
    this.mark.after(this.block);
    this.saveDraft();
    if (mayFocus && item) item.querySelector(".rejoinder-reply")?.focus();
  }

  /* What sends a comment is loaded when somebody begins to write one. */
  async submit() {
    if (this.isSending) return;
    this.isSending = true;
    try {
      await (await this.widget.writing()).send(this);
    } catch {
      this.say(this.widget.text.sendFailed);
    }
    this.isSending = false;
  }

  say(words, isProblem = true) {
    this.notice.classList.toggle("rejoinder-problem", isProblem);
    this.notice.textContent = words;
  }
}
