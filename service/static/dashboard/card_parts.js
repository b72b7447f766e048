// What opens in a card: the reasons for rejecting, a note, the evidence. Each is made when it is asked for.
import { goTo } from "./cards.js";

const NOTE = "rejoinder-note-";

export const openMenu = () => document.querySelector("[data-menu]");

export const closeMenu = () => {
  const menu = openMenu();
  if (!menu) return;
  const card = menu.closest("[data-card]");
  menu.remove();
  if (!document.activeElement.closest("[data-card]")) goTo(card);
};

// What is typed is kept until the decision it belongs to is saved: over a conflict, a reload and a lost session.

const idsOf = (place) => (place.matches("[data-card]") ? place.id : "selection");

export const noteOf = (id) => sessionStorage.getItem(NOTE + id) ?? "";

export const dropNote = (id) => sessionStorage.removeItem(NOTE + id);

const save = (field) => {
  const id = idsOf(field.closest("[data-card], #bulk"));
  if (field.value.trim()) sessionStorage.setItem(NOTE + id, field.value);
  else dropNote(id);
};

export const showNote = (card) => {
  card.querySelector("[data-own-note]")?.remove();
  const note = noteOf(card.id);
  const facts = card.querySelector(".facts");
  if (!note || !facts) return;
  const shown = document.createElement("p");
  shown.className = "note";
  shown.dataset.ownNote = "";
  shown.textContent = document.getElementById("list").dataset.kept.replace("{note}", () => note);
  facts.prepend(shown);
};

export const keepNote = (field) => {
  const card = field.closest("[data-card]");
  if (!document.getElementById("list") || !card) return;
  save(field);
  if (!field.closest("[data-menu]")) field.closest(".note-field").remove();
  showNote(card);
  goTo(card);
};

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-note]") && document.getElementById("list")) save(event.target);
});

const fresh = (selector) => {
  const template = document.getElementById("reject-form");
  return template?.content.querySelector(selector).cloneNode(true);
};

export const openReasons = (place) => {
  closeMenu();
  const menu = fresh("[data-menu]");
  if (!menu || !place) return;
  menu.querySelector("[data-note]").value = noteOf(idsOf(place));
  (place.querySelector(".acts") ?? place).append(menu);
  menu.scrollIntoView({ block: "nearest" });
  menu.querySelector("[data-reason]").focus();
};

export const openNote = (card) => {
  const field = card?.querySelector(".acts") && (card.querySelector(".note-field") ?? fresh(".note-field"));
  if (!field) return;
  if (!field.isConnected) card.querySelector(".acts").append(field);
  const input = field.querySelector("[data-note]");
  input.value = noteOf(card.id);
  input.focus();
};

export const openAnswer = (link) => {
  const place = link.closest(".acts");
  const open = place.querySelector("[data-answering]");
  if (open) return open.remove();
  const form = document.getElementById("answer-form")?.content.firstElementChild.cloneNode(true);
  if (!form) return (location.href = link.href);
  const url = new URL(link.href);
  url.pathname += "/answer";
  url.hash = "";
  form.action = url;
  place.append(form);
  form.querySelector("textarea").focus();
};

// A piece of a page that a link leads to, opened under the link and closed by the same key.

const openPiece = async (link, kind, path) => {
  if (!link) return;
  const place = link.parentElement;
  const open = place.parentElement.querySelector(`.${kind}`);
  if (open) return open.remove();
  const shown = document.createElement("div");
  shown.className = `piece ${kind}`;
  place.after(shown);
  const url = new URL(link.href);
  url.pathname += path;
  url.hash = "";
  try {
    const answer = await fetch(url);
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    shown.innerHTML = await answer.text();
  } catch {
    shown.remove();
    location.href = link.href;
  }
};

export const openEvidence = (card) => openPiece(card?.querySelector(".why a"), "evidence", "/evidence");

export const openAuthor = (card) => openPiece(card?.querySelector(".record a"), "of-author", "/panel");
