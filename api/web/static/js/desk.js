// The contact page: puts writing, findings, proposals, draft and keys together.

import { Draft } from "./draft.js";
import { Findings } from "./findings.js";
import { listen } from "./keys.js";
import { Proposals } from "./proposals.js";
import { Writing } from "./writing.js";

const csrfToken = document.querySelector("meta[name=csrf-token]").content;
document.body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken;
});

const form = document.getElementById("composer");
if (form !== null) {
  const writing = new Writing(document.getElementById("text"));
  const proposals = new Proposals(form, writing, csrfToken);
  const draft = new Draft(form, writing, proposals);
  const findings = new Findings(form, writing);
  if (draft.restored) findings.changed();

  form.addEventListener("submit", (event) => {
    const sending = event.submitter === null || event.submitter.id === "send";
    if (!sending || !findings.locked) return;
    event.preventDefault();
    findings.showReason();
  });
  listen(writing, proposals, findings, () => form.requestSubmit(document.getElementById("send")));
}
