/* Two boxes for mail to the author. Nobody ticks them but the author, and only a server that sends mail offers them. */

import { element } from "./dom.js";

const TELL = { tell_replies: "tellReplies", tell_published: "tellPublished" };
const NAMES = Object.keys(TELL);

/* A part of the form, as hooks.js describes them. */
export function mailPart({ text, language }, form) {
  const has = NAMES.some((name) => form.elements.namedItem(name)); /* the page's own boxes are left as they are */
  const boxes = NAMES.map((name) =>
    element("label", {}, element("input", { type: "checkbox", name, value: "1" }), " ", text[TELL[name]]),
  );
  const node = has ? document.createComment("") : element("p", { class: "rejoinder-tell", hidden: true }, ...boxes);
  return {
    node,
    offer: ({ mail }) => (node.hidden = !mail),
    read() {
      const ticked = NAMES.filter((name) => form.elements.namedItem(name)?.checked);
      return ticked.length ? { ...Object.fromEntries(ticked.map((name) => [name, true])), lang: language } : {};
    },
  };
}
