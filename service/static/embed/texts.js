/*
 * The texts. data-text-load-again="…" replaces loadAgain, and so on; {count} and the like are filled in. The server
 * reads their names here, one a line, and answers /embed/de.json with the German ones.
 */

const _ = (english) => english; /* both mark a text for the message catalogue */
const ngettext = (one, other) => ({ one, other });

export const TEXT = {
  comments: ngettext("{count} comment", "{count} comments"),
  someComments: _("Comments"),
  noComments: _("No comments yet."),
  loading: _("Loading the comments…"),
  loadFailed: _("The comments could not be loaded."),
  loadAgain: _("Try again"),
  showMore: _("Show more comments"),
  showEarlier: _("Show earlier comments"),
  order: _("Order of the comments"),
  oldest: _("Oldest first"),
  newest: _("Newest first"),
  replies: _("Most replies first"),
  closed: _("Comments on this page are closed."),
  reply: _("Reply"),
  replyLabel: _("Reply to {name}"),
  report: _("Report"),
  reportLabel: _("Report the comment by {name}"),
  inReplyTo: _("In reply to {name}"),
  bySite: _("Author"),
  withdrawn: _("This comment was withdrawn by its author."),
  replyingTo: _("Replying to {name}"),
  cancelReply: _("Cancel reply"),
  heading: _("Leave a Reply"),
  emailNote: _("Your email address will not be published."),
  requiredNote: _("Required fields are marked"),
  body: _("Comment"),
  name: _("Name"),
  email: _("Email"),
  website: _("Website"),
  remember: _("Save my name, email, and website in this browser for the next time I comment."),
  tellReplies: _("Tell me by email about replies"),
  tellPublished: _("Tell me by email when it is published"),
  submit: _("Post Comment"),
  trap: _("Leave this empty"),
  sendFailed: _("Your comment could not be sent. Your text is kept; check your connection, then post it again."),
};

/* The first that is a language tag: pages say "en_US" and worse. */
export function knownLanguage(...tags) {
  for (const tag of tags.filter(Boolean)) {
    try {
      return Intl.getCanonicalLocales(tag.replace("_", "-"))[0];
    } catch {
      /* The next may be one. */
    }
  }
  return "en";
}

const UNITS = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 7],
  ["week", 5],
];

/* Dates and numbers as a language writes them. The formats are made once: making one takes a millisecond or two. */
export class Formats {
  constructor(language) {
    this.exact = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
    this.day = new Intl.DateTimeFormat(language, { dateStyle: "long" });
    this.ago = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    this.numbers = new Intl.NumberFormat(language);
  }

  /* How long ago, as "2 hours ago"; after five weeks the day. */
  age(date) {
    let left = Math.max(0, (Date.now() - date) / 1000);
    for (const [unit, size] of UNITS) {
      if (left < size) return this.ago.format(-Math.floor(left), unit);
      left /= size;
    }
    return this.day.format(date);
  }
}
