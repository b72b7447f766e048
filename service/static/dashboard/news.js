// What the list does not show yet: the next page when few comments are left, and a word about those that came since.

import { afterwards } from "./sending.js";

const FEWEST = 8;
const EVERY_MS = 15_000;
let isLoading = false;

export const refill = async (list) => {
  const link = document.querySelector('.pages [rel="next"]');
  if (isLoading || !link || list.querySelectorAll("[data-card]").length > FEWEST) return;
  isLoading = true;
  await afterwards(() => load(list, link)); // or it would show what is about to be decided
  isLoading = false;
};

const load = async (list, link) => {
  try {
    const answer = await fetch(link.href);
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const isNew = (card) =>
      !document.getElementById(card.id) &&
      !(card.dataset.campaign && list.querySelector(`[data-campaign="${CSS.escape(card.dataset.campaign)}"]`));
    list.append(...[...page.querySelectorAll("[data-card]")].filter(isNew));
    const next = page.querySelector('.pages [rel="next"]');
    if (next) link.href = next.href;
    else link.remove();
    const empty = document.getElementById("empty");
    if (empty && list.querySelector("[data-card]")) empty.hidden = true;
  } catch {
    // without a connection there is no next page yet
  }
};

export const watchNews = (list) => {
  const place = document.querySelector(".news");
  let tag = "";
  const ask = async () => {
    if (document.hidden || !list.dataset.news) return;
    try {
      const answer = await fetch(list.dataset.news, { headers: { Accept: "application/json", "If-None-Match": tag } });
      if (answer.status !== 200) return;
      tag = answer.headers.get("ETag") ?? "";
      const { count, text } = await answer.json();
      place.hidden = count === 0;
      place.querySelector("a").textContent = text;
    } catch {
      // the next look may find a connection
    }
  };
  setInterval(ask, Number(list.dataset.every ?? EVERY_MS));
  document.addEventListener("visibilitychange", ask);
};
