// Keys and comfort for the dashboard. Every page works without this: it only presses what is there already, and on a
// list it decides in place instead of loading the page again.
import { current, goTo, inHand, listed, show, step } from "./cards.js";
import { closeMenu, openAnswer, openAuthor, openEvidence, openMenu, openNote, openReasons, keepNote } from "./card_parts.js";
import { approve, rejectAs, submitInPlace, undoLast } from "./deciding.js";
import { keyOf, digitOf } from "./keys.js";
import { watchNews } from "./news.js";
import { showNotice } from "./notices.js";
import { openPalette } from "./palette.js";
import { countPicked, pick, picked } from "./picking.js";
import { watchTogether } from "./together.js";
import { watchSwipes } from "./touch.js";

const list = document.getElementById("list");
const help = document.getElementById("keys");

const press = (key, place = inHand()) => {
  const control = place?.querySelector(`[data-key="${key}"]`);
  control?.click();
  return Boolean(control);
};

const pressAnywhere = (key) => document.querySelector(`#notices [data-key="${key}"]`)?.click() ?? press(key);

// A key acts on the selection where there is one, else on the comment in hand.

const onChosen = (act, otherwise) => {
  if (!list) return otherwise();
  const chosen = picked();
  const cards = chosen.length ? chosen : [inHand()].filter(Boolean);
  if (cards.length && cards.every((card) => card.querySelector(".acts"))) act(cards);
};

const reject = () =>
  onChosen(
    (cards) => openReasons(cards.length > 1 || picked().length ? document.getElementById("bulk") : cards[0]),
    () => document.querySelector("#reject [data-reason]")?.focus(),
  );

const undo = () => {
  if (!list) return ["#notices", ".in-hand", "main"].some((where) => press("u", document.querySelector(where)));
  return list.dataset.status === "pending" ? undoLast() : press("u") || undoLast();
};

const move = (by) => (list || listed().length > 1 ? step(by) : press(by > 0 ? "j" : "k", document));

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  a: () => onChosen(approve, () => press("a")),
  s: () => onChosen((cards) => rejectAs(cards, "spam"), () => press("s") || press("reason", document)),
  r: reject,
  c: () => press("c"),
  y: () => pressAnywhere("y"),
  u: undo,
  x: () => press("x"),
  J: () => extend(1),
  K: () => extend(-1),
  A: () => decideAll("approve"),
  R: () => decideAll("reject"),
  "!": () => escalate(),
  z: () => list && skip(inHand()),
  n: () => (list ? openNote(inHand()) : document.querySelector("#reject [data-note]")?.focus()),
  e: () => (list ? openEvidence(inHand()) : document.getElementById("evidence")?.scrollIntoView()),
  o: () => press("o"),
  p: () => (list ? openAuthor(inHand()) : press("p")),
  "/": () => document.querySelector(".find input")?.focus(),
  "?": () => help?.showModal(),
};

// Everything that matches is decided on a page of its own: how much it is and a sample come first.

const decideAll = (action) => {
  if (!list?.dataset.bulk || !document.getElementById("bulk")) return;
  const place = new URL(list.dataset.bulk, location.href);
  place.searchParams.set("action", action);
  location.href = place;
};

const escalate = () => {
  const field = document.querySelector("[data-escalate]");
  const link = list && inHand()?.querySelector('a[data-key="o"]');
  if (link) location.href = `${link.href}#escalate`;
  else field?.focus();
};

// The selection grows from one comment to the next; what is skipped comes back at the end of the list.

const extend = (by) => {
  const card = list && inHand();
  if (!card) return;
  step(by);
  pick(card, current());
};

const skip = (card) => {
  if (!card) return;
  const next = card.nextElementSibling ?? card.previousElementSibling;
  list.append(card);
  goTo(next);
};

let goesTo = false;

const isTyping = (target) => target.matches('select, textarea, input:not([type="checkbox"], [type="radio"])');

// Enter in a field would send its form, whose first button decides nothing (`_enter.html`): spare the way. In the field
// of a note it keeps the note.

const isAsideOfDeciding = (target) =>
  target.matches("input, select") && (target.form?.matches("#bulk, .reject") || target.closest(".reject, .note-field"));

