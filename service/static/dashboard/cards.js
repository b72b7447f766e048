// Where the moderator is: the card with the focus, or whatever is focused in it. On a list the reading pane shows this
// comment, and goes on showing it when the focus is elsewhere.

export const listed = () => [...document.querySelectorAll("[data-card]")];

const list = document.getElementById("list");

export const current = () => document.activeElement.closest?.("[data-card]") ?? document.querySelector(".in-hand");

export const show = (card) => {
  if (!list || !card || !list.contains(card)) return;
  for (const other of list.querySelectorAll(".in-hand")) other.classList.remove("in-hand");
  card.classList.add("in-hand");
  const place = document.querySelector(".stepper [data-place]");
  const cards = listed();
  if (place) place.textContent = place.dataset.place.replace("{n}", cards.indexOf(card) + 1).replace("{count}", cards.length);
};

export const goTo = (card) => {
  if (!card) return;
  show(card);
  card.focus({ preventScroll: true });
  keepInSight();
};

document.addEventListener("focusin", (event) => show(event.target.closest("[data-card]")));

// The notices stay on top, where they must hide nothing of it.

export const keepInSight = () => {
  const card = current();
  if (!card) return;
  const notices = document.getElementById("notices");
  if (notices?.offsetHeight) {
    document.documentElement.style.scrollPaddingTop = `${notices.offsetHeight + 8}px`;
    card.setAttribute("aria-describedby", notices.id); // read out with the comment that gets the focus
  }
  if (document.activeElement !== card) return;
  card.scrollIntoView({ block: "nearest" });
  const bar = document.querySelector(".top")?.getBoundingClientRect().bottom ?? 0;
  const above = Math.max(bar, notices?.offsetHeight ? notices.getBoundingClientRect().bottom : 0);
  const hidden = above - card.getBoundingClientRect().top;
  if (hidden > 0) window.scrollBy({ top: -hidden - 8, behavior: "instant" });
};

export const step = (by) => {
  const cards = listed();
  const place = cards.indexOf(current());
  goTo(place < 0 ? cards[0] : cards[place + by]);
};

const LEAST = 40; // pixels of a card, between what floats above and below

export const isInSight = (card) => {
  if (card.classList.contains("in-hand")) return true; // the pane shows it, wherever the list is
  const { top, bottom } = card.getBoundingClientRect();
  const notices = document.getElementById("notices");
  const bulk = document.getElementById("bulk");
  const from = notices?.offsetHeight ? notices.getBoundingClientRect().bottom : 0;
  const to = bulk && !bulk.hidden ? bulk.getBoundingClientRect().top : window.innerHeight;
  return bottom > from + LEAST && top < to - LEAST;
};

// A key acts only on a comment that is marked and in sight. Otherwise it goes there, and the next one acts.

export const inHand = () => {
  const cards = listed();
  const card = current() ?? (cards.length === 1 ? cards[0] : undefined);
  if (card && isInSight(card)) return card;
  goTo(card ?? cards.find(isInSight));
  return null;
};
