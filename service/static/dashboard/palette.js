// Ctrl+K: every action and every place by its name. The actions are those of the help, the places are links of the page.

const palette = document.getElementById("palette");
const input = palette?.querySelector("input");
const found = palette?.querySelector("ul");
let offers = [];
let chosen = 0;

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const actions = (keys) =>
  [...document.querySelectorAll("#keys [data-act]")]
    .filter((row) => keys[row.dataset.act])
    .map((row) => ({ words: row.querySelector("dd").textContent.trim(), key: row.dataset.act, act: keys[row.dataset.act] }));

const places = () =>
  [...document.querySelectorAll(".rail a, .account nav a, .sites nav a, .tabs a, .saved a")].map((link) => ({
    words: (link.getAttribute("aria-label") ?? link.textContent).replace(/\s+/g, " ").trim(),
    key: link.dataset.go ? `g ${link.dataset.go}` : "",
    act: () => link.click(),
  }));

const show = () => {
  const asked = plain(input.value).split(/\s+/);
  const matching = offers.filter(({ words }) => asked.every((word) => plain(words).includes(word)));
  if (input.value) matching.sort((one, other) => one.words.length - other.words.length); // the shorter, the nearer
  chosen = Math.max(0, Math.min(chosen, matching.length - 1));
  found.replaceChildren(
    ...matching.map(({ words, key, act }, place) => {
      const item = document.createElement("li");
      item.id = `palette-${place}`;
      item.role = "option";
      item.ariaSelected = String(place === chosen);
      item.append(words);
      if (key) item.append(Object.assign(document.createElement("kbd"), { textContent: key }));
      item.addEventListener("click", () => run(act));
      return item;
    }),
  );
  palette.querySelector("[data-none]").hidden = matching.length > 0;
  input.setAttribute("aria-activedescendant", matching.length ? `palette-${chosen}` : "");
  found.children[chosen]?.scrollIntoView({ block: "nearest" });
  return matching;
};

const run = (act) => {
  palette.close();
  act?.();
};

export const openPalette = (keys) => {
  if (!palette || palette.open) return;
  offers = [...actions(keys), ...places()];
  chosen = 0;
  input.value = "";
  palette.showModal();
  show();
};

input?.addEventListener("input", () => {
  chosen = 0;
  show();
});

input?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    chosen += event.key === "ArrowDown" ? 1 : -1;
    show();
  } else if (event.key === "Enter") run(show()[chosen]?.act);
  else return;
  event.preventDefault();
});

palette?.addEventListener("click", (event) => event.target === palette && palette.close());
