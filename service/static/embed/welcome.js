/* The form was sent before the script was there: the address tells which comment became of it. */

import { allTexts } from "./later_texts.js";
import { publicReason } from "./own.js";
import { ask } from "./server.js";

/* form: a FormView. marker: what the address calls the comment's status token. */
export async function welcomeBack(form, marker) {
  const { server, language } = form.widget;
  const address = new URL(location.href);
  const token = address.searchParams.get(marker);
  address.searchParams.delete(marker);
  history.replaceState(history.state, "", address);
  const { ok, content } = await ask(`${server}/v1/status/${encodeURIComponent(token)}`, language, { cache: "no-store" });
  if (ok) form.say(`${allTexts(form.widget)[content.status]} ${publicReason(content)}`, false);
}
