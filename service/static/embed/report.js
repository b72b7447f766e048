/* A link beside "Reply" to the page on which a reader reports the comment. */

import { control } from "./dom.js";

/* A part of each comment, as hooks.js describes them. The author's own ones, not public yet, cannot be reported. */
export function reportPart({ server, site, language, text }, { id, name, status_url }) {
  if (status_url) return null;
  const href = `${server}/sites/${encodeURIComponent(site)}/report?comment=${id}&lang=${language}`;
  return control("a", { class: "rejoinder-report", href }, text.report, text.reportLabel, name);
}
