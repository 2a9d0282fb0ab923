// Places in a text. The server counts code points; the browser counts UTF-16 units.

export function unitsOf(text, codePoint) {
  let units = 0;
  let seen = 0;
  for (const character of text) {
    if (seen >= codePoint) break;
    units += character.length;
    seen += 1;
  }
  return units;
}

// Moves marks ({start, end, severity} in units) from one text to the next; a mark that the
// change touches is dropped until the check has answered for the new text.
export function carried(marks, before, after) {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const changedTo = before.length - tail;
  const shift = after.length - before.length;
  const kept = [];
  for (const mark of marks) {
    if (mark.end <= head) kept.push(mark);
    else if (mark.start >= changedTo) kept.push({ ...mark, start: mark.start + shift, end: mark.end + shift });
  }
  return kept;
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
