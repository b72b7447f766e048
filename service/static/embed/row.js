/* One comment of a thread: who wrote it, when, and what. */

import { bodyOf } from "./body.js";
import { control, element, linkTo, phrase, webLink, webUrl } from "./dom.js";
import { rowParts } from "./hooks.js";
import { reportPart } from "./report.js";

export const DEEPEST = 4;
const DISCS = 8;

/* comment: as the server sends it. depth: how many comments it answers. note: what its author alone may read. */
export function row(widget, comment, depth, note) {
  const { text } = widget;
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
        disc(comment.name),
        element("cite", { class: "rejoinder-name", id: `${id}-by` }, href ? webLink(href, name) : name),
        ...(comment.by_site ? [element("span", { class: "rejoinder-badge" }, text.bySite)] : []),
        " ",
        element("a", { class: "rejoinder-date", href: linkTo(id) }, moment(widget.formats, comment.at)),
      ),
      ...(comment.reply_to ? [inReplyTo(text, comment, depth)] : []),
      ...(note ? [note] : []),
      element("div", { class: "rejoinder-body" }, ...bodyOf(comment)),
    ),
  );
  Object.assign(item.dataset, { depth, name: comment.name });
  if (comment.withdrawn) {
    item.firstChild.replaceWith(element("p", { class: "rejoinder-withdrawn" }, text.withdrawn));
    return item;
  }
  const controls = [
    ...(note || widget.thread.isClosed ? [] : [replyButton(widget, comment)]),
    ...[reportPart, ...rowParts].map((part) => part(widget, comment, item)).filter(Boolean),
  ];
  if (controls.length) item.firstChild.append(element("div", { class: "rejoinder-controls" }, ...controls));
  return item;
}

/* The initials on a colour that follows from the name, never from the address. service/formats/discs.py does the same. */
function disc(name) {
  const words = name.split(/\s+/).map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0]).filter(Boolean);
  const initials = [words[0], words.length > 1 && words.at(-1)].filter(Boolean).join("").toUpperCase();
  const number = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 65521, 7) % DISCS;
  return element("span", { class: `rejoinder-disc rejoinder-disc-${number}`, "aria-hidden": "true" }, initials);
}

function moment(formats, at) {
  const date = new Date(at);
  const [datetime, title] = [date.toISOString(), formats.exact.format(date)];
  return element("time", { datetime, title }, formats.age(date));
}

/* Where the indent shows whom a reply answers, only a screen reader needs to be told. */
function inReplyTo(text, comment, depth) {
  const name = element("a", { href: linkTo(`comment-${comment.parent}`) }, element("bdi", {}, comment.reply_to));
  const look = depth > DEEPEST ? "" : " rejoinder-unseen";
  return element("p", { class: `rejoinder-in-reply${look}` }, ...phrase(text.inReplyTo, { name }));
}

function replyButton(widget, comment) {
  const { reply, replyLabel } = widget.text;
  const button = control("button", { type: "button", class: "rejoinder-reply" }, reply, replyLabel, comment.name);
  button.addEventListener("click", () => widget.form?.replyTo(comment.id));
  return button;
}
