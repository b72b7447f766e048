import { createApp, h, shallowRef } from "vue";
import Comments from "./Comments.vue";

const shown = shallowRef<string[]>([]);
createApp({ render: () => shown.value.map((thread, place) => h(Comments, { key: place, thread })) }).mount("#app");
window.show = (threads) => {
  shown.value = threads;
};
