/* What this browser remembers, where it may. docs/embed.md lists it all. */

const MINE_LIFE_MS = 30 * 24 * 3600 * 1000;

export function recall(storage, name) {
  try {
    return JSON.parse(window[storage].getItem(`rejoinder:${name}`));
  } catch {
    return null;
  }
}

export function keep(storage, name, value) {
  try {
    if (value == null) window[storage].removeItem(`rejoinder:${name}`);
    else window[storage].setItem(`rejoinder:${name}`, JSON.stringify(value));
  } catch {
    /* Private windows and full disks forget; the form works without. */
  }
}

/* The author's own comments on a page that are not public yet. here: the site and the thread. */
export class OwnComments {
  constructor(here) {
    this.name = `mine:${here}`;
  }

  all() {
    const kept = recall("localStorage", this.name) || [];
    return kept.filter((comment) => Date.now() - Date.parse(comment.at) < MINE_LIFE_MS);
  }

  save(comments) {
    keep("localStorage", this.name, comments.length ? comments : null);
  }

  add(comment) {
    this.save([...this.all().filter((each) => each.id !== comment.id), comment]);
  }

  drop(...ids) {
    this.save(this.all().filter((each) => !ids.includes(each.id)));
  }
}