const actOn = (event) => {
  const key = keyOf(event);
  if (goesTo) {
    goesTo = false;
    return () => document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click();
  }
  if (key === "g") return () => (goesTo = true);
  const menu = openMenu();
  const digit = menu && CSS.escape(digitOf(event) ?? key);
  const reason = menu?.querySelector(`[data-reason="${digit}"]`);
  const isInHand = () => !menu.closest("[data-card]") || inHand() === menu.closest("[data-card]");
  return reason ? () => isInHand() && reason.click() : KEYS[key];
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && keyOf(event) === "k") {
    event.preventDefault();
    return openPalette(KEYS);
  }
  if (event.key === "Enter" && event.target.matches("[data-note]")) keepNote(event.target);
  if (event.key === "Enter" && isAsideOfDeciding(event.target)) return event.preventDefault();
  if (event.ctrlKey || event.altKey || event.metaKey || (event.repeat && !"jk".includes(keyOf(event)))) return;
  if (event.key === "Escape" && openMenu()) return closeMenu();
  if (document.querySelector("dialog[open]") || isTyping(event.target)) return;
  const act = actOn(event);
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  if (event.shiftKey && event.target.matches('.pick [name="pick"]') && event.target.checked) {
    const own = event.target.closest("[data-card]");
    const [from, to] = [picked().find((card) => card !== own), own].map((card) => listed().indexOf(card));
    if (from >= 0) pick(...listed().slice(Math.min(from, to), Math.max(from, to) + 1));
  }
  const menu = openMenu();
  const row = event.target.closest("[data-row]");
  if (row && list && !event.ctrlKey && !event.metaKey && !event.defaultPrevented) {
    event.preventDefault();
    goTo(row.closest("[data-card]"));
  }
  const answering = event.target.closest("[data-answer]");
  if (answering && list) {
    event.preventDefault();
    openAnswer(answering);
  }
  const stepper = event.target.closest("[data-step]");
  if (stepper) move(Number(stepper.dataset.step));
  const control = event.target.closest("[data-key], [data-menu] [data-reason]");
  if (list && control?.matches('a[data-key="r"]')) {
    event.preventDefault();
    openReasons(control.closest("[data-card]"));
  } else if (list && control?.matches('a[data-key="e"]')) {
    event.preventDefault();
    openEvidence(control.closest("[data-card]"));
  } else if (list && control?.matches('a[data-key="p"]')) {
    event.preventDefault();
    openAuthor(control.closest("[data-card]"));
  } else if (control?.matches("[data-menu] [data-reason]") && list) {
    event.preventDefault();
    const own = menu.closest("[data-card]");
    rejectAs(own ? [own] : picked(), control.value);
  } else if (menu && !menu.contains(event.target)) {
    closeMenu();
  }
});

// On a list forms are sent without leaving it. Elsewhere a form is sent once, however often the key is pressed.

document.addEventListener("submit", (event) => {
  if (event.target.method === "dialog") return;
  if (event.target.getAttribute("action")?.endsWith("/sign-out")) sessionStorage.clear(); // kept notes are nobody else's
  if (list && submitInPlace(event.target, event.submitter)) return event.preventDefault();
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});

window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Without a connection a link would lead to the browser's own page, and the list would be gone.

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!list || navigator.onLine || !link || link.origin !== location.origin || event.defaultPrevented) return;
  event.preventDefault();
  showNotice(list.dataset.away);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) {
    for (const pick of document.querySelectorAll('.pick [name="pick"]')) pick.checked = event.target.checked;
  }
  if (event.target.matches('[data-all], .pick [name="pick"]')) countPicked();
});

// After a decision: go on with the next comment, and let a reload not tell the old news again.

document.documentElement.classList.add("keys");
if (listed().length) {
  document.querySelector("[data-keys-hint]")?.removeAttribute("hidden");
  const place = new URL(location.href);
  const next = place.hash && document.getElementById(place.hash.slice(1));
  const outcomes = ["done", "batch", "changed", "kept", "rule", "nothing"].filter((word) => place.searchParams.has(word));
  const first = listed().includes(next) ? next : listed()[0];
  if (next || outcomes.length || !list) goTo(first);
  show(first);
  for (const word of outcomes) place.searchParams.delete(word);
  history.replaceState(null, "", place);
}
countPicked();
if (list) {
  document.documentElement.classList.add("stepping");
  document.querySelector("[data-stepper]").hidden = false;
  watchSwipes(list, move);
  watchNews(list);
  watchTogether(list);
}
