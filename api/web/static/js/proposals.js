// Suggestions, the clarifying question and offers on their way into the reply.

export class Proposals {
  constructor(form, writing, csrfToken) {
    this.writing = writing;
    this.csrfToken = csrfToken;
    this.suggestionId = document.getElementById("suggestion-id");
    this.chips = document.getElementById("offers-in-reply");
    document.addEventListener("click", (event) => this.clicked(event));
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (button === null) return;
    if ("insert" in button.dataset) this.insert(button, button.dataset.suggestion);
    else if ("insertQuestion" in button.dataset) this.insert(button, "");
    else if ("offer" in button.dataset) this.addOffer(button);
    else if ("takeOut" in button.dataset) this.takeOut(button);
  }

  insert(button, suggestionId) {
    const words = button.closest(".proposal").querySelector("[data-text]").textContent;
    this.suggestionId.value = suggestionId;
    this.chips.replaceChildren();
    this.writing.replaceAll(words);
    this.writing.area.closest(".composer").scrollIntoView({ block: "nearest" });
  }

  // Inserts the suggestion shown under this number; does nothing when there is none.
  insertNumber(number) {
    document.querySelector(`[data-insert="${number}"]`)?.click();
  }

  async addOffer(button) {
    const form = new URLSearchParams({ text: this.writing.value });
    const answer = await fetch(button.dataset.url, {
      method: "POST",
      headers: { "X-CSRFToken": this.csrfToken, "HX-Request": "true" },
      body: form,
    });
    if (!answer.ok) return;
    this.addChip(button.dataset.offer, button.dataset.title);
    this.writing.replaceAll(await answer.text());
  }

  addChip(offerId, title) {
    if ([...this.chips.querySelectorAll("input")].some((input) => input.value === offerId)) return;
    const chip = document.createElement("li");
    chip.className = "chip";
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "offer_ids", value: offerId });
    const words = document.createElement("span");
    words.textContent = `Offer in this reply: ${title}`;
    const remove = document.createElement("button");
    Object.assign(remove, { type: "button", className: "quiet small-button", textContent: "Not in it" });
    remove.dataset.takeOut = "";
    chip.append(field, words, remove);
    chip.dataset.title = title;
    this.chips.append(chip);
  }

  // Counts the offer as not presented; the words in the reply stay the agent's to change.
  takeOut(button) {
    button.closest(".chip").remove();
    this.writing.area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.writing.area.focus();
  }

  get state() {
    const offers = [...this.chips.querySelectorAll(".chip")].map((chip) => ({
      id: chip.querySelector("input").value,
      title: chip.dataset.title ?? "",
    }));
    return { suggestionId: this.suggestionId.value, offers };
  }

  restore({ suggestionId, offers }) {
    this.suggestionId.value = suggestionId;
    for (const offer of offers) this.addChip(offer.id, offer.title);
  }
}
