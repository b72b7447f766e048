/* The same as embed.js for pages with modules: nothing happens until they call. */

import { define } from "./element.js";
import { formParts, rowParts } from "./hooks.js";
import { count } from "./parts.js";
import { mount } from "./widget.js";

const home = import.meta.url;
const mountAt = (root, options) => mount(root, { ...root.dataset, ...options }, home);
const countAt = (options, parent) => count(options, home, parent);
const defineAt = (options = {}) => define(options, home);

export { mountAt as mount, countAt as count, defineAt as define, formParts, rowParts };
