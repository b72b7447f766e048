/* The texts of what is loaded later, in the same form as those of texts.js and in the same file of each language. */

import { withOwnTexts } from "./own_texts.js";

const _ = (english) => english; /* marks a text for the message catalogue */

const LATER_TEXT = {
  edit: _("Edit your comment"),
  editSave: _("Save the change"),
  editLeave: _("Leave it as it is"),
  withdraw: _("Withdraw your comment"),
};

/* All texts in the language of a widget: those above are English until the file of its language has come. */
export function allTexts({ given, text }) {
  return { ...withOwnTexts(given, LATER_TEXT), ...text };
}
