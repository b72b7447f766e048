/* Sends JSON. */

import { ask } from "./server.js";

export function post(url, language, sent, limit_ms) {
  const headers = { "Content-Type": "application/json" };
  return ask(url, language, { method: "POST", headers, body: JSON.stringify(sent) }, limit_ms);
}
