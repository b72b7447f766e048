interface Look {
  heading?: "1" | "2" | "3" | "4" | "5" | "6";
  form?: "first" | "last";
}

interface Shown extends Look {
  thread: string;
}

interface Window {
  /** Renders a component with these options for each of these threads; none takes all away. */
  show(threads: string[], options?: Look): void;
}
