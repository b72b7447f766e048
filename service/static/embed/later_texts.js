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
  close: _("Close"),
  reportWhat: _("What is wrong with it?"),
  reportMore: _("More about it (optional)"),
  reportNote: _("Moderators read it. Your name and address are not asked for, and the author does not learn of it."),
  reportSend: _("Send the report"),
  reportThanks: _("Thank you. The report is with the moderators."),
  reportFailed: _("The report could not be sent. Please try again."),
  reasonSpam: _("Advertising or spam"),
  reasonAbuse: _("Abuse or insults"),
  reasonThreat: _("A threat"),
  reasonHatred: _("Hatred of people for who they are"),
  reasonPersonal: _("Somebody’s personal data"),
  reasonIllegal: _("Illegal content"),
  reasonOther: _("Something else"),
  kinderQuestion: _("Would you put it more kindly?"),
  kinderHint: _("It may hurt somebody who reads it. You can change it, or post it as it is."),
  kinderChange: _("Change the text"),
  kinderPost: _("Post it as it is"),
  proving: _("Many comments are arriving right now. Your browser does a short calculation first, then sends your comment."),
  preview: _("Preview"),
  previewFailed: _("The preview could not be loaded. Your text is kept."),
  markdownHint: _("You may write *emphasis*, **strong**, `code`, > quotes, - lists and [links](https://example.com)."),
};

/* All texts in the language of a widget: those above are English until the file of its language has come. */
export function allTexts({ given, text }) {
  return { ...withOwnTexts(given, LATER_TEXT), ...text };
}
