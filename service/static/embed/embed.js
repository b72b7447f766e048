/*
 * Rejoinder: the comments of a page and its "Leave a Reply" form.
 *
 *   <script src="https://comments.example/embed.js" defer data-site="my-blog"></script>
 *
 * Every option and every sentence can be given as a data- attribute; docs/embed.md lists them all.
 */

import { element } from "./dom.js";
import { formParts, rowParts } from "./hooks.js";
import { count } from "./parts.js";
import { isMounted, mount } from "./widget.js";

const script = document.currentScript;
const defaults = script ? { ...script.dataset } : {};

/* The elements that the page names; else a form of its own, wherever it stands; else the place of the script. */
function roots() {
  const named = [...document.querySelectorAll("#rejoinder, [data-rejoinder]")].filter((each) => !isMounted(each));
  if (named.length) return named;
  if (document.querySelector(".rejoinder")) return [];
  const made = element("section");
  const form = document.querySelector("form[data-rejoinder-form]");
  const block = form && (form.closest("#respond") || form);
  if (block) block.replaceWith(made);
  else if (document.head.contains(script)) document.body.append(made);
  else script.before(made);
  if (block) made.append(block);
  return [made];
}

if (!script) {
  console.error('Rejoinder: load embed.js with a plain <script src="…" defer>, or import embed.mjs.');
} else {
  const base = script.src;
  window.Rejoinder ||= {
    mount: (root, options) => mount(root, { ...defaults, ...root.dataset, ...options }, base),
    count: (parent) => count(defaults, base, parent),
    rowParts,
    formParts,
  };
  if (defaults.mount !== "manual") roots().forEach((root) => window.Rejoinder.mount(root));
  window.Rejoinder.count().catch(() => {}); /* the places keep their own words */
}
