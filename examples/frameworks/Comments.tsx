"use client"; // for Next.js: an effect runs in the browser only

// React: <Comments thread="/2026/bread" />. Save embed.d.ts of your Rejoinder beside this file.
import { useEffect, useRef } from "react";
import type { Options, Widget } from "./embed";

const SERVER = "https://comments.example";

export function Comments({ thread, theme, lang, heading, form }: Options) {
  const place = useRef<HTMLElement>(null);

  useEffect(() => {
    let widget: Widget | null = null;
    let isGone = false;
    const options: Options = { site: "my-blog", thread, theme, lang, heading, form };
    import(/* @vite-ignore */ /* webpackIgnore: true */ `${SERVER}/embed.mjs`).then(({ mount }) => {
      if (!isGone) widget = mount(place.current, options);
    }, console.error);
    return () => {
      isGone = true;
      widget?.destroy();
    };
  }, [thread, theme, lang, heading, form]);

  return <section ref={place} />;
}
