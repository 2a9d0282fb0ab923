// The textarea: every change of ours goes through the browser's own editing, so that undo works.

export class Writing {
  constructor(area) {
    this.area = area;
  }

  get value() {
    return this.area.value;
  }

  select(start, end) {
    this.area.focus();
    this.area.setSelectionRange(start, end);
  }

  replace(start, end, words) {
    if (this.value.slice(start, end) === words) return;
    this.select(start, end);
    const command = words === "" ? "delete" : "insertText";
    if (!document.execCommand(command, false, words)) {
      this.area.setRangeText(words, start, end, "end");
      this.area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  }

  replaceAll(words) {
    this.replace(0, this.value.length, words);
    this.area.setSelectionRange(0, 0);
    this.area.scrollTop = 0;
  }
}
