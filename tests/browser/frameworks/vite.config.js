// One bundle for each framework, in the mode for development, in which React runs effects twice.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import vue from "@vitejs/plugin-vue";

export default {
  plugins: [vue(), svelte()],
  build: {
    minify: false,
    modulePreload: false,
    rollupOptions: {
      input: { react: "react.tsx", vue: "vue.ts", svelte: "svelte.ts" },
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js" },
    },
  },
};
