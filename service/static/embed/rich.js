/* How the author's own comment looks, where the site uses Markdown: the part that previews it knows. */

import { bodyOf } from "./body.js";

/* Until the server has answered, and if it does not, the text stands as it was typed. */
export function enrich(widget, { id, body }) {
  const show = (rich) => {
    const known = widget.mine.all().find((each) => each.id === id && each.body === body);
    if (!known || widget.isGone) return;
    widget.mine.add({ ...known, rich });
    widget.thread.items.get(id)?.querySelector(".rejoinder-body").replaceChildren(...bodyOf({ body, rich }));
  };
  widget.form?.preview?.(body).then(show, () => {});
}
