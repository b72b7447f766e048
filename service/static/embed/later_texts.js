/* The texts of what is loaded later, in the same form as those of texts.js and in the same file of each language. */

import { withOwnTexts } from "./own_texts.js";

const _ = (english) => english; /* marks a text for the message catalogue */

const LATER_TEXT = {
  pending: _("Your comment is awaiting moderation."),
  approved: _("Your comment was approved."),
  rejected: _("Your comment was not published."),
  dismiss: _("Remove this note"),
  sending: _("Posting…"),
  bodyMissing: _("Write a comment."),
  nameMissing: _("Write your name, or any name you like."),
  emailMissing: _("Write your email address. It will not be published."),
  emailWrong: _("Write an email address like name@example.com."),
  websiteWrong: _("Write a web address like https://example.com, or leave it empty."),
  tooLong: _("This is too long: {count} characters, and {limit} are allowed."),
  fixErrors: _("Not sent yet: please correct the marked fields."),
  tooMany: _("Too many comments at once. Your text is kept; wait {seconds} seconds, then post it again."),
  refused: _("This site did not accept the comment. Your text is kept."),
  edit: _("Edit your comment"),
  editSave: _("Save the change"),
  editLeave: _("Leave it as it is"),
  withdraw: _("Withdraw your comment"),
  preview: _("Preview"),
  previewFailed: _("The preview could not be loaded. Your text is kept."),
  markdownHint: _("You may write *emphasis*, **strong**, `code`, > quotes, - lists and [links](https://example.com)."),
};

/* All texts in the language of a widget: those above are English until the file of its language has come. */
export function allTexts({ given, text }) {
  return { ...withOwnTexts(given, LATER_TEXT), ...text };
}
