/* The page's own words in the place of ours. */

/* A text has one form, or one for each plural category of its language: data-text-comments-few="…" replaces one. */
export function withOwnTexts(given, texts, prefix = "text") {
  const own = ([name, words]) => {
    const attribute = prefix + name[0].toUpperCase() + name.slice(1);
    return [name, typeof words === "string" ? (given[attribute] ?? words) : withOwnTexts(given, words, attribute)];
  };
  return Object.fromEntries(Object.entries(texts).map(own));
}
