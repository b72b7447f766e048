/* Mounts the preview of the settings: the form of the page's own script tag, which sends nothing. */

(() => {
  "use strict";
  const { parts, words } = document.currentScript.dataset;
  const { fetch } = window;

  /* Comments, edits and reports: the preview reads, and changes nothing. */
  window.fetch = (url, init = {}) =>
    (init.method || "GET") === "GET" ? fetch(url, init) : Promise.reject(new TypeError("a preview sends nothing"));

  window.Rejoinder.formParts.push((widget) => ({
    node: document.createComment("preview"),
    offer(content) {
      content.parts = parts.split(" ").filter(Boolean); /* the switches as they are chosen, not as they are saved */
    },
    read() {
      widget.form.mayPost = async () => {
        widget.form.say(words, false);
        return false;
      };
      return {};
    },
  }));
  window.Rejoinder.mount(document.querySelector("[data-rejoinder]"));
})();
