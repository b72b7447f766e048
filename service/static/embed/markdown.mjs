/* The preview of a comment, where the site uses Markdown. Loaded when the form is first seen. */

import { bodyOf } from "./body.js";
import { element } from "./dom.js";
import { allTexts } from "./later_texts.js";
import { post } from "./post.js";

/* Adds a hint and a button to the form, a FormView. */
function offer(form) {
  if (form.preview) return;
  const text = allTexts(form.widget);
  const field = form.field("body");
  const button = element("button", { type: "button", class: "rejoinder-more" }, text.preview);
  const hint = element("p", { class: "rejoinder-hint" }, text.markdownHint);
  const box = element("div", { role: "region", tabindex: "-1", "aria-label": text.preview, hidden: true });
  box.className = "rejoinder-note rejoinder-body";
  form.preview = (body) => rendered(form.widget, body);
  form.form.querySelectorAll("[name=preview], [data-hint=markdown]").forEach((plain) => plain.remove());
  (field.closest(".rejoinder-field, .comment-form-comment") || field).after(hint, box);
  form.button.after(" ", button);
  form.parts.push(...[hint, box, button].map((node) => ({ node, read: () => ({}) })));
  field.addEventListener("input", () => (box.hidden = true));
  button.addEventListener("click", async () => {
    const body = field.value;
    if (!body.trim()) return field.focus();
    const rich = await form.preview(body).catch(() => undefined);
    if (rich === undefined) return form.say(text.previewFailed);
    form.say("");
    box.replaceChildren(...bodyOf({ body, rich }));
    box.hidden = false;
    box.focus();
  });
}

async function rendered({ api, language }, body) {
  const { ok, content } = await post(`${api}/preview`, language, { body });
  if (!ok) throw new Error("no preview");
  return content.rich;
}

export { offer };
