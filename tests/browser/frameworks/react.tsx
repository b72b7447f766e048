import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Comments } from "./Comments.tsx";

const root = createRoot(document.getElementById("app")!);
window.show = (threads, options) => {
  root.render(
    <StrictMode>
      {threads.map((thread, place) => (
        <Comments key={place} thread={thread} {...options} />
      ))}
    </StrictMode>,
  );
};
