// The check as one writes: asks after a pause, marks the places, locks Send, takes fixes.

import { carried, pieces, unitsOf } from "./places.js";

const PAUSE_MS = 180;

export class Findings {
  constructor(form, writing) {
    this.form = form;
    this.writing = writing;
    this.list = document.getElementById("findings");
    this.mirror = document.getElementById("mirror");
    this.send = document.getElementById("send");
    this.state = document.getElementById("send-state");
    this.revision = document.getElementById("revision");
    this.marks = [];
    this.marked = writing.value;
    this.pause = 0;
    writing.area.addEventListener("input", () => this.changed());
    writing.area.addEventListener("scroll", () => this.follow());
    new ResizeObserver(() => this.follow()).observe(writing.area);
    this.list.addEventListener("click", (event) => this.clicked(event));
    document.body.addEventListener("htmx:beforeSwap", (event) => this.refuseLate(event));
    document.body.addEventListener("htmx:afterSwap", (event) => {
      if (event.detail.target === this.list) this.answered();
    });
    for (const failure of ["htmx:sendError", "htmx:responseError"]) {
      writing.area.addEventListener(failure, () => this.unreachable());
    }
    this.answered();
  }

  changed() {
    this.revision.value = String(Number(this.revision.value) + 1);
    this.marks = carried(this.marks, this.marked, this.writing.value);
    this.marked = this.writing.value;
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
    this.marks = [...this.list.querySelectorAll(".finding")].map((item) => ({
      start: unitsOf(text, Number(item.dataset.start)),
      end: unitsOf(text, Number(item.dataset.end)),
      severity: item.dataset.severity,
    }));
    this.marked = text;
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
  }

  get locked() {
    return this.send.getAttribute("aria-disabled") === "true";
  }

  draw() {
    const drawn = pieces(this.writing.value, this.marks).map((piece) => {
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
    const place = button.closest(".finding").dataset;
    const text = this.writing.value;
    if ("fix" in button.dataset) {
      const { start, end, replacement } = button.dataset;
      this.writing.replace(unitsOf(text, Number(start)), unitsOf(text, Number(end)), replacement);
    } else if ("goto" in button.dataset) {
      this.writing.select(unitsOf(text, Number(place.start)), unitsOf(text, Number(place.end)));
    }
  }

  // Leads to the first reason why Send is locked.
  showReason() {
    const first = this.list.querySelector(".finding.block button") ?? this.writing.area;
    first.focus();
  }
}
