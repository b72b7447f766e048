// Which key was pressed, whatever the keyboard's layout: where its letter is not Latin, the key at that place.

export const keyOf = (event) => {
  if (/^[a-z]$/i.test(event.key)) return event.shiftKey && !event.getModifierState("CapsLock") ? event.key : event.key.toLowerCase();
  const place = /^Key([A-Z])$/.exec(event.code);
  return place && !/^[\x20-\x7e]$/.test(event.key) ? place[1].toLowerCase() : event.key;
};

// On some keyboards digits need Shift.

export const digitOf = (event) => /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1];
