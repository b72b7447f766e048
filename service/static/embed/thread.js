/* The thread: fifty comments at a time, a skeleton while they come, the author's own ones among them. */

import { element, plainPhrase } from "./dom.js";
import { keep, recall } from "./memory.js";
import { row } from "./row.js";
import { ask, hintOrigin } from "./server.js";

const PAGE_SIZE = 50;
const GHOSTS = 5;
const PATIENCE_MS = 3000;
const ORDERS = ["oldest", "newest", "replies"];
const KEPT = "rejoinder-kept"; /* the class of what is as high as the window */
const PAGE = "rejoinder-page"; /* the page of the thread, in the address */

export class ThreadView {
  constructor(widget) {
    this.widget = widget;
    const { text, tag } = widget;
    this.heading = element(tag, { class: "rejoinder-heading" }, text.someComments);
    this.tools = element("div", { class: "rejoinder-tools" });
    this.head = element("p", { class: "rejoinder-foot" });
    this.list = element("ol", { class: "rejoinder-list", role: "list" });
    this.foot = element("p", { class: "rejoinder-foot", "aria-live": "polite" });
    const top = element("div", { class: "rejoinder-top" }, this.heading, this.tools);
    this.node = element("div", { class: "rejoinder-thread" }, top, this.head, this.list, this.foot);
    this.items = new Map();
    this.order = recall("localStorage", "order") || widget.given.order;
    if (!ORDERS.includes(this.order)) this.order = ORDERS[0];
    this.first = this.last = Number(new URLSearchParams(location.search).get(PAGE)) || 1;
    this.expect();
  }

  /* Grey rows and their height keep the place, so that nothing below moves when the comments come. */
  expect() {
    const ghost = () => element("li", { class: "rejoinder-ghost", "aria-hidden": "true" });
    this.list.replaceChildren(...Array.from({ length: GHOSTS }, ghost));
    this.node.classList.add(KEPT);
    this.node.setAttribute("aria-busy", "true");
  }

  /* where: a page, or the comment whose page it is. Gives the first that came, or nothing. */
  async load(where) {
    const { widget } = this;
    const asked = new URLSearchParams({ limit: PAGE_SIZE, order: this.order, ...where });
    const slow = setTimeout(() => this.foot.replaceChildren(widget.text.loading), PATIENCE_MS);
    try {
      const [answer] = await Promise.all([ask(`${widget.threadUrl}?${asked}`, widget.language), widget.textsLoaded]);
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      if (!widget.isGone) return this.show(answer.content);
    } catch (problem) {
      hintOrigin(widget.server, widget.site, problem.message);
      await widget.textsLoaded;
      this.fail(where);
    } finally {
      clearTimeout(slow);
    }
  }

  show({ comments, count, closed, page, pages }) {
    const { widget, list } = this;
    widget.built?.remove();
    list.querySelectorAll(".rejoinder-ghost").forEach((ghost) => ghost.remove());
    this.isClosed = Boolean(closed);
    const next = page < this.first ? list.firstChild : null;
    if (!this.items.size) this.first = this.last = page;
    this.first = Math.min(this.first, page);
    this.last = Math.max(this.last, page);
    for (const comment of comments) {
      this.items.get(comment.id)?.remove();
      this.place(comment, next);
    }
    widget.mine.drop(...comments.map((comment) => comment.id));
    this.title(count);
    this.head.replaceChildren(...(this.first > 1 ? [this.more(widget.text.showEarlier, this.first - 1)] : []));
    this.foot.replaceChildren(...(this.last < pages ? [this.more(widget.text.showMore, this.last + 1)] : []));
    this.settle();
    this.node.removeAttribute("aria-busy"); /* after the layout, in which the browser held what it shows in place */
    widget.tell("loaded", { count });
    return comments.length ? this.items.get(comments[0].id) : null;
  }

  fail(where) {
    const button = element("button", { type: "button", class: "rejoinder-more" }, this.widget.text.loadAgain);
    button.addEventListener("click", () => this.goOn(where), { once: true });
    this.foot.replaceChildren(this.widget.text.loadFailed, " ", button);
    this.widget.tell("failed", { what: "load" });
  }

