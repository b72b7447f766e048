/* Elements, sentences and addresses. A comment is text: it reaches the page as text nodes, never as HTML. */

export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export function setOrRemove(node, name, value) {
  if (value) node.setAttribute(name, value);
  else node.removeAttribute(name);
}

/* A sentence with its {holes} filled: by text, or by an element such as <bdi>. */
export function phrase(sentence, values) {
  return sentence.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? (values[part] ?? "") : part));
}

export function plainPhrase(sentence, values) {
  return phrase(sentence, values).join("");
}

/* A control of a comment. People speak to it by what they see: so its label has that in it, with the author's name. */
export function control(tag, attributes, words, sentence, name) {
  const label = plainPhrase(sentence, { name });
  const says = label.toLowerCase().includes(words.toLowerCase());
  return element(tag, { ...attributes, "aria-label": says ? label : `${words}: ${name}` }, words);
}

export function parsedUrl(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

/* Only http and https, and no user:password@ part, which is there to make a link look like another site's. */
export function webUrl(address) {
  const url = parsedUrl(address);
  return url && /^https?:$/.test(url.protocol) && !url.username && !url.password ? url.href : "";
}

/* A page with a <base> would lead a bare "#comment-…" away from itself. */
export function linkTo(id) {
  return `${document.querySelector("base[href]") ? location.href.replace(/#.*/, "") : ""}#${id}`;
}

export function webLink(href, ...label) {
  return element("a", { href, rel: "ugc nofollow noopener" }, ...label);
}

export function whenSeen(node, act, margin = "0px") {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      act();
    },
    { rootMargin: margin },
  );
  observer.observe(node);
  return observer;
}
