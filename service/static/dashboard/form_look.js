// The look of a form: the preview and the lines to paste follow what is chosen at once. Without this, a button does it.

const look = document.getElementById("look");
const switches = document.getElementById("switches");
const frame = document.getElementById("preview");
const PAUSE_MS = 150; // between letters, and between the many colours that a picker passes
let asked = 0;
let waits = 0;

// The server says what the lines and the address of the preview are, so that both are as without this script.
const follow = async () => {
  const chosen = new URLSearchParams([...new FormData(look)].filter(([, value]) => value));
  const here = `${location.pathname}?${chosen}`;
  const mine = (asked += 1);
  const answer = await fetch(here).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== asked) return;
  document.getElementById("lines").replaceWith(page.getElementById("lines"));
  switches.action = page.getElementById("switches").getAttribute("action");
  replaceNotice(page.getElementById("problem"));
  for (const field of look.querySelectorAll("[id]")) mark(field, page.getElementById(field.id));
  showCopies();
  history.replaceState(null, "", here);
  showPreview(page.getElementById("preview").getAttribute("src"));
};

const replaceNotice = (notice) => {
  document.querySelector("main > .notice")?.remove();
  if (notice) document.querySelector(".look").before(notice);
};

const mark = (field, told) => {
  if (told?.hasAttribute("aria-invalid")) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
};

const showPreview = (address) => {
  const wanted = new URL(address, location.href);
  const on = [...new FormData(switches).keys()].filter((name) => name !== "csrf");
  wanted.searchParams.set("switches", on.join(","));
  frame.contentWindow.location.replace(wanted); // as `src` it would be a step of the Back button
};

const followSoon = () => {
  clearTimeout(waits);
  waits = setTimeout(follow, PAUSE_MS);
};

const showCopies = () => {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
};

const copy = async (button) => {
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  const words = button.textContent;
  if (words === button.dataset.done) return;
  button.textContent = button.dataset.done;
  button.addEventListener("blur", () => (button.textContent = words), { once: true });
};

for (const picker of look.querySelectorAll("[data-for]")) {
  const field = document.getElementById(picker.dataset.for);
  const take = () => {
    const value = field.value || field.placeholder;
    if (/^#[0-9a-f]{6}$/i.test(value)) picker.value = value;
  };
  take();
  picker.hidden = false;
  picker.addEventListener("input", () => (field.value = picker.value));
  field.addEventListener("input", take);
}

look.querySelector(".acts").hidden = true;
document.addEventListener("input", ({ target }) => target.form === look && followSoon());
look.addEventListener("submit", (event) => event.preventDefault() || follow());
switches.addEventListener("change", () => showPreview(frame.contentWindow.location.href));
document.addEventListener("click", ({ target }) => target.closest?.("[data-copy]") && copy(target.closest("[data-copy]")));
showCopies();