  title(count) {
    const { text, formats, lang } = this.widget;
    const words = text.comments[new Intl.PluralRules(lang).select(count)] ?? text.comments.other;
    this.heading.textContent = count ? plainPhrase(words, { count: formats.numbers.format(count) }) : text.noComments;
    this.tools.replaceChildren(...(count > 2 ? [this.orderChoice()] : []));
  }

  orderChoice() {
    const { text } = this.widget;
    const option = (value) => element("option", { value, selected: value === this.order }, text[value]);
    const select = element("select", { class: "rejoinder-order", "aria-label": text.order }, ...ORDERS.map(option));
    select.addEventListener("change", () => {
      this.order = select.value;
      keep("localStorage", "order", this.order);
      this.again({ page: 1 });
    });
    return select;
  }

  /* From a page on, in the order chosen. The form stays where it is. */
  async again(where) {
    this.widget.form?.cancelReply();
    this.items.clear();
    this.expect();
    await this.load(where);
    await this.widget.followOwn();
  }

  /* A link of its own, so that it can be shared; pressed here, it brings the page into this one. */
  more(label, page) {
    const address = new URL(location.href);
    address.searchParams.set(PAGE, page);
    address.hash = this.widget.root.id;
    const link = element("a", { class: "rejoinder-more", href: address.href }, label);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.goOn({ page });
    });
    return link;
  }

  /* The control goes away when it is pressed, and its focus with it, unless the reader is somewhere else by then. */
  async goOn(where) {
    const came = await this.load(where);
    if (document.activeElement === document.body) came?.focus();
  }

  /*
   * The height that was kept goes when that moves nothing in sight, or with the reader's first click or key. An empty
   * thread goes at once, or the form would be out of sight. A form below the sight follows the thread at once: the
   * height is kept after it then, and it is not drawn in the frame in which it comes into sight.
   */
  settle() {
    const { node, widget } = this;
    const { root } = widget;
    const { signal } = widget.ended;
    const form = node.nextElementSibling;
    const bottom = (each) => each.getBoundingClientRect().bottom;
    const release = () => {
      [node, root].forEach((each) => each.classList.remove(KEPT));
      window.removeEventListener("scroll", look);
    };
    const look = () => {
      const end = bottom(node.nextElementSibling || this.foot);
      if (!this.items.size || end > window.innerHeight || bottom(root) < 0) release();
    };
    if (form && bottom(node) > window.innerHeight) {
      node.classList.remove(KEPT);
      root.classList.add(KEPT);
      form.animate({ opacity: [0, 1] }, 200);
    }
    window.addEventListener("scroll", look, { passive: true, signal });
    window.addEventListener("click", release, { signal });
    window.addEventListener("keydown", release, { signal });
    look();
  }

  /* The list is flat, in reply order; a reply stands after everything that already answers its parent. */
  place(comment, next = null, note = null) {
    const parent = comment.parent && this.items.get(comment.parent);
    const depth = comment.depth ?? (parent ? Number(parent.dataset.depth) + 1 : 0);
    const item = row(this.widget, { reply_to: parent && parent.dataset.name, ...comment }, depth, note);
    this.items.set(comment.id, item);
    if (parent) lastOfBranch(parent).after(item);
    else this.list.insertBefore(item, next);
    return item;
  }

  /* Shows which comment the address leads to. */
  mark(id) {
    const item = this.items.get(id);
    this.list.querySelector(".rejoinder-linked")?.classList.remove("rejoinder-linked");
    if (!item) return;
    item.classList.add("rejoinder-linked");
    item.scrollIntoView({ block: "center" });
    item.focus({ preventScroll: true });
  }
}

function lastOfBranch(parent) {
  let last = parent;
  while (last.nextElementSibling && Number(last.nextElementSibling.dataset.depth) > Number(parent.dataset.depth)) {
    last = last.nextElementSibling;
  }
  return last;
}
