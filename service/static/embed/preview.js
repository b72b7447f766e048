/* Mounts the preview of the settings: the form of the page's own script tag, whose comments go nowhere. */

(() => {
  "use strict";
  const { parts, words } = document.currentScript.dataset;

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
