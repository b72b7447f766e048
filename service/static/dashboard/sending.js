// Sends forms one after the other, in the order of the keys. An answer is an object: what the server said; or
// { lost: where to sign in }, { problem: words }, or { offline: true }.

const TIMEOUT_MS = 30_000;
let last = Promise.resolve();

export const send = (url, fields) => afterwards(() => post(url, fields));

// What must see the results of all that was sent before it.

export const afterwards = (work) => {
  last = last.then(work);
  return last;
};

const post = async (url, fields) => {
  const body = new URLSearchParams(fields);
  body.set("csrf", document.querySelector("#act [name=csrf]").value);
  try {
    const answer = await fetch(url, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const said = await answer.json();
    if (answer.status === 401) return { lost: said.sign_in };
    return answer.ok ? said : { problem: said.problem ?? "", isGone: answer.status === 404 };
  } catch {
    return { offline: true };
  }
};
