// What every page has: copy buttons, questions before what cannot be undone, and times in the reader's zone.

document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy)?.innerText ?? "";
  try {
    await navigator.clipboard.writeText(text);
    say(button, "Copied");
  } catch {
    select(document.getElementById(button.dataset.copy));
    say(button, "Press Ctrl+C");
  }
});

// A form with data-confirm asks first; without scripts it is sent at once.
document.addEventListener("submit", event => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

document.addEventListener("keydown", event => {
  if (event.key === "Escape") document.querySelector("details.menu[open]")?.removeAttribute("open");
});

function say(button, word) {
  const before = (button.dataset.word ??= button.textContent);
  const label = (button.dataset.label ??= button.getAttribute("aria-label") ?? "");
  button.textContent = word;
  // Its name for who hears it is what stands on it.
  if (label) button.setAttribute("aria-label", label.replace(before, word));
  clearTimeout(button.timer);
  button.timer = setTimeout(() => {
    button.textContent = before;
    if (label) button.setAttribute("aria-label", label);
  }, 2000);
}

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

/** Shows the moments of <time datetime> in the reader's own zone. */
export function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (isNaN(at)) continue;
    // A day is one by UTC, and stays it.
    if (!time.dateTime.includes("T")) {
      time.textContent = at.toLocaleDateString([], { dateStyle: "medium", timeZone: "UTC" });
      continue;
    }
    time.title = at.toISOString();
    time.textContent = at.toLocaleString([], { dateStyle: "medium", timeStyle: "seconds" in time.dataset ? "medium" : "short" });
  }
}

localTimes(document);
