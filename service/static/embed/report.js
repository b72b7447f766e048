/* A link beside "Reply" to the page on which a reader reports the comment; pressed here, it opens a dialog. */

import { control } from "./dom.js";
import { part } from "./parts.js";

/* A part of each comment, as hooks.js describes them. The author's own ones, not public yet, cannot be reported. */
export function reportPart(widget, comment) {
  const { server, site, language, text } = widget;
  const { id, name, status_url } = comment;
  if (status_url) return null;
  const href = `${server}/sites/${encodeURIComponent(site)}/report?comment=${id}&lang=${language}`;
  const link = control("a", { class: "rejoinder-report", href }, text.report, text.reportLabel, name);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    part(server, "reporting.mjs").then((it) => it.open(widget, comment), () => location.assign(href));
  });
  return link;
}
