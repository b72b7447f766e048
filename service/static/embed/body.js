/*
 * The text of a comment: paragraphs of lines, with its web addresses as links. service/formats/text.py has the same rules.
 * Where a site uses Markdown, the server sends a tree instead (service/formats/rich_text.py).
 */

import { element, webLink, webUrl } from "./dom.js";

const TAIL = ".,;:!?'\"]}»”’";

export function bodyOf({ body, rich }) {
  return rich ? rich.map(grown) : paragraphs(body);
}

const TAGS = "a blockquote br code em li ol p pre strong ul".split(" ");

/* A node is a text, or [tag, argument, child, …]. */
function grown(node) {
  if (!Array.isArray(node)) return node;
  const [tag, argument, ...children] = node;
  const [href, inner] = [webUrl(argument), children.map(grown)];
  if (href) return webLink(href, ...inner);
  return element(TAGS.includes(tag) ? tag : "span", { start: argument, dir: /^(p|li|bl)/.test(tag) && "auto" }, ...inner);
}

/* Blank lines part paragraphs, line ends become <br>, web addresses become links. The rest is text. */
function paragraphs(body) {
  const blocks = body.replace(/\r\n?/g, "\n").replace(/^\s*\n/, "").trimEnd().split(/\n\s*\n/);
  return blocks.map((block) => {
    const made = element("p", { dir: "auto" });
    block.split("\n").forEach((line, at) => made.append(...(at ? [element("br")] : []), ...linked(line)));
    return made;
  });
}

function linked(line) {
  const nodes = [];
  let after = 0;
  for (const match of line.matchAll(/https?:\/\/[^\s<>"\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/gi)) {
    const shown = withoutTail(match[0]);
    const href = webUrl(shown);
    if (!href) continue;
    nodes.push(line.slice(after, match.index), webLink(href, shown));
    after = match.index + shown.length;
  }
  return [...nodes, line.slice(after)];
}

/* The full stop after an address is the sentence's; so is a closing bracket that was opened before the address. */
function withoutTail(address) {
  let end = address.length;
  let unopened = address.split(")").length - address.split("(").length;
  for (; end && (TAIL.includes(address[end - 1]) || (address[end - 1] === ")" && unopened > 0)); end -= 1) {
    if (address[end - 1] === ")") unopened -= 1;
  }
  return address.slice(0, end);
}
