// Keeps an unsent text in this tab, so that a lost session or a reload does not lose it.

export class Draft {
  constructor(form, writing, proposals) {
    this.name = `wellput-draft:${form.dataset.draft}`;
    this.writing = writing;
    this.proposals = proposals;
    if (new URLSearchParams(window.location.search).has("sent")) this.forget();
    else if (writing.value === "") this.restore();
    writing.area.addEventListener("input", () => this.keep());
  }

  keep() {
    if (this.writing.value === "") return this.forget();
    const kept = JSON.stringify({ text: this.writing.value, ...this.proposals.state });
    return window.sessionStorage.setItem(this.name, kept);
  }

  restore() {
    const kept = window.sessionStorage.getItem(this.name);
    if (kept === null) return;
    const { text, ...proposals } = JSON.parse(kept);
    this.proposals.restore(proposals);
    this.writing.area.value = text;
    this.restored = true;
  }

  forget() {
    window.sessionStorage.removeItem(this.name);
  }
}
