// The notices on top: what the server says of a decision, or that it could not be asked.

const notices = () => document.getElementById("notices");

export const showNotices = (html) => {
  notices().innerHTML = html;
  const inner = notices().querySelector(".notices");
  if (inner) inner.replaceWith(...inner.childNodes); // what the server sends is a whole region
};

export const showNotice = (text, link = null) => {
  const notice = document.createElement("div");
  notice.className = "notice refused";
  const words = document.createElement("p");
  words.textContent = text;
  notice.append(words);
  if (link) {
    const way = document.createElement("a");
    way.href = link.href;
    way.textContent = link.text;
    notice.append(way);
  }
  notices().replaceChildren(notice);
};
