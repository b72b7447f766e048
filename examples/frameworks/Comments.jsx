// React: <Comments thread="/2026/bread" />. embed.mjs is loaded once, when the first thread is shown.
import { useEffect, useRef } from "react";

const SERVER = "https://comments.example";

export function Comments({ thread, theme = "inherit", lang }) {
  const place = useRef(null);

  useEffect(() => {
    let widget = null;
    let isGone = false;
    import(/* @vite-ignore */ `${SERVER}/embed.mjs`).then(({ mount }) => {
      if (!isGone) widget = mount(place.current, { site: "my-blog", thread, theme, lang });
    });
    return () => {
      isGone = true;
      widget?.destroy();
    };
  }, [thread, theme, lang]);

  return <section ref={place} />;
}
