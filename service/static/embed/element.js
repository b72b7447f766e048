/* <rejoinder-comments site="my-blog" thread="/2026/bread">: the thread as an element, for frameworks. */

import { mount } from "./widget.js";

export function define(given, base) {
  if (customElements.get("rejoinder-comments")) return;
  customElements.define(
    "rejoinder-comments",
    class extends HTMLElement {
      static observedAttributes = ["site", "thread", "lang", "theme"];

      connectedCallback() {
        const own = [...this.attributes].map(({ name, value }) => [name.replace(/-(\w)/g, (_, x) => x.toUpperCase()), value]);
        this.widget = mount(this, { ...given, ...Object.fromEntries(own) }, base);
      }

      disconnectedCallback() {
        this.widget?.destroy();
        this.widget = null;
      }

      attributeChangedCallback(name, before, value) {
        if (this.widget && before !== value && this.widget.given[name] !== value) {
          this.widget = this.widget.update({ [name]: value });
        }
      }
    },
  );
}
