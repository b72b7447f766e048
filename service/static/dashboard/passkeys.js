// Passkeys: gets what the browser needs from the server, asks the browser, and sends its answer with the form.

const bytesOf = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

const textOf = (buffer) => {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const add = async (form) => {
  const publicKey = await optionsOf(form, { method: "POST", body: new FormData(form) });
  publicKey.user.id = bytesOf(publicKey.user.id);
  publicKey.excludeCredentials = publicKey.excludeCredentials.map((each) => ({ ...each, id: bytesOf(each.id) }));
  const made = await navigator.credentials.create({ publicKey });
  return answerOf(made, ["clientDataJSON", "attestationObject"]);
};

const signIn = async (form) => {
  const publicKey = await optionsOf(form, {});
  const signed = await navigator.credentials.get({ publicKey });
  return answerOf(signed, ["clientDataJSON", "authenticatorData", "signature", "userHandle"]);
};

const optionsOf = async (form, request) => {
  const answer = await fetch(form.dataset.options, { ...request, headers: { Accept: "application/json" } });
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said.problem ?? form.dataset.refused);
  return { ...said, challenge: bytesOf(said.challenge) };
};

const answerOf = ({ id, rawId, type, response }, parts) => {
  const encoded = parts.filter((part) => response[part]).map((part) => [part, textOf(response[part])]);
  return JSON.stringify({ id, rawId: textOf(rawId), type, response: Object.fromEntries(encoded) });
};

class Refused extends Error {}

const problem = document.getElementById("problem");

const watch = (form, ask) => {
  if (!form || !window.PublicKeyCredential) return;
  form.closest("[hidden]")?.removeAttribute("hidden");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      form.elements.credential.value = await ask(form);
      form.submit();
    } catch (error) {
      problem.textContent = error instanceof Refused ? error.message : form.dataset.refused;
      problem.hidden = false;
    }
  });
};

watch(document.getElementById("add-passkey"), add);
watch(document.getElementById("use-passkey"), signIn);
