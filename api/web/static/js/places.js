// Places in a text. The server counts code points; the browser counts UTF-16 units.

// Returns the function that turns a place in code points of `text` into one in units.
export function unitsIn(text) {
  if (!/[\ud800-\udbff]/.test(text)) return (codePoint) => Math.min(codePoint, text.length);
  const units = [0];
  for (const character of text) units.push(units[units.length - 1] + character.length);
  return (codePoint) => units[Math.min(codePoint, units.length - 1)];
}

// Returns the function that moves a range ({start, end} in units) of one text to its place in the next; a
// range that the change touches comes back as null.
export function moved(before, after) {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const changedTo = before.length - tail;
  const shift = after.length - before.length;
  return (range) => {
    if (range.end <= head) return range;
    if (range.start < changedTo) return null;
    return { ...range, start: range.start + shift, end: range.end + shift };
  };
}

const GRAVITY = { advise: 1, warn: 2, block: 3 };

// Cuts a text into pieces {text, severity, point}: severity is the gravest mark over the piece.
export function pieces(text, marks) {
  const cuts = new Set([0, text.length]);
  for (const mark of marks) {
    cuts.add(Math.min(mark.start, text.length));
    cuts.add(Math.min(mark.end, text.length));
  }
  const places = [...cuts].sort((a, b) => a - b);
  const cut = [];
  places.forEach((from, index) => {
    for (const mark of marks) {
      if (mark.start === mark.end && mark.start === from) cut.push({ text: "", severity: mark.severity, point: true });
    }
    const to = places[index + 1];
    if (to === undefined) return;
    const over = marks.filter((mark) => mark.start <= from && mark.end >= to && mark.start < mark.end);
    over.sort((a, b) => GRAVITY[b.severity] - GRAVITY[a.severity]);
    cut.push({ text: text.slice(from, to), severity: over.length ? over[0].severity : null, point: false });
  });
  return cut;
}
