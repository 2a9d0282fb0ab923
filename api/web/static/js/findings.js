// The check as one writes: asks after a pause, marks the places, locks Send, takes fixes, reads out.

import { moved, pieces, unitsIn } from "./places.js";

const PAUSE_MS = 60; // the answer is to be seen 150 ms after the last key

export class Findings {
  constructor(form, writing) {
    this.form = form;
    this.writing = writing;
    this.list = document.getElementById("findings");
    this.mirror = document.getElementById("mirror");
    this.send = document.getElementById("send");
    this.state = document.getElementById("send-state");
    this.said = document.getElementById("check-said");
    this.revision = document.getElementById("revision");
    this.found = []; // {item, place, fixes: [{start, end, words}]} in order of place; a place that was touched is null
    this.current = null;
    this.checked = writing.value;
    this.pause = 0;
    writing.area.addEventListener("input", () => this.changed());
    writing.area.addEventListener("scroll", () => this.follow());
    new ResizeObserver(() => this.follow()).observe(writing.area);
    this.list.addEventListener("click", (event) => this.clicked(event));
    document.body.addEventListener("htmx:beforeSwap", (event) => this.refuseLate(event));
    document.body.addEventListener("htmx:afterSwap", (event) => {
      if (event.detail.target === this.list) this.answered();
      else if (event.detail.target.querySelector?.("[data-news]")) window.htmx.trigger(writing.area, "check");
    });
    for (const failure of ["htmx:sendError", "htmx:responseError"]) {
      writing.area.addEventListener(failure, () => this.unreachable());
    }
    this.answered();
  }

  changed() {
    this.revision.value = String(Number(this.revision.value) + 1);
    const move = moved(this.checked, this.writing.value);
    for (const one of this.found) {
      one.place = one.place && move(one.place);
      one.fixes = one.fixes.map((fix) => fix && move(fix));
    }
    this.checked = this.writing.value;
    this.draw();
    this.state.textContent = "Checking…";
    window.clearTimeout(this.pause);
    this.pause = window.setTimeout(() => window.htmx.trigger(this.writing.area, "check"), PAUSE_MS);
  }

  // An answer for a text that has changed since must not be shown.
  refuseLate(event) {
    if (event.detail.target !== this.list) return;
    const answer = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
    const check = answer.querySelector("[data-check]");
    if (check === null || check.dataset.revision !== this.revision.value) event.detail.shouldSwap = false;
  }

  answered() {
    const check = this.list.querySelector("[data-check]");
    if (check === null) return;
    const text = this.writing.value;
    const units = unitsIn(text);
    const range = ({ start, end }) => ({ start: units(Number(start)), end: units(Number(end)) });
    this.found = [...this.list.querySelectorAll(".finding")].map((item) => ({
      item,
      place: { ...range(item.dataset), severity: item.dataset.severity },
      fixes: [...item.querySelectorAll("[data-fix]")].map(({ dataset }) => ({
        ...range(dataset),
        words: dataset.replacement,
      })),
    }));
    this.found.sort((one, other) => one.place.start - other.place.start || one.place.end - other.place.end);
    this.current = null;
    this.checked = text;
    this.draw();
    this.lock(check.dataset.blocked !== "no", check.dataset.summary);
  }

  unreachable() {
    this.lock(false, "The check could not be reached just now; the text is checked again before it is sent.");
  }

  lock(locked, words) {
    this.send.setAttribute("aria-disabled", locked ? "true" : "false");
    this.state.textContent = words;
    this.state.classList.toggle("locked", locked && this.writing.value.trim() !== "");
    if (words !== this.summary) this.say(words); // the same words are not read out again
    this.summary = words;
  }

  say(words) {
    this.said.textContent = words;
  }

  get locked() {
    return this.send.getAttribute("aria-disabled") === "true";
  }

  draw() {
    const marks = this.found.map((one) => one.place).filter((place) => place !== null);
    const drawn = pieces(this.writing.value, marks).map((piece) => {
      if (piece.severity === null) return document.createTextNode(piece.text);
      const mark = document.createElement("mark");
      mark.className = piece.point ? `${piece.severity} point` : piece.severity;
      mark.textContent = piece.text;
      return mark;
    });
    this.mirror.replaceChildren(...drawn, document.createTextNode("\n"));
    this.follow();
  }

  follow() {
    this.mirror.scrollTop = this.writing.area.scrollTop;
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (button === null) return;
    const one = this.found.find(({ item }) => item.contains(button));
    if (one === undefined) return;
    if ("fix" in button.dataset) this.fix(one, [...one.item.querySelectorAll("[data-fix]")].indexOf(button));
    else if ("goto" in button.dataset) this.goTo(one);
  }

  // Takes a fix where its words still stand as they were checked.
  fix(one, number) {
    const fix = one.fixes[number];
    if (fix === undefined) return this.say("There is no fix to take; change the words.");
    if (fix === null) return this.say("The words have changed since; the check looks at them again.");
    return this.writing.replace(fix.start, fix.end, fix.words);
  }

  goTo(one) {
    if (one.place === null) return;
    if (this.current !== null) this.current.item.removeAttribute("aria-current");
    this.current = one;
    one.item.setAttribute("aria-current", "true");
    one.item.scrollIntoView({ block: "nearest" });
    this.writing.select(one.place.start, one.place.end);
    const words = (selector) => one.item.querySelector(selector)?.textContent ?? "";
    const fix = words("[data-fix]");
    const place = `Finding ${this.found.indexOf(one) + 1} of ${this.found.length}, ${words(".severity")}: `;
    this.say(`${place}${words(".finding-head strong")}${fix === "" ? "" : ` ${fix}: F9.`}`);
  }

  // Goes to the next finding after the caret (step 1) or the last before it (step -1), and round.
  walk(step) {
    const there = this.found.filter((one) => one.place !== null);
    if (there.length === 0) return this.say("There is no finding.");
    const { selectionStart: start } = this.writing.area;
    const at = there.indexOf(this.current);
    const here = at >= 0 && there[at].place.start === start;
    if (here) return this.goTo(there[(at + step + there.length) % there.length]);
    const beyond = there.filter(({ place }) => (step > 0 ? place.start >= start : place.start < start));
    const next = step > 0 ? beyond[0] ?? there[0] : beyond.at(-1) ?? there.at(-1);
    return this.goTo(next);
  }

  // The finding one is at: the last gone to, else the one around the caret, else the first.
  get here() {
    const { selectionStart: caret } = this.writing.area;
    const around = ({ place }) => place !== null && place.start <= caret && caret <= place.end;
    if (this.current !== null && around(this.current)) return this.current;
    return this.found.find(around) ?? this.found.find(({ place }) => place !== null);
  }

  takeFix() {
    const one = this.here;
    if (one === undefined) this.say("There is no finding.");
    else this.fix(one, 0);
  }

  explain() {
    const why = this.here?.item.querySelector(".why");
    if (!why) return this.say("Nothing more is told.");
    why.open = true;
    why.scrollIntoView({ block: "nearest" });
    return this.say(why.querySelector("p").textContent);
  }

  // Leads to the first reason why Send is locked.
  showReason() {
    const first = this.list.querySelector(".finding.block button") ?? this.writing.area;
    first.focus();
  }
}
