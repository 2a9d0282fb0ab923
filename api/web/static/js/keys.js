// The desk's keys. Never Alt: browsers and screen readers own it.

const SETTING = "wellput-single-keys";

function inField(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}

export function listen(writing, proposals, findings, send) {
  const box = document.getElementById("single-keys");
  box.checked = window.localStorage.getItem(SETTING) !== "off";
  box.addEventListener("change", () => window.localStorage.setItem(SETTING, box.checked ? "on" : "off"));

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.isComposing) return;
    const withControl = event.ctrlKey || event.metaKey;
    if (withControl && event.key === "Enter" && event.target === writing.area) {
      event.preventDefault();
      send();
    } else if (event.key === "F8" && !withControl) {
      event.preventDefault();
      findings.walk(event.shiftKey ? -1 : 1);
    } else if (event.key === "F9" && !withControl) {
      event.preventDefault();
      if (event.shiftKey) findings.explain();
      else findings.takeFix();
    } else if (["1", "2", "3"].includes(event.key) && !event.shiftKey) {
      const bare = !withControl && box.checked && !inField(event.target);
      const whileWriting = withControl && event.target === writing.area;
      if (!bare && !whileWriting) return;
      event.preventDefault();
      proposals.insertNumber(Number(event.key));
    } else if (event.key === "Escape" && event.target === writing.area) {
      writing.area.blur();
    }
  });
}
