/* The form's fields, and how they are drawn. */

import { element } from "./dom.js";

export const PERSON = ["name", "email", "website"];
export const FIELDS = ["body", ...PERSON];
export const TRAP = "leave_empty";
const AUTOCOMPLETE = { name: "name", email: "email", website: "url" };

export function rememberBox(text) {
  const box = element("input", { type: "checkbox", name: "remember", value: "yes" });
  return element("label", { class: "rejoinder-remember" }, box, " ", text.remember);
}

export function trapField(text) {
  const field = element("input", { name: TRAP, type: "text", tabindex: "-1", autocomplete: "off" });
  const label = element("label", { class: "rejoinder-trap", "aria-hidden": "true" }, `${text.trap} `, field);
  return element("div", { hidden: true }, label); /* on pages without our styles too */
}

function star() {
  return element("span", { class: "rejoinder-star", "aria-hidden": "true" }, "*");
}

function labelled({ ids, text }, name, tag, attributes) {
  const id = ids + name;
  return element(
    "div",
    { class: `rejoinder-field rejoinder-field-${name}` },
    element("label", { for: id }, text[name], ...(attributes.required ? [" ", star()] : [])),
    element(tag, { id, name, autocomplete: AUTOCOMPLETE[name], dir: "auto", ...attributes }),
  );
}

/* The form, where the page has none. widget.ids: what the ids of its elements begin with. */
export function buildForm(widget) {
  const { ids, text, tag, api } = widget;
  const [required, type] = [true, "text"];
  return element(
    "form",
    { class: "rejoinder-form", method: "post", action: `${api}/comments` },
    element(tag, { class: "rejoinder-heading" }, text.heading),
    element(
      "p",
      { class: "rejoinder-hint" },
      element("span", { id: `${ids}email-note` }, text.emailNote),
      ` ${text.requiredNote} `,
      star(),
    ),
    labelled(widget, "body", "textarea", { rows: "6", required }),
    element(
      "div",
      { class: "rejoinder-person" },
      labelled(widget, "name", "input", { type, required }),
      labelled(widget, "email", "input", { type: "email", required, "aria-describedby": `${ids}email-note` }),
      labelled(widget, "website", "input", { type, inputmode: "url" }),
    ),
    element(
      "p",
      { class: "rejoinder-actions" },
      element("button", { type: "submit", class: "rejoinder-submit" }, text.submit),
    ),
  );
}
