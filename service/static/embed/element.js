/*
 * <rejoinder-comments site="my-blog" thread="/2026/bread">: the thread as an element, for frameworks. The thread has an
 * element of its own inside, because the attributes of this one are the page's.
 */

import { mount } from "./widget.js";

export function define(given, base) {
  if (customElements.get("rejoinder-comments")) return;
  customElements.define(
    "rejoinder-comments",
    class extends HTMLElement {
      static observedAttributes = ["site", "thread", "lang", "theme"];

      connectedCallback() {
        const own = [...this.attributes].map(({ name, value }) => [name.replace(/-(\w)/g, (_, x) => x.toUpperCase()), value]);
        this.place = document.createElement("section");
        this.place.append(...this.childNodes);
        this.append(this.place);
        this.widget = mount(this.place, { ...given, ...Object.fromEntries(own) }, base);
      }

      disconnectedCallback() {
        this.widget?.destroy();
        if (this.place) this.replaceChildren(...this.place.childNodes);
        this.place = null;
      }

      /* Mounted anew once for all attributes that change together: the first call takes the place from the others. */
      attributeChangedCallback(name, before, value) {
        const { place } = this;
        if (!place || before === value) return;
        queueMicrotask(() => {
          if (this.place !== place) return;
          this.disconnectedCallback();
          this.connectedCallback();
        });
      }
    },
  );
}
