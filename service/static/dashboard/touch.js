// A swipe across a comment goes to the next one or the one before. It decides nothing: buttons do.

const LEAST = 60; // pixels sideways
const MOST = 40; // pixels up or down, or it is scrolling

export const watchSwipes = (list, move) => {
  let start = null;
  list.addEventListener(
    "touchstart",
    (event) => {
      const [touch, second] = event.touches;
      start = second || event.target.closest("button, a, input, select") ? null : [touch.clientX, touch.clientY];
    },
    { passive: true },
  );
  list.addEventListener("touchend", (event) => {
    if (!start) return;
    const [touch] = event.changedTouches;
    const [across, down] = [touch.clientX - start[0], touch.clientY - start[1]];
    start = null;
    if (Math.abs(across) < LEAST || Math.abs(down) > MOST) return;
    const isForward = across < 0 === (document.dir !== "rtl");
    move(isForward ? 1 : -1);
  });
};
