// Keys and comfort for the dashboard. Every page works without this file: it only presses what is there already.
"use strict";

const cards = [...document.querySelectorAll("[data-card]")];
const bulk = document.getElementById("bulk");
const help = document.getElementById("keys");
const notices = document.getElementById("notices");

// Where the moderator is. The card with the focus, or whatever is focused in it.

const current = () => document.activeElement.closest?.("[data-card]") ?? null;

const goTo = (card) => {
  if (!card) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
};

const step = (by) => {
  const place = cards.indexOf(current());
  const menu = openMenu();
  if (menu) menu.open = false;
  goTo(place < 0 ? cards[0] : cards[place + by]);
};

const openMenu = () => document.querySelector("[data-menu][open]");

const closeMenu = () => {
  const menu = openMenu();
  if (!menu) return;
  menu.open = false;
  goTo(menu.closest("[data-card]"));
};

// Keys. In a field they are letters, and with Ctrl, Alt or Meta they are the browser's.

const LEAST = 40; // pixels of a card, between what floats above and below

const isInSight = (card) => {
  const { top, bottom } = card.getBoundingClientRect();
  const from = notices?.getBoundingClientRect().bottom ?? 0;
  const to = bulk && !bulk.hidden ? bulk.getBoundingClientRect().top : window.innerHeight;
  return bottom > from + LEAST && top < to - LEAST;
};

// A key decides only about a comment that is marked and in sight. Otherwise it goes there, and the next one decides.

const inHand = () => {
  const card = current() ?? (cards.length === 1 ? cards[0] : undefined);
  if (card && isInSight(card)) return card;
  goTo(card ?? cards.find(isInSight));
  return null;
};

const press = (selector, place = inHand()) => {
  const control = place?.querySelector(selector);
  if (control) control.click();
  return Boolean(control);
};

const undo = () => press('[data-key="u"]', notices) || press('[data-key="u"]');

const reject = () => {
  const card = inHand();
  if (!press('[data-key="r"]', card)) return;
  card.querySelector("[data-menu][open] [data-reason]")?.focus();
};

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => press('[data-key="a"]'),
  r: reject,
  u: undo,
  x: () => press('[data-key="x"]'),
  "?": () => help?.showModal(),
};

const isTyping = (target) => target.matches('select, textarea, input:not([type="checkbox"])');

// Enter in a field would send its form, whose first button decides nothing (`_enter.html`): spare the way.

const isAsideOfDeciding = (target) => target.matches("input, select") && target.form?.matches("#bulk, .reject > form");

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && isAsideOfDeciding(event.target)) return event.preventDefault();
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat && event.key !== "j" && event.key !== "k") return;
  if (event.key === "Escape" && openMenu()) return closeMenu();
  if (help?.open || isTyping(event.target)) return;
  const reason = current()?.querySelector(`[data-menu][open] [data-reason="${CSS.escape(event.key)}"]`);
  const act = reason ? () => inHand() && reason.click() : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

for (const menu of document.querySelectorAll("[data-menu]")) {
  menu.addEventListener("toggle", () => menu.open && menu.querySelector("form").scrollIntoView({ block: "nearest" }));
}

document.addEventListener("click", (event) => {
  const menu = openMenu();
  if (menu && !menu.contains(event.target)) menu.open = false;
});

// A decision is sent once, however often the key is pressed.

document.addEventListener("submit", (event) => {
  if (event.target.method === "dialog") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});

window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Selecting many.

const picks = [...document.querySelectorAll('[name="pick"]')];

const countPicked = () => {
  const count = picks.filter((pick) => pick.checked).length;
  bulk.hidden = count === 0;
  const picked = bulk.querySelector("[data-picked]");
  picked.textContent = picked.dataset.picked.replace("{count}", count);
  bulk.querySelector("[data-all]").checked = count === picks.length;
};

if (bulk) {
  bulk.classList.add("floating");
  bulk.querySelector(".all").hidden = false;
  bulk.querySelector("[data-all]").addEventListener("change", (event) => {
    for (const pick of picks) pick.checked = event.target.checked;
    countPicked();
  });
  for (const pick of picks) pick.addEventListener("change", countPicked);
  countPicked();
}

// The notices stay on top, where they must hide nothing. They are read out with the comment that gets the focus.

const goOn = (card) => {
  if (notices) {
    document.documentElement.style.scrollPaddingTop = `${notices.offsetHeight}px`;
    card.setAttribute("aria-describedby", notices.id);
  }
  goTo(card);
};

// After a decision: go on with the next comment, and let a reload not tell the old news again.

if (cards.length) {
  document.documentElement.classList.add("keys");
  document.querySelector("[data-keys-hint]")?.removeAttribute("hidden");
  const place = new URL(location.href);
  const next = place.hash && document.getElementById(place.hash.slice(1));
  const outcomes = ["done", "changed", "kept"].filter((word) => place.searchParams.has(word));
  if (next || outcomes.length) goOn(cards.includes(next) ? next : cards[0]);
  for (const word of outcomes) place.searchParams.delete(word);
  history.replaceState(null, "", place);
}
