/* The author's own comments while nobody else can see them, with what became of each so far. */

import { element } from "./dom.js";
import { editHere } from "./edit.js";
import { allTexts } from "./later_texts.js";
import { ask } from "./server.js";

const STATUS_CHECKS_MS = [2000, 6000, 20000];

export function publicReason(content) {
  return typeof content.reason === "string" ? content.reason : "";
}

export function placeOwn(thread, comment, status = "pending", reason = "") {
  const known = thread.items.get(comment.id);
  const note = element("p", { class: `rejoinder-note rejoinder-note-${status}` }, allTexts(thread.widget)[status]);
  if (reason) note.append(" ", element("span", { dir: "auto" }, reason));
  if (status !== "pending") note.append(" ", dismissButton(thread, comment.id));
  if (!known) return thread.place(comment, thread.order === "newest" ? thread.list.firstChild : null, note);
  known.querySelector(".rejoinder-note")?.replaceWith(note);
  return known;
}

function dismissButton(thread, id) {
  const button = element("button", { type: "button", class: "rejoinder-dismiss" }, allTexts(thread.widget).dismiss);
  button.addEventListener("click", () => {
    thread.widget.mine.drop(id);
    thread.items.get(id).remove();
    thread.items.delete(id);
  });
  return button;
}

/* What became of them since. Those that are in the thread are no longer "own". */
export async function follow(thread) {
  for (const comment of thread.widget.mine.all()) {
    if (thread.items.has(comment.id) && !thread.items.get(comment.id).querySelector(".rejoinder-note")) continue;
    placeOwn(thread, comment, comment.status, comment.reason);
    try {
      await check(thread, comment);
    } catch {
      /* Not reachable now: it stands as it was last known. */
    }
  }
}

async function check(thread, comment) {
  const { mine, language } = thread.widget;
  const { ok, status, content } = await ask(comment.status_url, language, { cache: "no-store" });
  if (status === 404 || status === 410 || content.withdrawn) {
    mine.drop(comment.id);
    thread.items.get(comment.id)?.remove();
    return;
  }
  if (ok) offerRights(thread, comment, content);
  if (!ok || content.status === comment.status) return;
  const reason = content.status === "rejected" ? publicReason(content) : "";
  if (content.status === "approved") mine.drop(comment.id);
  else mine.add({ ...comment, status: content.status, reason });
  placeOwn(thread, comment, content.status, reason);
}

/* Links to the pages on which its author, and nobody else, edits and withdraws it. content: its status. */
function offerRights(thread, { id, status_url }, { editable_until }) {
  const { widget, items } = thread;
  const { server, language } = widget;
  const texts = allTexts(widget);
  const query = new URLSearchParams({ token: status_url.split("/").pop(), lang: language });
  const names = editable_until ? ["edit", "withdraw"] : ["withdraw"];
  const links = names.map((name) => element("a", { href: `${server}/thanks/${name}?${query}` }, texts[name]));
  if (editable_until) editHere(thread, id, links[0]);
  const article = items.get(id)?.querySelector("article");
  article?.querySelector(".rejoinder-rights")?.remove();
  article?.append(element("div", { class: "rejoinder-controls rejoinder-rights" }, ...links));
}

/* The policy often decides within a second; after that it is up to people, and the next visit tells. */
export function watch(thread, id) {
  const { widget } = thread;
  const waiting = () => widget.mine.all().find((each) => each.id === id && each.status === "pending");
  for (const delay_ms of STATUS_CHECKS_MS) {
    setTimeout(() => !widget.isGone && waiting() && check(thread, waiting()).catch(() => {}), delay_ms);
  }
}
