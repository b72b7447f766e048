// Decides in place. A comment leaves the list when its key is pressed, and comes back if it could not be saved; every
// key is about the comment that was marked when it was pressed, however long the server takes.
import { closeMenu, dropNote, noteOf, showNote } from "./card_parts.js";
import { current, goTo, keepInSight, listed, show } from "./cards.js";
import { refill } from "./news.js";
import { showNotice, showNotices } from "./notices.js";
import { countPicked, picked } from "./picking.js";
import { send } from "./sending.js";

const list = document.getElementById("list");
const places = new Map(); // where each comment was that left the list, by its id

const takeAway = (cards) => {
  const all = listed();
  const from = all.indexOf(cards.at(-1));
  const next = all.slice(from + 1).find((card) => !cards.includes(card)) ?? all.slice(0, from).findLast((card) => !cards.includes(card));
  closeMenu();
  for (const card of cards) {
    const place = document.createComment(card.id);
    places.set(card.id, { place, card });
    card.replaceWith(place);
  }
  countPicked();
  goTo(next);
  showWhetherEmpty();
};

// When nothing is in hand, such as after the last one was decided and more came, the first one is.

const showOne = () => {
  if (!document.querySelector(".in-hand")) show(listed()[0]);
};

const putBack = (id, fresh = null) => {
  const { place, card } = places.get(id) ?? {};
  const shown = fresh ?? card;
  if (!shown || document.getElementById(id) === shown) return shown;
  document.getElementById(id)?.remove();
  if (place?.isConnected) place.replaceWith(shown);
  else list.prepend(shown);
  places.delete(id);
  showNote(shown);
  showWhetherEmpty();
  return shown;
};

const showWhetherEmpty = () => {
  const empty = document.getElementById("empty");
  if (empty) empty.hidden = listed().length > 0 || Boolean(document.querySelector('.pages [rel="next"]'));
};

const made = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
};

// What became of it. ids: the comments that left the list for it.

const tell = (answer, ids) => {
  const isSaved = Boolean(answer.notices);
  if (isSaved) {
    showNotices(answer.notices);
    for (const [status, count] of Object.entries(answer.counts)) {
      const shown = document.querySelector(`[data-count="${status}"]`);
      if (!shown) continue;
      shown.textContent = count.text;
      shown.parentElement.title = count.title;
    }
  } else if (answer.lost) showNotice(list.dataset.lost, { href: answer.lost, text: list.dataset.again });
  else showNotice(answer.offline ? list.dataset.offline : answer.problem || list.dataset.failed);
  const changed = new Map((answer.cards ?? []).map((card) => [card.id, card]));
  const isDone = (id) => answer.isGone || (isSaved && !changed.has(id) && (answer.campaign || isRun(id) || answer.done?.includes(id)));
  const back = ids.filter((id) => !isDone(id));
  for (const id of back) putBack(id, changed.has(id) ? made(changed.get(id).html) : null);
  for (const id of ids.filter(isDone)) dropNote(id);
  if (back.length && !current()) goTo(document.getElementById(back[0]));
  showOne();
  keepInSight();
  countPicked();
};

// The next page is asked for after the decision, or it would show once more what is being decided.

const sendAndRefill = (url, fields) => {
  const sent = send(url, fields);
  refill(list);
  return sent;
};

// A run is decided as far as its comments are ticked; the others come back, each on a card of its own.

const isRun = (id) => id.startsWith("run-");

const addTo = (form, card) => {
  if (!isRun(card.id)) return form.append("pick", `${card.id}:${card.dataset.card}`);
  for (const box of card.querySelectorAll('[name="pick"]:enabled')) form.append(box.checked ? "pick" : "show", box.value);
};

const decide = async (cards, fields) => {
  cards = cards.filter((card) => !isRun(card.id) || card.querySelector('[name="pick"]:checked'));
  if (!cards.length) return;
  const ids = cards.map((card) => card.id);
  const form = new URLSearchParams(fields);
  for (const card of cards) addTo(form, card);
  const note = noteOf(picked().length ? "selection" : ids[0]);
  if (note) form.set("note", note);
  if (picked().length) dropNote("selection");
  takeAway(cards);
  const answer = await sendAndRefill(list.dataset.picked, form);
  tell(answer, ids);
  for (const { id, html } of answer.cards ?? []) if (!document.getElementById(id)) putBack(id, made(html));
};

export const approve = (cards) => decide(cards, { action: "approve" });

export const rejectAs = (cards, reason) => decide(cards, { action: "reject", reason });

// An undo brings back what the server says, in the state in which it is now.

const bringBack = async (url, fields) => {
  const answer = await send(url, fields);
  tell(answer, []);
  for (const { id, status, html } of answer.cards ?? []) {
    if (status === list.dataset.status) putBack(id, made(html));
    else document.getElementById(id)?.remove();
  }
  const first = (answer.cards ?? []).find(({ id }) => document.getElementById(id));
  if (first) goTo(document.getElementById(first.id));
};

export const undoLast = () => bringBack(list.dataset.undo, { last: "1" });

const decideCampaign = async (campaign, url, fields) => {
  const cards = listed().filter((card) => card.dataset.campaign === campaign);
  takeAway(cards);
  tell(await sendAndRefill(url, fields), cards.map((card) => card.id));
};

const approveAuthor = async (url) => {
  const answer = await send(url, {});
  const gone = listed().filter((card) => answer.done?.includes(card.id));
  if (gone.length) takeAway(gone);
  refill(list);
  tell(answer, gone.map((card) => card.id));
};

// An answer approves the comment, which then leaves the list of those that wait. What was typed stays until it is saved.

const answer = async (form, card) => {
  const sent = await send(form.action, new FormData(form));
  const isApproved = sent.done?.includes(card.id);
  if (sent.notices) form.remove();
  if (isApproved && list.dataset.status === "pending") takeAway([card]);
  tell(sent, isApproved ? [card.id] : []);
};

// What decides about no comment of the list, such as a rule about a sender: only told.

const carryOut = async (form, url) => {
  const answer = await send(url, new FormData(form));
  tell(answer, []);
  if (answer.notices) form.closest(".piece")?.remove();
};

// Forms of the list, the notices and the bar for several comments. Returns whether it is sent here.

export const submitInPlace = (form, button) => {
  const url = button?.getAttribute("formaction") ?? form.getAttribute("action"); // a field named "action" hides form.action
  const card = button?.closest("[data-card]");
  const key = button?.dataset.key;
  if (form.dataset.answering !== undefined) answer(form, form.closest("[data-card]"));
  else if (form.dataset.inPlace !== undefined) carryOut(form, url);
  else if (form.id === "bulk" && button?.name === "action") {
    const reason = form.elements.reason?.value;
    if (picked().length) decide(picked(), button.value === "reject" ? { action: "reject", reason } : { action: "approve" });
  } else if (key === "y") approveAuthor(url);
  else if (key === "u" && form.dataset.inPlace === undefined) bringBack(url, new FormData(form, button));
  else if (key === "c") decideCampaign(card.dataset.campaign, url, { action: "reject" });
  else if (key === "a" && card) approve([card]);
  else if (card?.dataset.run && button.value === "reject") rejectAs([card], button.dataset.reject);
  else return false;
  return true;
};
