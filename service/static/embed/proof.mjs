/* The proof of work that the server asks for while the site is under a flood. Loaded only then. */

import { solve } from "./altcha.js";
import { allTexts } from "./later_texts.js";
import { ask } from "./server.js";

const FRESH_MS = 8 * 60 * 1000; /* the server takes a solution for ten minutes */
const PATIENCE_MS = 15000;
const SILENT_MS = 400;

/*
 * It begins with the first letter, so the author hardly ever waits for it. A browser that cannot do it, or takes too long,
 * posts without: moderators read such a comment first. Each solution is sent once.
 */
function offer(form) {
  let begun = null;
  const begin = () => {
    if (!begun || Date.now() - begun.at_ms > FRESH_MS) begun = { at_ms: Date.now(), ...solving(form.widget) };
  };
  form.field("body").addEventListener("input", begin, { once: true });
  form.prove = async () => {
    begin();
    const { solution, giveUp } = begun;
    begun = null;
    const telling = setTimeout(() => form.say(allTexts(form.widget).proving, false), SILENT_MS);
    const impatience = setTimeout(giveUp, PATIENCE_MS);
    const altcha = await solution;
    clearTimeout(telling);
    clearTimeout(impatience);
    return altcha && { altcha };
  };
}

/* The solution as a promise of a text, "" without one. */
function solving({ api, language, ended }) {
  const controller = new AbortController();
  const giveUp = () => controller.abort();
  ended.signal.addEventListener("abort", giveUp);
  const asked = ask(`${api}/challenge`, language, { cache: "no-store" }, PATIENCE_MS);
  const solution = asked.then(({ ok, content }) => (ok ? payload(content, controller.signal) : "")).catch(() => "");
  return { solution, giveUp };
}

async function payload(challenge, signal) {
  const solution = await solve(challenge, signal);
  return solution ? btoa(JSON.stringify({ challenge, solution })) : "";
}

export { offer };
