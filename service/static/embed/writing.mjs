/* What is loaded when somebody begins to write: sending a comment, and following one's own. */

import { plainPhrase } from "./dom.js";
import { FIELDS, TRAP } from "./fields.js";
import { allTexts } from "./later_texts.js";
import { keep, recall } from "./memory.js";
import { mistakes, showError, showErrors } from "./mistakes.js";
import { follow, placeOwn, watch } from "./own.js";
import { enrich } from "./rich.js";
import { ask, hintOrigin } from "./server.js";
import { welcomeBack } from "./welcome.js";

const TOKEN = "form_token";
const clear = (form, field) => showError(form, field, "");

/* Sends what stands in the form, a FormView, if nothing is wrong with it. */
async function send(form) {
  const { widget } = form;
  const submission = submissionOf(form);
  if (showErrors(form, mistakes(widget, submission)) || isForeignWrong(form)) return;
  setSending(form, true);
  if (form.mayPost && !(await form.mayPost(submission.body))) return setSending(form, false);
  keep("localStorage", "person", form.field("remember").checked ? form.person() : null);
  try {
    const token = (await form.token?.value) || form.value(TOKEN);
    const proof = await form.prove?.();
    const traps = { [TRAP]: form.value(TRAP), [TOKEN]: token, ...proof };
    const answer = await ask(`${widget.api}/comments`, widget.language, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": keyFor(widget, submission) },
      body: JSON.stringify({ ...submission, ...traps }),
    });
    if (answer.ok) accepted(form, submission, answer.content);
    else refused(form, answer);
  } catch (problem) {
    hintOrigin(widget.server, widget.site, problem.message);
    failed(form, widget.text.sendFailed);
  }
  setSending(form, false);
}

function submissionOf(form) {
  const told = {
    name: form.value("name").trim(),
    email: form.value("email").trim(),
    website: completed(form.value("website").trim()),
    body: form.value("body"),
    thread: form.widget.page,
  };
  for (const { read } of form.parts) Object.assign(told, read());
  return form.parent ? { ...told, parent: form.parent } : told;
}

/* "example.org" is completed to an address; an empty website stays empty. */
function completed(website) {
  return website && !/^[a-z][a-z0-9+.-]*:\/\//i.test(website) ? `https://${website}` : website;
}

/*
 * What is sent again unchanged is sent under the same key, even from another window, so it cannot arrive twice. Only a
 * random beginning of the key is kept, with the draft.
 */
function keyFor(widget, submission) {
  const name = `attempt:${widget.here}`;
  widget.attempt ??= recall("localStorage", name) || newKey();
  keep("localStorage", name, widget.attempt);
  return `${widget.attempt}-${digest(JSON.stringify(submission))}`;
}

/* Tells apart what one draft was when it was sent; it hides nothing. */
function digest(text) {
  let [one, other] = [0x811c9dc5, 0x41c6ce57];
  for (let at = 0; at < text.length; at += 1) {
    one = Math.imul(one ^ text.charCodeAt(at), 2654435761);
    other = Math.imul(other ^ text.charCodeAt(at), 1597334677);
  }
  return [one, other].map((each) => (each >>> 0).toString(36)).join("");
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* Fields that are the page's own, such as a box to consent to its terms, are the browser's to check. */
function isForeignWrong(form) {
  const ours = [...FIELDS, "remember", TRAP].map((name) => form.field(name));
  const wrong = [...form.form.elements].find((each) => !ours.includes(each) && each.validity?.valid === false);
  wrong?.reportValidity();
  return Boolean(wrong);
}

function accepted(form, submission, { id, status_url }) {
  const { widget } = form;
  const { website, body, parent } = submission;
  const name = asKept(submission.name);
  const comment = { id, status: "pending", status_url, name, website, body, parent, at: new Date().toISOString() };
  widget.mine.add(comment);
  widget.attempt = null;
  form.token = form.prove = null;
  form.field("body").value = "";
  form.cancelReply();
  keep("sessionStorage", `draft:${widget.here}`, null);
  keep("localStorage", `attempt:${widget.here}`, null);
  form.say("");
  const item = placeOwn(widget.thread, comment);
  item.scrollIntoView({ block: item.offsetHeight > window.innerHeight ? "start" : "nearest" });
  item.focus({ preventScroll: true });
  watch(widget.thread, id);
  enrich(widget, comment);
  form.wantToken();
  widget.tell("sent", { id });
}

/* The name as the server keeps it and will show it: `as_name` of moderation/unicode_text.py does the same. */
function asKept(name) {
  const plain = name.replace(/[\u202a-\u202e\u2066-\u2069]+/g, "");
  return plain.replace(/([\p{Mn}\p{Me}]{5})[\p{Mn}\p{Me}]+/gu, "$1").trim();
}

function refused(form, { status, retryAfter, content }) {
  const { formats } = form.widget;
  const text = allTexts(form.widget);
  const seconds = formats.numbers.format(retryAfter || 60);
  if (status === 429) failed(form, plainPhrase(text.tooMany, { seconds }));
  else if (status >= 500) failed(form, text.sendFailed);
  else if (!showErrors(form, fieldErrors(content))) {
    console.warn("Rejoinder: the server refused the comment.", content);
    failed(form, text.refused);
  }
}

function fieldErrors(problem) {
  const errors = Array.isArray(problem.errors) ? problem.errors : [];
  return Object.fromEntries(errors.map((each) => [each.field, each.problem]));
}

function failed(form, words) {
  form.say(words);
  form.widget.tell("failed", { what: "send" });
}

function setSending(form, isSending) {
  form.field("body").readOnly = isSending; /* what was added to a text on its way would be lost */
  form.button.setAttribute("aria-disabled", isSending);
  const words = isSending ? allTexts(form.widget).sending : form.label;
  if (form.button.matches("input")) form.button.value = words;
  else form.button.textContent = words;
}

export { clear, follow, send, welcomeBack };
