/* The dialog in which a reader reports a comment. Loaded when somebody presses "Report". */

import SHEET from "./reporting.css";
import { element, plainPhrase } from "./dom.js";
import { allTexts } from "./later_texts.js";
import { post } from "./post.js";

const MOST = 1000;
const REASONS = {
  spam: "reasonSpam",
  abuse: "reasonAbuse",
  threat: "reasonThreat",
  identity_attack: "reasonHatred",
  personal_data: "reasonPersonal",
  illegal: "reasonIllegal",
  other: "reasonOther",
};
const sheet = new CSSStyleSheet();
sheet.replaceSync(SHEET);

/* The browser keeps the focus in the dialog, closes it with Esc, and gives the focus back to the link. */
function open(widget, comment) {
  const text = allTexts(widget);
  const { root } = widget;
  const home = root.getRootNode();
  if (!home.adoptedStyleSheets.includes(sheet)) home.adoptedStyleSheets = [...home.adoptedStyleSheets, sheet];
  const choice = ([value, name]) =>
    element("label", {}, element("input", { type: "radio", name: "reason", value, required: true }), " ", text[name]);
  const more = element("textarea", { name: "text", rows: "3", maxlength: MOST, dir: "auto" });
  const notice = element("p", { class: "rejoinder-notice rejoinder-problem", role: "alert" });
  const send = element("button", { type: "submit", class: "rejoinder-submit" }, text.reportSend);
  const close = element("button", { type: "button", class: "rejoinder-cancel" }, text.close);
  const actions = element("p", { class: "rejoinder-actions" }, send, " ", close);
  const form = element(
    "form",
    {},
    element("fieldset", {}, element("legend", {}, text.reportWhat), ...Object.entries(REASONS).map(choice)),
    element("label", {}, text.reportMore, more),
    element("p", { class: "rejoinder-hint" }, text.reportNote),
    notice,
    actions,
  );
  const label = plainPhrase(text.reportLabel, { name: comment.name });
  const dialog = element("dialog", { class: "rejoinder-dialog", "aria-label": label }, form);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    const problem = await report(widget, comment.id, new FormData(form)).catch(() => text.reportFailed);
    send.disabled = false;
    notice.textContent = problem;
    if (problem) return;
    form.replaceChildren(element("p", { role: "status" }, text.reportThanks), element("p", {}, close));
    close.focus();
  });
  root.append(dialog);
  dialog.showModal();
}

/* Gives what is wrong with it, "" for nothing. */
async function report(widget, id, given) {
  const { api, language } = widget;
  const { ok, content } = await post(`${api}/comments/${id}/reports`, language, Object.fromEntries(given));
  if (ok) return "";
  return content.errors?.[0]?.problem || content.detail || allTexts(widget).reportFailed;
}

export { open };
