import { createApp, h, shallowRef } from "vue";
import Comments from "./Comments.vue";

const shown = shallowRef<Shown[]>([]);
createApp({ render: () => shown.value.map((each, place) => h(Comments, { key: place, ...each })) }).mount("#app");
window.show = (threads, options) => {
  shown.value = threads.map((thread) => ({ thread, ...options }));
};
