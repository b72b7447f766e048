// Several moderators at one list: says which comment is in hand, shows who is busy with which, and takes away what
// colleagues have decided. A comment that is in hand, selected or typed about stays, and only says so.

import { noteOf } from "./card_parts.js";
import { listed } from "./cards.js";
import { countPicked } from "./picking.js";

const EVERY_MS = 15_000;
const SETTLED_MS = 1_000; // whoever moves on within it has not read
const FADED_MS = 1_500;

export const watchTogether = (list) => {
  if (!list.dataset.together) return;
  let told = "";
  let timer = 0;
  const inHand = () => readIn(list.querySelector(".in-hand"));
  const ask = async () => {
    if (document.hidden) return;
    told = inHand();
    const form = new URLSearchParams({ reading: told, status: list.dataset.status });
    for (const card of listed()) describe(card, form);
    form.set("csrf", document.querySelector("#act [name=csrf]").value);
    try {
      const answer = await fetch(list.dataset.together, { method: "POST", body: form, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { about, gone } = await answer.json();
      for (const card of listed()) {
        if (card.dataset.run) showMembers(card, about, gone);
        else show(card, gone[card.id] ?? about[card.id] ?? "", card.id in gone);
      }
    } catch {
      // the next look may find a connection
    }
  };
  const askSoon = () => {
    if (inHand() === told) return;
    clearTimeout(timer);
    timer = setTimeout(ask, SETTLED_MS);
  };
  setInterval(ask, Number(list.dataset.every ?? EVERY_MS));
  document.addEventListener("focusin", askSoon);
  document.addEventListener("scroll", askSoon, { capture: true, passive: true }); // a run is read by scrolling
  document.addEventListener("visibilitychange", ask);
  ask();
};

const membersOf = (card) => [...card.querySelectorAll("[data-member]")];

// Of a run that is in hand, the comment with the focus, else the first one in sight.
const readIn = (card) => {
  if (!card?.dataset.run) return card?.id ?? "";
  const members = membersOf(card);
  const bar = document.querySelector(".top")?.getBoundingClientRect().bottom ?? 0;
  const isInSight = (member) => member.getBoundingClientRect().bottom > bar;
  return (members.find((each) => each.contains(document.activeElement)) ?? members.find(isInSight))?.dataset.member ?? "";
};

const describe = (card, form) => {
  const members = membersOf(card).map((each) => each.dataset.member);
  for (const id of card.dataset.run ? members : [card.id]) form.append("listed", id);
  if (card.dataset.run) form.append("run", [card.id, ...members].join(" "));
  if (card.dataset.campaign) form.append("campaign", `${card.id} ${card.dataset.campaign}`);
};

// What a colleague decided meanwhile is left out of the run's decision. The run goes when nothing is left of it.
const showMembers = (card, about, gone) => {
  for (const member of membersOf(card)) {
    const id = member.dataset.member;
    const box = member.querySelector("input");
    say(member.querySelector(".quietly"), "span", gone[id] ?? about[id] ?? "");
    if (!(id in gone) || box.disabled) continue;
    box.checked = false;
    box.disabled = true;
  }
  show(card, about[card.id] ?? "", membersOf(card).every((member) => member.dataset.member in gone));
};

const say = (place, tag, words) => {
  if (!place) return;
  let shown = place.querySelector("[data-about]");
  if (!words) return shown?.remove();
  if (!shown) {
    shown = document.createElement(tag);
    shown.className = "busy";
    shown.dataset.about = "";
    place.prepend(shown, " ");
  }
  if (shown.textContent !== words) shown.textContent = words;
};

const show = (card, words, isGone) => {
  say(card.querySelector(".row-when"), "span", words);
  say(card.querySelector(".facts"), "p", words);
  const isTyped = card.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
  const stays = card.matches(".in-hand") || isTyped || noteOf(card.id) || card.querySelector(".pick :checked, [data-menu], [data-answering]");
  if (!isGone || stays) return;
  card.classList.add("gone");
  setTimeout(() => {
    if (card.matches(".in-hand")) return card.classList.remove("gone");
    card.remove();
    countPicked();
  }, FADED_MS);
};
