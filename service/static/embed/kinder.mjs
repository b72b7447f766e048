/* Asks an author once to put it more kindly, where the site wants that. Loaded when the form is first seen. */

import { element } from "./dom.js";
import { allTexts } from "./later_texts.js";
import { post } from "./post.js";

const PATIENCE_MS = 4000;

/* Before the form, a FormView, sends a text, it asks the server. A text is asked about once; without an answer it is sent. */
function offer(form) {
  const asked = new Set();
  form.mayPost = async (body) => {
    if (asked.has(body) || !(await isHarsh(form.widget, body).catch(() => false))) return true;
    asked.add(body);
    question(form);
    return false;
  };
}

async function isHarsh({ api, language }, body) {
  const answer = await post(`${api}/tone`, language, { body }, PATIENCE_MS);
  return answer.ok && answer.content.kinder;
}

function question(form) {
  const text = allTexts(form.widget);
  const change = element("button", { type: "button", class: "rejoinder-more" }, text.kinderChange);
  const post = element("button", { type: "button", class: "rejoinder-more" }, text.kinderPost);
  const words = [element("strong", {}, text.kinderQuestion), " ", text.kinderHint];
  form.say("", false);
  form.notice.append(...words, element("p", { class: "rejoinder-actions" }, change, " ", post));
  change.addEventListener("click", () => {
    form.say("", false);
    form.field("body").focus();
  });
  post.addEventListener("click", () => {
    form.say("", false);
    form.submit();
  });
  change.focus();
}

export { offer };
