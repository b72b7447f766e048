/* What is wrong with a submission, and how the form shows it at each field. */

import { element, parsedUrl, plainPhrase, setOrRemove, webUrl } from "./dom.js";
import { FIELDS } from "./fields.js";
import { allTexts } from "./later_texts.js";

export const LIMITS = { body: 65525, name: 245, email: 254, website: 2000 };

/* By field, in the page's language. The server has the last word. */
export function mistakes(widget, submission) {
  const { formats } = widget;
  const text = allTexts(widget);
  const { body, name, email, website } = submission;
  const found = {};
  if (!body.trim()) found.body = text.bodyMissing;
  if (!name) found.name = text.nameMissing;
  if (!email) found.email = text.emailMissing;
  else if (!/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(email)) found.email = text.emailWrong;
  if (website && !parsedUrl(webUrl(website))?.hostname.includes(".")) found.website = text.websiteWrong;
  for (const field of FIELDS) {
    const count = [...submission[field]].length;
    const [told, limit] = [count, LIMITS[field]].map((number) => formats.numbers.format(number));
    if (count > LIMITS[field]) found[field] = plainPhrase(text.tooLong, { count: told, limit });
  }
  return found;
}

/* Shows each error at its field and goes to the first; says whether there was any that a field could show. */
export function showErrors(form, errors) {
  const shown = FIELDS.filter((name) => showError(form, form.field(name), errors[name] || ""));
  if (shown.length) form.field(shown[0]).focus();
  form.say(shown.length ? allTexts(form.widget).fixErrors : "");
  return shown.length > 0;
}

export function showError(form, field, words) {
  if (!field) return false;
  const id = `${form.widget.ids}${field.name}-error`;
  document.getElementById(id)?.remove();
  const others = (field.getAttribute("aria-describedby") || "").split(" ").filter((each) => each && each !== id);
  setOrRemove(field, "aria-describedby", [...others, ...(words ? [id] : [])].join(" "));
  setOrRemove(field, "aria-invalid", words ? "true" : "");
  if (words) (field.closest("label") || field).after(element("span", { class: "rejoinder-error", id }, words));
  return Boolean(words);
}
