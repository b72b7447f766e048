/* Parts of the script that not every page needs: loaded when one does, and kept for a year. */

import { knownLanguage } from "./texts.js";

export const VERSION = "__VERSION__"; /* the server's, in the addresses of what it lets caches keep */

export function serverOf(given, base) {
  return new URL(given.server || ".", base).href.replace(/\/$/, "");
}

export function languageOf(given) {
  return knownLanguage(given.lang, document.documentElement.lang, ...navigator.languages);
}

let tries = 0; /* in the address, because browsers remember that a module did not load */

export function part(server, name) {
  const again = tries ? `?${tries}` : "";
  return import(`${server}/embed/${VERSION}/${name}${again}`).catch((problem) => {
    tries += 1;
    throw problem;
  });
}

/* Fills the elements with data-rejoinder-count under `parent`. given: the options of the script. */
export async function count(given, base, parent = document) {
  const places = [...parent.querySelectorAll("[data-rejoinder-count]")];
  if (!places.length || !given.site) return;
  const server = serverOf(given, base);
  const { fill } = await part(server, "counts.mjs");
  await fill(places, given, server, languageOf(given));
}
