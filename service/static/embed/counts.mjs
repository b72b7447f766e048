/* How many comments other pages have: <a data-rejoinder-count="/2026/bread">, a hundred in one request. */

import { plainPhrase } from "./dom.js";
import { ask } from "./server.js";
import { withOwnTexts } from "./own_texts.js";
import { Formats, TEXT } from "./texts.js";

const MOST = 100; /* keys that the server counts at once */

/* Fills these elements. given: the options of the script. language: the page's. The texts stand beside this file. */
async function fill(places, given, server, language) {
  const keys = [...new Set(places.map((each) => each.dataset.rejoinderCount))].filter(Boolean);
  const told = /^en\b/.test(language) ? {} : await ask(new URL(`${language}.json`, import.meta.url), language).catch(() => ({}));
  const { lang = "en", texts } = told.content || {};
  const words = withOwnTexts(given, { ...TEXT, ...texts }).comments;
  const [plurals, { numbers }] = [new Intl.PluralRules(lang), new Formats(language)];
  for (let at = 0; at < keys.length; at += MOST) {
    const asked = new URLSearchParams(keys.slice(at, at + MOST).map((key) => ["key", key]));
    const { content } = await ask(`${server}/v1/sites/${encodeURIComponent(given.site)}/counts?${asked}`, language);
    for (const place of places) {
      const number = content.counts?.[place.dataset.rejoinderCount];
      const sentence = words[plurals.select(number)] ?? words.other;
      if (number != null) place.textContent = plainPhrase(sentence, { count: numbers.format(number) });
    }
  }
}

export { fill };
