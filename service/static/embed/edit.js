/* The author changes a comment where it stands, so that this browser knows the new text. */

import { bodyOf } from "./body.js";
import { element } from "./dom.js";
import { allTexts } from "./later_texts.js";
import { LIMITS } from "./mistakes.js";
import { enrich } from "./rich.js";
import { post } from "./post.js";

/* The link leads to the page for it; pressed here, it opens a form under the comment. */
export function editHere(thread, id, link) {
  link.addEventListener("click", (event) => {
    const comment = thread.widget.mine.all().find((each) => each.id === id);
    const item = thread.items.get(id);
    if (!comment || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!item.querySelector(".rejoinder-edit")) openEdit(thread.widget, comment, item);
  });
}

function openEdit(widget, comment, item) {
  const text = allTexts(widget);
  const field = element("textarea", { rows: "6", maxlength: LIMITS.body, dir: "auto", "aria-label": text.edit });
  field.value = comment.body;
  const save = element("button", { type: "button", class: "rejoinder-submit" }, text.editSave);
  const leave = element("button", { type: "button", class: "rejoinder-cancel" }, text.editLeave);
  const notice = element("p", { class: "rejoinder-notice", role: "status" });
  const actions = element("p", { class: "rejoinder-actions" }, save, " ", leave);
  const box = element("div", { class: "rejoinder-edit rejoinder-field" }, field, notice, actions);
  const close = () => {
    box.remove();
    item.querySelector(".rejoinder-rights a")?.focus(); /* drawn anew with each check of the status */
  };
  leave.addEventListener("click", close);
  save.addEventListener("click", async () => {
    save.disabled = true;
    notice.textContent = await change(widget, comment, field.value).catch(() => text.sendFailed);
    save.disabled = false;
    if (notice.textContent) return;
    item.querySelector(".rejoinder-body").replaceChildren(...bodyOf({ body: field.value }));
    enrich(widget, { id: comment.id, body: field.value });
    close();
  });
  item.querySelector("article").append(box);
  field.focus();
}

/* Gives what is wrong with it, "" for nothing. */
async function change(widget, comment, body) {
  const { mine, language } = widget;
  const { ok, content } = await post(`${comment.status_url}/edit`, language, { body });
  if (!ok) return content.errors?.[0]?.problem || content.detail || allTexts(widget).refused;
  mine.add({ ...comment, body, rich: null, status: content.status });
  return "";
}
