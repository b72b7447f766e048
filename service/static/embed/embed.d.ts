/* Types of https://comments.example/embed.mjs, and of window.Rejoinder that embed.js makes. */

export interface Options {
  site?: string;
  thread?: string;
  url?: string;
  title?: string;
  server?: string;
  css?: "none";
  heading?: "1" | "2" | "3" | "4" | "5" | "6";
  lang?: string;
  theme?: "auto" | "light" | "dark" | "inherit";
  load?: "now" | "visible";
  form?: "first" | "last";
  order?: "oldest" | "newest" | "replies";
  /** A text of your own: textHeading, textCommentsOne, … */
  [text: `text${string}`]: string | undefined;
}

export interface Widget {
  readonly root: HTMLElement;
  /** Shows another thread, or the same with other options. */
  update(options: Options): Widget | null;
  /** Leaves the element as it was. */
  destroy(): void;
}

export interface Comment {
  id: string;
  name: string;
  website: string;
  body: string;
  at: string;
  parent?: string;
}

/** A control beside "Reply". */
export type RowPart = (widget: Widget, comment: Comment, item: HTMLLIElement) => Element | null | undefined;
/** A control above the button of the form; read() gives the fields that it adds to the submission. */
export type FormPart = (widget: Widget) => { node: Element; read(): Record<string, unknown> } | null | undefined;

/** Null, and a sentence in the console, without a site or when the page shows this thread already. */
export function mount(root: HTMLElement, options?: Options): Widget | null;
/** Fills the elements with data-rejoinder-count under `parent`. */
export function count(options: Options, parent?: ParentNode): Promise<void>;
/** Defines <rejoinder-comments>; its attributes are the options. */
export function define(options?: Options): void;
export const rowParts: RowPart[];
export const formParts: FormPart[];

declare global {
  interface Window {
    Rejoinder?: {
      mount(root: HTMLElement, options?: Options): Widget | null;
      count(parent?: ParentNode): Promise<void>;
      rowParts: RowPart[];
      formParts: FormPart[];
    };
  }
  interface HTMLElementEventMap {
    "rejoinder:loaded": CustomEvent<{ count: number }>;
    "rejoinder:sent": CustomEvent<{ id: string }>;
    "rejoinder:failed": CustomEvent<{ what: "load" | "send" }>;
  }
}
