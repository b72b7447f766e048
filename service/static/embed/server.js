/* Requests to Rejoinder. No cookie is sent, and no answer is waited for longer than twenty seconds. */

const TIMEOUT_MS = 20000;

/* What the server says of a comment is in the language of the page, not of the browser. */
export async function ask(url, language, init = {}, limit_ms = TIMEOUT_MS) {
  const headers = { ...init.headers, "Accept-Language": language };
  const signal = AbortSignal.timeout?.(limit_ms);
  const answer = await fetch(url, { credentials: "omit", signal, ...init, headers });
  const content = await answer.json().catch(() => ({}));
  return { ok: answer.ok, status: answer.status, retryAfter: answer.headers.get("Retry-After"), content };
}

/* A browser does not tell a script why a request failed: the origin may not be allowed, the site's id be wrong. */
export function hintOrigin(server, site, problem) {
  const { origin } = window; /* "null" in a file and in a sandbox, where the address has another */
  const remedy = /^http/.test(origin)
    ? `Does \`rejoinder site list\` show the site "${site}", and that it allows this page's origin, ${origin}?`
    : `This page has no origin that a site could allow: open it over http or https, outside a sandbox.`;
  console.warn(`Rejoinder: ${server} did not answer this page (${problem}). ${remedy}`);
}
