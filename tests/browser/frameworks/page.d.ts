interface Window {
  /** Renders a component for each of these threads; none takes all away. */
  show(threads: string[]): void;
}
