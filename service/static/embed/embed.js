/*
 * Rejoinder: the comments of a page and its "Leave a Reply" form.
 *
 *   <script src="https://comments.example/embed.js" defer data-site="my-blog"></script>
 *
 * Every option and every sentence can be given as a data- attribute; docs/embed.md lists them all.
 * A comment is text: it reaches the page as text nodes. Nothing here turns anything into HTML.
 */
(() => {
  "use strict";

  const script = document.currentScript;
  if (!script) {
    console.error('Rejoinder: load embed.js with a plain <script src="…" defer>, not as a module.');
    return;
  }

  /*
   * The texts. data-text-load-again="…" replaces loadAgain, and so on; {count} and the like are filled in. The server
   * reads their names here, one a line, and answers /embed/de.json with the German ones.
   */
  const _ = (english) => english; /* both mark a text for the message catalogue */
  const ngettext = (one, other) => ({ one, other });
  const TEXT = {
    comments: ngettext("{count} comment", "{count} comments"),
    someComments: _("Comments"),
    loadFailed: _("The comments could not be loaded."),
    loadAgain: _("Try again"),
    showMore: _("Show more comments"),
    closed: _("Comments on this page are closed."),
    reply: _("Reply"),
    replyLabel: _("Reply to {name}"),
    inReplyTo: _("In reply to {name}"),
    withdrawn: _("This comment was withdrawn by its author."),
    replyingTo: _("Replying to {name}"),
    cancelReply: _("Cancel reply"),
    pending: _("Your comment is awaiting moderation."),
    approved: _("Your comment was approved."),
    rejected: _("Your comment was not published."),
    dismiss: _("Remove this note"),
    heading: _("Leave a Reply"),
    emailNote: _("Your email address will not be published."),
    requiredNote: _("Required fields are marked"),
    body: _("Comment"),
    name: _("Name"),
    email: _("Email"),
    website: _("Website"),
    remember: _("Save my name, email, and website in this browser for the next time I comment."),
    submit: _("Post Comment"),
    sending: _("Posting…"),
    bodyMissing: _("Write a comment."),
    nameMissing: _("Write your name, or any name you like."),
    emailMissing: _("Write your email address. It will not be published."),
    emailWrong: _("Write an email address like name@example.com."),
    websiteWrong: _("Write a web address like https://example.com, or leave it empty."),
    tooLong: _("This is too long: {count} characters, and {limit} are allowed."),
    trap: _("Leave this empty"),
    fixErrors: _("Not sent yet: please correct the marked fields."),
    tooMany: _("Too many comments at once. Your text is kept; wait {seconds} seconds, then post it again."),
    sendFailed: _("Your comment could not be sent. Your text is kept; check your connection, then post it again."),
    refused: _("This site did not accept the comment. Your text is kept."),
  };

  const LIMITS = { body: 65525, name: 245, email: 254, website: 2000 };
  const ALIASES = { body: "comment", name: "author", website: "url", parent: "comment_parent" };
  const AUTOCOMPLETE = { name: "name", email: "email", website: "url" };
  const PERSON = ["name", "email", "website"];
  const TRAP = "leave_empty";
  const TOKEN = "form_token";
  const MARKER = "rejoinder"; /* in the address after a form was sent without this script: the comment's status token */

  const TOKEN_LIFE_MS = 12 * 3600 * 1000;
  const MINE_LIFE_MS = 30 * 24 * 3600 * 1000;
  const STATUS_CHECKS_MS = [2000, 6000, 20000];
  const TIMEOUT_MS = 20000;
  const TEXTS_TIMEOUT_MS = 4000;
  const DEEPEST = 4;
  const TAIL = ".,;:!?'\"]}»”’";

  /* ---- Options ------------------------------------------------------------------------------------------- */

  const oldForm = document.querySelector("form[data-rejoinder-form]");
  const root = findRoot();
  const given = { ...script.dataset, ...root.dataset };
  let text = withOwnTexts(TEXT);
  const server = new URL(given.server || ".", script.src).href.replace(/\/$/, "");
  const site = given.site || "";
  const page = describePage();
  const apiUrl = `${server}/v1/sites/${encodeURIComponent(site)}`;
  const threadUrl = `${apiUrl}/threads/${encodeURIComponent(page.key)}/comments`;
  const headingTag = /^[1-6]$/.test(given.heading) ? `h${given.heading}` : "h2";
  const language = knownLanguage(given.lang, document.documentElement.lang, ...navigator.languages);
  const dates = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
  const numbers = new Intl.NumberFormat(language);
  let plurals = new Intl.PluralRules("en");

  if (!site) {
    console.error('Rejoinder: the script tag needs data-site="…", the id that `rejoinder site list` shows.');
    return;
  }

  function findRoot() {
    const chosen = document.querySelector("#rejoinder, [data-rejoinder]");
    if (chosen) return chosen;
    const made = document.createElement("section");
    if (oldForm) oldForm.replaceWith(made);
    else if (document.head.contains(script)) document.body.append(made);
    else script.before(made);
    if (oldForm) made.append(oldForm);
    return made;
  }

  /* The first that is a language tag: pages say "en_US" and worse. */
  function knownLanguage(...tags) {
    for (const tag of tags.filter(Boolean)) {
      try {
        return Intl.getCanonicalLocales(tag.replace("_", "-"))[0];
      } catch {
        /* The next may be one. */
      }
    }
    return "en";
  }

  /* A text has one form, or one for each plural category of its language: data-text-comments-few="…" replaces one. */
  function withOwnTexts(texts, prefix = "text") {
    const own = ([name, words]) => {
      const attribute = prefix + name[0].toUpperCase() + name.slice(1);
      return [name, typeof words === "string" ? (given[attribute] ?? words) : withOwnTexts(words, attribute)];
    };
    return Object.fromEntries(Object.entries(texts).map(own));
  }

  /* What is wrong with the page is cut or left out: its reader could mend nothing. A canonical address may name the page in its query (?p=12); the address bar's query may be anything. */
  function describePage() {
    const told = (name) => oldForm?.elements.namedItem(name)?.value;
    const link = document.querySelector('link[rel~="canonical"][href]');
    const canonical = link && webUrl(link.href) && parsedUrl(link.href);
    const address = canonical || location;
    const path = address.pathname + (canonical ? canonical.search : "");
    const url = given.url || told("thread_url") || address.origin + path;
    const title = given.title || told("thread_title") || document.title;
    return {
      key: given.thread || told("thread_key") || told("comment_post_ID") || path,
      url: webUrl(url) && url.length <= LIMITS.website ? url : "",
      title: [...title.replace(/\s+/g, " ")].slice(0, 500).join(""),
    };
  }

  /* ---- Elements and text --------------------------------------------------------------------------------- */

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === true) made.setAttribute(name, "");
      else if (value !== false && value != null) made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  /* A sentence with its {holes} filled: by text, or by an element such as <bdi>. */
  function phrase(sentence, values) {
    return sentence.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? (values[part] ?? "") : part));
  }

  function plainPhrase(sentence, values) {
    return phrase(sentence, values).join("");
  }

  function parsedUrl(address) {
    try {
      return new URL(address);
    } catch {
      return null;
    }
  }

  /* Only http and https, and no user:password@ part, which is there to make a link look like another site's. */
  function webUrl(address) {
    const url = parsedUrl(address);
    return url && /^https?:$/.test(url.protocol) && !url.username && !url.password ? url.href : "";
  }

  /* A page with a <base> would lead a bare "#comment-…" away from itself. */
  function linkTo(id) {
    return `${document.querySelector("base[href]") ? location.href.replace(/#.*/, "") : ""}#${id}`;
  }

  function webLink(address, label) {
    return element("a", { href: address, rel: "ugc nofollow noopener" }, label);
  }

  /* Blank lines part paragraphs, line ends become <br>, web addresses become links. The rest is text. */
  function paragraphs(body) {
    const blocks = body.replace(/\r\n?/g, "\n").replace(/^\s*\n/, "").trimEnd().split(/\n\s*\n/);
    return blocks.map((block) => {
      const made = element("p", { dir: "auto" });
      block.split("\n").forEach((line, at) => made.append(...(at ? [element("br")] : []), ...linked(line)));
      return made;
    });
  }

  function linked(line) {
    const nodes = [];
    let after = 0;
    for (const match of line.matchAll(/https?:\/\/[^\s<>"\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/gi)) {
      const shown = withoutTail(match[0]);
      const href = webUrl(shown);
      if (!href) continue;
      nodes.push(line.slice(after, match.index), webLink(href, shown));
      after = match.index + shown.length;
    }
    return [...nodes, line.slice(after)];
  }

  /* The full stop after an address is the sentence's; so is a closing bracket that was opened before the address. */
  function withoutTail(address) {
    let end = address.length;
    let unopened = address.split(")").length - address.split("(").length;
    for (; end && (TAIL.includes(address[end - 1]) || (address[end - 1] === ")" && unopened > 0)); end -= 1) {
      if (address[end - 1] === ")") unopened -= 1;
    }
    return address.slice(0, end);
  }

  function moment(at) {
    const date = new Date(at);
    return element("time", { datetime: date.toISOString() }, dates.format(date));
  }

  /* ---- What this browser remembers, where it may ---------------------------------------------------------- */

  function recall(storage, name) {
    try {
      return JSON.parse(window[storage].getItem(`rejoinder:${name}`));
    } catch {
      return null;
    }
  }

  function keep(storage, name, value) {
    try {
      if (value == null) window[storage].removeItem(`rejoinder:${name}`);
      else window[storage].setItem(`rejoinder:${name}`, JSON.stringify(value));
    } catch {
      /* Private windows and full disks forget; the form works without. */
    }
  }

  const here = `${site}:${page.key}`;
  const mine = {
    all() {
      const kept = recall("localStorage", `mine:${here}`) || [];
      return kept.filter((comment) => Date.now() - Date.parse(comment.at) < MINE_LIFE_MS);
    },
    save(comments) {
      keep("localStorage", `mine:${here}`, comments.length ? comments : null);
    },
    add(comment) {
      mine.save([...mine.all().filter((each) => each.id !== comment.id), comment]);
    },
    drop(...ids) {
      mine.save(mine.all().filter((each) => !ids.includes(each.id)));
    },
  };

  /* ---- The server ---------------------------------------------------------------------------------------- */

  function within(limit_ms) {
    return AbortSignal.timeout ? AbortSignal.timeout(limit_ms) : undefined;
  }

  /* What the server says of a comment is in the language of the page, not of the browser. */
  async function ask(url, init = {}) {
    const headers = { ...init.headers, "Accept-Language": language };
    const answer = await fetch(url, { credentials: "omit", signal: within(TIMEOUT_MS), ...init, headers });
    const content = await answer.json().catch(() => ({}));
    return { ok: answer.ok, status: answer.status, retryAfter: answer.headers.get("Retry-After"), content };
  }

  /* A browser does not tell a script why a request failed: the origin may not be allowed, the site's id be wrong. */
  function hintOrigin(problem) {
    console.warn(
      `Rejoinder: ${server} did not answer this page (${problem}). If it is up, see with \`rejoinder site list\` that ` +
        `the site "${site}" is there and allows this page's origin, ${location.origin}; ` +
        `"www." and the bare host are different origins.`,
    );
  }

  /* ---- The thread ---------------------------------------------------------------------------------------- */

  /* The comments that the page was built with stay until the present ones are here. */
  const built = root.querySelector("[data-rejoinder-thread]");

  class ThreadView {
    constructor(onReply) {
      this.onReply = onReply;
      this.heading = element(headingTag, { class: "rejoinder-heading", hidden: true });
      this.list = element("ol", { class: "rejoinder-list", role: "list" });
      this.foot = element("p", { class: "rejoinder-foot", "aria-live": "polite" });
      this.node = element("div", { class: "rejoinder-thread" }, this.heading, this.list, this.foot);
      this.items = new Map();
      this.published = 0;
    }

    /* Gives what came: the first of the comments, or the button to try again. */
    async load(cursor) {
      this.foot.replaceChildren();
      this.next = "";
      const asked = ask(cursor ? `${threadUrl}?cursor=${encodeURIComponent(cursor)}` : threadUrl);
      try {
        const [answer] = await Promise.all([asked, textsLoaded]);
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        return this.show(answer.content);
      } catch (problem) {
        hintOrigin(problem.message);
        await textsLoaded;
        return this.offer(text.loadAgain, cursor, text.loadFailed + " ");
      }
    }

    show({ comments = [], count, next, closed }) {
      built?.remove();
      this.isClosed = Boolean(closed);
      for (const comment of comments) {
        this.items.get(comment.id)?.remove();
        this.place(comment);
      }
      mine.drop(...comments.map((comment) => comment.id));
      this.published += comments.filter((comment) => !comment.withdrawn).length;
      this.title(count ?? (next ? null : this.published));
      this.next = next;
      if (next) this.offer(text.showMore, next);
      return comments.length ? this.items.get(comments[0].id) : null;
    }

    /* Goes on through the parts of a long thread until these comments are there, or nothing more comes. */
    async bring(ids) {
      while (this.next && ids.some((id) => !this.items.has(id))) await this.load(this.next);
    }

    title(count) {
      const words = count == null ? text.someComments : (text.comments[plurals.select(count)] ?? text.comments.other);
      this.heading.textContent = plainPhrase(words, { count: numbers.format(count) });
      this.heading.hidden = count === 0;
    }

    /* The button goes away when it is pressed, and its focus with it, unless the reader is somewhere else by then. */
    offer(label, cursor, before = "") {
      const button = element("button", { type: "button", class: "rejoinder-more" }, label);
      const goOn = async () => {
        const came = await this.load(cursor);
        if (document.activeElement === document.body) came?.focus();
      };
      button.addEventListener("click", goOn, { once: true });
      this.foot.replaceChildren(before, button);
      return button;
    }

    /* The list is flat, in reply order; a reply stands after everything that already answers its parent. */
    place(comment, note) {
      const parent = comment.parent && this.items.get(comment.parent);
      const depth = parent ? Number(parent.dataset.depth) + 1 : 0;
      const item = this.item(comment, depth, parent, note);
      if (comment.withdrawn) item.firstChild.replaceWith(element("p", { class: "rejoinder-withdrawn" }, text.withdrawn));
      this.items.set(comment.id, item);
      if (parent) lastOfBranch(parent).after(item);
      else this.list.append(item);
      return item;
    }

    item(comment, depth, parent, note) {
      const href = webUrl(comment.website || "");
      const name = element("bdi", {}, comment.name);
      const id = `comment-${comment.id}`;
      const item = element(
        "li",
        { class: `rejoinder-comment rejoinder-depth-${Math.min(depth, DEEPEST)}`, id, tabindex: "-1" },
        element(
          "article",
          { "aria-labelledby": `${id}-by` },
          element(
            "header",
            { class: "rejoinder-byline" },
            element("cite", { class: "rejoinder-name", id: `${id}-by` }, href ? webLink(href, name) : name),
            " ",
            element("a", { class: "rejoinder-date", href: linkTo(id) }, moment(comment.at)),
          ),
          ...(parent?.dataset.name ? [inReplyTo(parent, depth)] : []),
          ...(note ? [note] : []),
          element("div", { class: "rejoinder-body" }, ...paragraphs(comment.body)),
        ),
      );
      item.dataset.depth = depth;
      item.dataset.name = comment.name;
      if (!note && !this.isClosed) item.firstChild.append(this.replyButton(comment));
      return item;
    }

    replyButton(comment) {
      const label = plainPhrase(text.replyLabel, { name: comment.name });
      const button = element("button", { type: "button", class: "rejoinder-reply", "aria-label": label }, text.reply);
      button.addEventListener("click", () => this.onReply(comment.id));
      return button;
    }

    /* The author's own comment while nobody else can see it, with what became of it so far. */
    placeOwn(comment, status = "pending", reason = "") {
      const known = this.items.get(comment.id);
      const note = element("p", { class: `rejoinder-note rejoinder-note-${status}` }, text[status]);
      if (reason) note.append(" ", element("span", { dir: "auto" }, reason));
      if (status !== "pending") note.append(" ", this.dismissButton(comment.id));
      if (!known) return this.place(comment, note);
      known.querySelector(".rejoinder-note")?.replaceWith(note);
      return known;
    }

    dismissButton(id) {
      const button = element("button", { type: "button", class: "rejoinder-dismiss" }, text.dismiss);
      button.addEventListener("click", () => {
        mine.drop(id);
        this.items.get(id).remove();
        this.items.delete(id);
      });
      return button;
    }

    /* What became of the author's own comments since. Those that are in the thread are no longer "own". */
    async follow() {
      for (const comment of mine.all()) {
        if (this.items.has(comment.id) && !this.items.get(comment.id).querySelector(".rejoinder-note")) continue;
        this.placeOwn(comment, comment.status, comment.reason);
        try {
          await this.check(comment);
        } catch {
          /* Not reachable now: it stands as it was last known. */
        }
      }
    }

    async check(comment) {
      const { ok, status, content } = await ask(comment.status_url, { cache: "no-store" });
      if (status === 404 || status === 410) {
        mine.drop(comment.id);
        this.items.get(comment.id)?.remove();
      }
      if (!ok || content.status === comment.status) return;
      const reason = content.status === "rejected" ? publicReason(content) : "";
      if (content.status === "approved") mine.drop(comment.id);
      else mine.add({ ...comment, status: content.status, reason });
      this.placeOwn(comment, content.status, reason);
    }

    /* The policy often decides within a second; after that it is up to people, and the next visit tells. */
    watch(id) {
      const waiting = () => mine.all().find((each) => each.id === id && each.status === "pending");
      for (const delay_ms of STATUS_CHECKS_MS) {
        setTimeout(() => waiting() && this.check(waiting()).catch(() => {}), delay_ms);
      }
    }
  }

  function lastOfBranch(parent) {
    let last = parent;
    while (last.nextElementSibling && Number(last.nextElementSibling.dataset.depth) > Number(parent.dataset.depth)) {
      last = last.nextElementSibling;
    }
    return last;
  }

  /* Where the indent shows whom a reply answers, only a screen reader needs to be told. */
  function inReplyTo(parent, depth) {
    const name = element("bdi", {}, parent.dataset.name);
    const isDeep = depth > DEEPEST;
    const shown = isDeep ? element("a", { href: linkTo(parent.id) }, name) : name;
    const look = isDeep ? "rejoinder-in-reply" : "rejoinder-unseen";
    return element("p", { class: look }, ...phrase(text.inReplyTo, { name: shown }));
  }

  function publicReason(content) {
    return typeof content.reason === "string" ? content.reason : "";
  }

  /* ---- The form ------------------------------------------------------------------------------------------ */

  class FormView {
    constructor(form, thread) {
      this.form = form;
      this.thread = thread;
      this.token = null;
      this.attempt = null;
      this.isSending = false;
      this.mark = document.createComment("the form returns here");
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

    /* Whatever a page's own form lacks is added; what it has is left as it is. */
    dress() {
      this.form.noValidate = true;
      this.form.classList.add("rejoinder-form");
      this.form.before(this.mark);
      this.replying = element("p", { class: "rejoinder-replying", hidden: true });
      this.form.prepend(this.replying);
      this.button = this.form.querySelector("[type=submit], button:not([type])");
      this.button.classList.add("rejoinder-submit");
      this.label = this.button.textContent;
      this.notice = element("p", { class: "rejoinder-notice", role: "status" });
      const place = this.button.closest(".rejoinder-actions") || this.button;
      if (!this.form.elements.namedItem("remember")) place.before(rememberBox());
      if (!this.form.elements.namedItem(TRAP)) place.before(trapField());
      place.before(this.notice);
      this.remember = this.form.elements.namedItem("remember");
    }

    fillIn() {
      const person = recall("localStorage", "person");
      const draft = recall("localStorage", `draft:${here}`) || {};
      const typed = recall("sessionStorage", `draft:${here}`) || {};
      const known = { ...person, ...typed, body: draft.body };
      this.remember.checked = Boolean(person);
      for (const name of ["body", ...PERSON]) {
        const field = this.field(name);
        if (field && !field.value && known[name]) field.value = known[name];
      }
      if (draft.parent) this.replyTo(draft.parent, false);
    }

    /* The text outlives the window; who wrote it only the tab, unless the author asked for more. */
    saveDraft() {
      const body = this.value("body");
      const parent = this.parent || undefined;
      keep("localStorage", `draft:${here}`, body.trim() ? { body, parent } : null);
      keep("sessionStorage", `draft:${here}`, Object.fromEntries(PERSON.map((name) => [name, this.value(name)])));
    }

    savePerson() {
      const person = Object.fromEntries(PERSON.map((name) => [name, this.value(name)]));
      keep("localStorage", "person", this.remember.checked ? person : null);
    }

    listen() {
      this.form.addEventListener("input", (event) => {
        this.saveDraft();
        if (event.target.getAttribute("aria-invalid")) this.showError(event.target.name, "");
      });
      this.form.addEventListener("focusin", () => this.wantToken());
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.submit();
      });
      if (this.value("body")) this.wantToken();
      else whenSeen(this.form, () => this.wantToken());
    }

    /* The token's age tells how long the form was open, so it is asked for when the form is first seen. */
    wantToken() {
      if (this.token && Date.now() - this.token.asked_ms < TOKEN_LIFE_MS) return;
      const asked = ask(`${apiUrl}/form?thread=${encodeURIComponent(page.key)}`, { cache: "no-store" });
      const value = asked.then(({ content }) => content.token || "").catch(() => "");
      this.token = { asked_ms: Date.now(), value };
    }

    replyTo(id, mayFocus = true) {
      const item = this.thread.items.get(id);
      if (!item) return;
      this.parent = id;
      const cancel = element("button", { type: "button", class: "rejoinder-cancel" }, text.cancelReply);
      cancel.addEventListener("click", () => this.cancelReply(true));
      const name = element("bdi", {}, item.dataset.name);
      this.replying.replaceChildren(...phrase(text.replyingTo, { name }), " ", cancel);
      this.replying.hidden = false;
      item.append(this.form);
      this.saveDraft();
      if (mayFocus) this.field("body").focus();
    }

    cancelReply(mayFocus = false) {
      const item = this.parent && this.thread.items.get(this.parent);
      this.parent = "";
      this.replying.hidden = true;
      this.mark.after(this.form);
      this.saveDraft();
      if (mayFocus && item) item.querySelector(".rejoinder-reply")?.focus();
    }

    submission() {
      const website = this.value("website").trim();
      const told = {
        name: this.value("name").trim(),
        email: this.value("email").trim(),
        website: website && !/^[a-z][a-z0-9+.-]*:\/\//i.test(website) ? `https://${website}` : website,
        body: this.value("body"),
        thread: page,
      };
      return this.parent ? { ...told, parent: this.parent } : told;
    }

    /* What is sent again unchanged is sent under the same key, even after a reload, so it cannot arrive twice. */
    keyFor(submission) {
      const print = JSON.stringify(submission);
      this.attempt ??= recall("sessionStorage", `attempt:${here}`);
      if (this.attempt?.print !== print) this.attempt = { print, key: newKey() };
      keep("sessionStorage", `attempt:${here}`, this.attempt);
      return this.attempt.key;
    }

    async submit() {
      if (this.isSending) return;
      const submission = this.submission();
      if (this.showErrors(mistakes(submission))) return;
      this.setSending(true);
      this.savePerson();
      try {
        const token = (await this.token?.value) || this.value(TOKEN);
        const traps = { [TRAP]: this.value(TRAP), [TOKEN]: token };
        const answer = await ask(`${apiUrl}/comments`, {
          method: "POST",
          headers: { "Content-Type": "application/json", "Idempotency-Key": this.keyFor(submission) },
          body: JSON.stringify({ ...submission, ...traps }),
        });
        if (answer.ok) this.accepted(submission, answer.content);
        else this.refused(answer);
      } catch (problem) {
        hintOrigin(problem.message);
        this.say(text.sendFailed);
      }
      this.setSending(false);
    }

    accepted(submission, { id, status_url }) {
      const { name, website, body, parent } = submission;
      const comment = { id, status: "pending", status_url, name, website, body, parent, at: new Date().toISOString() };
      mine.add(comment);
      this.attempt = null;
      this.token = null;
      this.field("body").value = "";
      this.cancelReply();
      keep("sessionStorage", `draft:${here}`, null);
      keep("sessionStorage", `attempt:${here}`, null);
      this.say("");
      const item = this.thread.placeOwn(comment);
      item.scrollIntoView({ block: item.offsetHeight > window.innerHeight ? "start" : "nearest" });
      item.focus({ preventScroll: true });
      this.thread.watch(id);
      this.wantToken();
    }

    refused({ status, retryAfter, content }) {
      const errors = fieldErrors(content);
      if (status === 429) this.say(plainPhrase(text.tooMany, { seconds: numbers.format(retryAfter || 60) }));
      else if (status >= 500) this.say(text.sendFailed);
      else if (!this.showErrors(errors)) {
        console.warn("Rejoinder: the server refused the comment.", content);
        this.say(text.refused);
      }
    }

    /* The form was sent before this script was there: the address tells which comment became of it. */
    async welcomeBack() {
      const address = new URL(location.href);
      const token = address.searchParams.get(MARKER);
      if (!token) return;
      address.searchParams.delete(MARKER);
      history.replaceState(history.state, "", address);
      try {
        const { ok, content } = await ask(`${server}/v1/status/${encodeURIComponent(token)}`, { cache: "no-store" });
        if (ok) this.say(`${text[content.status]} ${publicReason(content)}`, false);
      } catch {
        /* Not reachable now. The comment is safe; there is only nothing to tell. */
      }
    }

    setSending(isSending) {
      this.isSending = isSending;
      this.field("body").readOnly = isSending; /* what was added to a text on its way would be lost */
      this.button.setAttribute("aria-disabled", isSending);
      this.button.textContent = isSending ? text.sending : this.label;
    }

    say(words, isProblem = true) {
      this.notice.classList.toggle("rejoinder-problem", isProblem);
      this.notice.textContent = words;
    }

    /* Shows each error at its field and goes to the first; says whether there was any that a field could show. */
    showErrors(errors) {
      const shown = ["body", ...PERSON].filter((name) => this.showError(name, errors[name] || ""));
      if (shown.length) this.field(shown[0]).focus();
      this.say(shown.length ? text.fixErrors : "");
      return shown.length > 0;
    }

    showError(name, words) {
      const field = this.field(name);
      if (!field) return false;
      const id = `rejoinder-${field.name}-error`;
      document.getElementById(id)?.remove();
      const others = (field.getAttribute("aria-describedby") || "").split(" ").filter((each) => each && each !== id);
      setOrRemove(field, "aria-describedby", [...others, ...(words ? [id] : [])].join(" "));
      setOrRemove(field, "aria-invalid", words ? "true" : "");
      if (words) (field.closest("label") || field).after(element("span", { class: "rejoinder-error", id }, words));
      return Boolean(words);
    }
  }

  function setOrRemove(node, name, value) {
    if (value) node.setAttribute(name, value);
    else node.removeAttribute(name);
  }

  /* What is wrong with a submission, by field, in the page's language. The server has the last word. */
  function mistakes({ body, name, email, website }) {
    const found = {};
    if (!body.trim()) found.body = text.bodyMissing;
    if (!name) found.name = text.nameMissing;
    if (!email) found.email = text.emailMissing;
    else if (!/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(email)) found.email = text.emailWrong;
    if (website && !parsedUrl(webUrl(website))?.hostname.includes(".")) found.website = text.websiteWrong;
    for (const [field, value] of Object.entries({ body, name, email, website })) {
      const count = [...value].length;
      if (count <= LIMITS[field]) continue;
      found[field] = plainPhrase(text.tooLong, { count: numbers.format(count), limit: numbers.format(LIMITS[field]) });
    }
    return found;
  }

  function fieldErrors(problem) {
    const errors = Array.isArray(problem.errors) ? problem.errors : [];
    return Object.fromEntries(errors.map((each) => [each.field, each.problem]));
  }

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function whenSeen(node, act) {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      act();
    });
    observer.observe(node);
  }

  function rememberBox() {
    const box = element("input", { type: "checkbox", name: "remember", value: "yes" });
    return element("label", { class: "rejoinder-remember" }, box, " ", text.remember);
  }

  function trapField() {
    const field = element("input", { name: TRAP, type: "text", tabindex: "-1", autocomplete: "off" });
    const label = element("label", { class: "rejoinder-trap", "aria-hidden": "true" }, `${text.trap} `, field);
    return element("div", { hidden: true }, label); /* on pages without our styles too */
  }

  function labelled(name, tag, attributes) {
    const id = `rejoinder-${name}`;
    const star = attributes.required ? [" ", element("span", { class: "rejoinder-star", "aria-hidden": "true" }, "*")] : [];
    return element(
      "div",
      { class: `rejoinder-field rejoinder-field-${name}` },
      element("label", { for: id }, text[name], ...star),
      element(tag, { id, name, autocomplete: AUTOCOMPLETE[name], dir: "auto", ...attributes }),
    );
  }

  function buildForm() {
    return element(
      "form",
      { class: "rejoinder-form", method: "post", action: `${apiUrl}/comments`, "data-rejoinder-form": true },
      element(headingTag, { class: "rejoinder-heading" }, text.heading),
      element(
        "p",
        { class: "rejoinder-hint" },
        element("span", { id: "rejoinder-email-note" }, text.emailNote),
        ` ${text.requiredNote} `,
        element("span", { class: "rejoinder-star", "aria-hidden": "true" }, "*"),
      ),
      labelled("body", "textarea", { rows: "6", required: true }),
      element(
        "div",
        { class: "rejoinder-person" },
        labelled("name", "input", { type: "text", required: true }),
        labelled("email", "input", { type: "email", required: true, "aria-describedby": "rejoinder-email-note" }),
        labelled("website", "input", { type: "url" }),
      ),
      element(
        "p",
        { class: "rejoinder-actions" },
        element("button", { type: "submit", class: "rejoinder-submit" }, text.submit),
      ),
    );
  }

  /* ---- Start --------------------------------------------------------------------------------------------- */

  /* Never fails: without its texts the page has English ones. A form of the page's own has a language already. */
  const textsLoaded = loadTexts().catch(() => ({})).then(({ lang = "en", dir = "ltr", texts = {} }) => {
    text = withOwnTexts({ ...TEXT, ...texts });
    plurals = new Intl.PluralRules(lang);
    if (!oldForm) Object.assign(root, { lang, dir });
  });

  async function loadTexts() {
    if (/^en\b/.test(language)) return {};
    const answer = await fetch(`${server}/embed/${language}.json`, {
      credentials: "omit",
      signal: within(TEXTS_TIMEOUT_MS),
    });
    return answer.ok ? answer.json() : {};
  }

  function loadStyles() {
    const href = `${server}/embed.css`;
    const isThere = [...document.querySelectorAll("link[rel~=stylesheet]")].some((link) => link.href === href);
    if (given.css === "none" || isThere) return Promise.resolve();
    return new Promise((done) => {
      const link = element("link", { rel: "stylesheet", href });
      link.addEventListener("load", done, { once: true });
      link.addEventListener("error", done, { once: true });
      document.head.append(link);
    });
  }

  /* The comment that the address leads to, and the one that a draft answers: either may stand far down. */
  function soughtComments() {
    const linked = /^#comment-(cmt_\w+)$/.exec(location.hash);
    return [linked?.[1], recall("localStorage", `draft:${here}`)?.parent].filter(Boolean);
  }

  async function start() {
    root.classList.add("rejoinder");
    root.id ||= MARKER;
    let form = null;
    const thread = new ThreadView((id) => form?.replyTo(id));
    await Promise.all([loadStyles(), thread.load()]);
    if (root.contains(built)) built.after(thread.node);
    else root.prepend(thread.node);
    await thread.bring(soughtComments());
    const formNode = oldForm || buildForm();
    if (!root.contains(formNode)) root.append(formNode);
    if (thread.isClosed) formNode.replaceWith(element("p", { class: "rejoinder-closed" }, text.closed));
    else form = new FormView(formNode, thread);
    await Promise.all([thread.follow(), form?.welcomeBack()]);
    if (location.hash.startsWith("#comment-")) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }

  start();
})();
