// Keeps the sections with data-live as they are at the server. The connection says that a subject has changed; the page is then fetched anew and its sections are replaced.
import "./signalr.min.js";
import { localTimes } from "./portal.js";

const retries = [0, 1000, 2000, 5000, 10000];
const sections = [...document.querySelectorAll("[data-live][id]")].map(section => section.id);
const subjects = [...new Set([...document.querySelectorAll("[data-live]")].flatMap(section => section.dataset.live.split(" ")))];

let connection, failures = 0, ended = false, fetching = false, again = false, held;

if (sections.length) {
  connection = new globalThis.signalR.HubConnectionBuilder()
    .withUrl("/live", { skipNegotiation: true, transport: globalThis.signalR.HttpTransportType.WebSockets })
    .configureLogging(globalThis.signalR.LogLevel.None)
    .build();
  // As the server has them; its own are a few seconds.
  connection.serverTimeoutInMilliseconds = 15000;
  connection.keepAliveIntervalInMilliseconds = 5000;
  connection.on("Changed", subject => subjects.includes(subject) && refresh());
  connection.onclose(() => ended || connect(true));
  // Who logs out needs to be told nothing more, and the connection ends before the page does.
  document.addEventListener("submit", event => event.target.action.endsWith("/logout") && (ended = true));
  document.addEventListener("visibilitychange", () => !document.hidden && again && refresh());
  setInterval(tick, 1000);
  connect(false);
}

async function connect(lost) {
  if (lost) say("Not live: connecting", "warm");
  while (!ended) {
    await pause(retries[Math.min(failures, retries.length - 1)] * (failures ? 0.75 + Math.random() / 2 : 1));
    if (ended) return;
    try {
      await connection.start();
      const ages = await connection.invoke("Follow", document.querySelector("input[name=form_token]").value, subjects);
      failures = 0;
      say("Live", "good");
      // Whatever changed between the page's making and now was told to nobody here.
      if (lost || ages.some(age => age >= 0 && age < performance.now() + 1000)) refresh();
      return;
    } catch {
      // A page that was fetched meanwhile has said that the login is over: nothing is to say otherwise.
      if (ended) return;
      failures++;
      lost = true;
      say("Not live: connecting", "warm");
      // The one way to learn whether the login has ended; and where WebSockets do not pass, the page is not too old.
      await refresh();
    }
    if (connection.state !== "Disconnected") await connection.stop();
  }
}

async function refresh() {
  if (ended) return;
  if (fetching || document.hidden) {
    again = true;
    return;
  }
  fetching = true;
  again = false;
  try {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "live" }, cache: "no-store", redirect: "manual" });
    if (answer.ok) replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
    else if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) end();
  } catch {
    // The line is down: the connection is lost too, and tries again.
  }
  fetching = false;
  if (again) refresh();
}

function replace(page) {
  clearTimeout(held);
  if (sections.some(id => inUse(document.getElementById(id)))) {
    held = setTimeout(() => replace(page), 500);
    return;
  }
  for (const id of sections) {
    const old = document.getElementById(id), made = page.getElementById(id);
    if (!old || !made) continue;
    // Where a page's own script takes over what is new, the section stays.
    if (!old.dispatchEvent(new CustomEvent("live", { detail: made, cancelable: true }))) continue;
    const next = document.adoptNode(made);
    keep(old, next);
    const focus = old.contains(document.activeElement) ? document.activeElement : null;
    const scrolled = [...old.querySelectorAll(".scroll")].map(box => box.scrollLeft);
    localTimes(next);
    old.replaceWith(next);
    next.querySelectorAll(".scroll").forEach((box, i) => (box.scrollLeft = scrolled[i] ?? 0));
    if (focus) refocus(same(next, focus), focus);
  }
}

// Nobody likes to have what he presses or marks replaced under his hand.
function inUse(section) {
  const selection = getSelection();
  return section && (section.matches(":active") || (selection && !selection.isCollapsed && section.contains(selection.anchorNode)));
}

// What was typed and what was unfolded stays.
function keep(old, next) {
  for (const field of old.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    const twin = same(next, field);
    if (!twin) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked !== field.defaultChecked) twin.checked = field.checked;
    } else if (field === document.activeElement || (field.tagName === "SELECT" ? [...field.options].some(one => one.selected !== one.defaultSelected) : field.value !== field.defaultValue)) {
      twin.value = field.value;
    }
  }
  for (const details of old.querySelectorAll("details[id]")) {
    const twin = next.querySelector("#" + CSS.escape(details.id));
    if (twin) twin.open = details.open;
  }
}

function refocus(twin, was) {
  if (!twin) return;
  twin.focus({ preventScroll: true });
  if (typeof was.selectionStart === "number") twin.setSelectionRange(was.selectionStart, was.selectionEnd);
}

// The element of the new section that stands for one of the old: by its id, else by the nearest thing around it that has one, and never by the section's own, in which rows move.
function same(next, element) {
  if (element.id) return next.querySelector("#" + CSS.escape(element.id));
  const around = element.closest("[id]");
  if (!around || around.id === next.id) return null;
  const place = [...around.querySelectorAll(element.tagName)].indexOf(element);
  return next.querySelector("#" + CSS.escape(around.id))?.querySelectorAll(element.tagName)[place] ?? null;
}

// What runs goes on running between two changes.
function tick() {
  for (const text of document.querySelectorAll("[data-elapsed]")) {
    const seconds = Math.floor(Number(text.dataset.elapsed) + (performance.now() - (text.since ??= performance.now())) / 1000);
    text.textContent = seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  }
}

function end() {
  ended = true;
  say("Not live: log in again", "bad");
  connection.stop();
}

function say(text, tone) {
  const state = document.querySelector("[data-live-state]");
  if (!state) return;
  if (state.textContent !== text) state.textContent = text;
  state.className = "badge " + tone;
}

function pause(milliseconds) {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
