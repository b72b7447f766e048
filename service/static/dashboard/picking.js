// Selecting several comments, for one decision about all of them.

export const picked = () =>
  [...document.querySelectorAll('[data-card] > .pick [name="pick"]:checked')].map((pick) => pick.closest("[data-card]"));

export const pick = (...cards) => {
  for (const card of cards) {
    const box = card?.querySelector('.pick [name="pick"]');
    if (box) box.checked = true;
  }
  countPicked();
};

export const countPicked = () => {
  const bulk = document.getElementById("bulk");
  if (!bulk) return;
  const count = picked().length;
  bulk.classList.add("floating");
  bulk.querySelector(".all").hidden = false;
  bulk.hidden = count === 0;
  const words = bulk.querySelector("[data-picked]");
  words.textContent = words.dataset.picked.replace("{count}", count);
  bulk.querySelector("[data-all]").checked = count > 0 && count === document.querySelectorAll('.pick [name="pick"]').length;
};
