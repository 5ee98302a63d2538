// The chat page: the conversation that is open, the list of the others, and what is about to be asked (chat-composer.js).

import { Composer } from "./chat-composer.js";
import { openStore } from "./chat-store.js";
import { ModelPicker } from "./chat-models.js";
import { answer } from "./chat-turn.js";
import { AnswerView, button, make, questionView } from "./chat-view.js";

const byId = id => document.getElementById(`chat-${id}`);
const page = document.getElementById("chat");
const [thread, list, system, side, status] = ["thread", "list", "system", "side", "status"].map(byId);
const picker = new ModelPicker(byId("model"), byId("models"));
const store = await openStore(page.dataset.user);
const running = new Map();
let open = blank();
let views = [];

const composer = new Composer(byId, {
  send: (text, images) => {
    open.body.messages.push({ role: "user", text, images });
    if (!open.head.title) open.head.title = (text || "Image").trim().slice(0, 80);
    showThread();
    return turn();
  },
  stop,
  seesImages: () => picker.seesImages,
});

function blank() {
  return { head: { id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, title: "", updated: Date.now() }, body: { system: localStorage.getItem("chat-system") ?? "", messages: [] } };
}

function stop() {
  running.get(open.head.id)?.stopper.abort();
}

async function turn() {
  const conversation = open;
  const { head, body } = conversation;
  const message = { role: "assistant", text: "", model: picker.model, state: "running" };
  body.messages.push(message);
  head.updated = Date.now();
  const stopper = new AbortController();
  running.set(head.id, { conversation, stopper });
  showThread();
  showRunning();
  scrollToEnd();
  say("Answering");
  let saved = 0;
  await save(conversation);
  await showList();
  await answer({ url: page.dataset.endpoint, token: composer.token }, body, message, stopper.signal, () => {
    if (conversation === open) follow(() => views.at(-1)?.grow());
    if (Date.now() - saved > 2000) {
      saved = Date.now();
      save(conversation);
    }
  });
  running.delete(head.id);
  await save(conversation);
  if (conversation !== open) return;
  follow(() => views.at(-1)?.show());
  markLast();
  showRunning();
  say(message.state === "done" ? "The answer is complete" : message.state === "stopped" ? "Stopped" : "");
}

function again() {
  if (running.has(open.head.id)) return;
  open.body.messages.pop();
  turn();
}

// One that was deleted meanwhile stays deleted.
async function save({ head, body }) {
  if (!head.deleted) await store.save(head, body).catch(() => say("This browser keeps no more: delete some conversations"));
}

function showThread() {
  byId("empty").hidden = open.body.messages.length > 0;
  views = open.body.messages.map(message => (message.role === "user" ? { element: questionView(message) } : new AnswerView(message, again)));
  thread.replaceChildren(...views.map(view => view.element));
  markLast();
}

function markLast() {
  views.forEach((view, index) => (view.isLast = index === views.length - 1));
}

// Whoever reads further up is not torn down.
function follow(change) {
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 80;
  change();
  if (atEnd) requestAnimationFrame(scrollToEnd);
}

function scrollToEnd() {
  scrollTo(0, document.documentElement.scrollHeight);
}

function showRunning() {
  composer.running = running.has(open.head.id);
}

async function show(head) {
  const body = head && (await store.load(head.id));
  open = running.get(head?.id)?.conversation ?? (body ? { head, body } : blank());
  // What was under way when its page was left has ended with it.
  for (const message of open.body.messages) {
    if (message.state === "running" && !running.has(open.head.id)) message.state = "stopped";
  }
  const model = open.body.messages.findLast(message => message.role === "assistant")?.model;
  if (model) picker.choose(model);
  system.value = open.body.system ?? "";
  system.parentElement.open = Boolean(system.value);
  showThread();
  showRunning();
  await showList();
  if (head) scrollToEnd();
  else scrollTo(0, 0);
}

async function showList() {
  const heads = await store.list();
  list.replaceChildren(...heads.map(head => {
    const link = button(head.title || "Untitled", "quiet", () => {
      if (!matchMedia("(min-width: 70rem)").matches) side.open = false;
      show(head);
    });
    if (head.id === open.head.id) link.setAttribute("aria-current", "true");
    const remove = button("×", "quiet", () => confirm(`Delete “${head.title}”?`) && forget(head));
    remove.setAttribute("aria-label", `Delete ${head.title}`);
    return make("li", "", link, remove);
  }));
  byId("clear").hidden = heads.length === 0;
}

async function forget(head) {
  const under = running.get(head.id);
  if (under) under.conversation.head.deleted = true;
  under?.stopper.abort();
  await store.remove(head.id);
  await (head.id === open.head.id ? show() : showList());
}

function say(text) {
  status.textContent = text;
}

byId("new").addEventListener("click", async () => {
  await show();
  composer.focus();
});
byId("clear").addEventListener("click", async () => {
  if (!confirm("Delete all conversations?")) return;
  for (const { conversation, stopper } of running.values()) {
    conversation.head.deleted = true;
    stopper.abort();
  }
  await store.clear();
  await show();
});
picker.changed = told => {
  composer.modelsChanged();
  if (told) say(told);
};
system.addEventListener("change", () => {
  open.body.system = system.value.trim();
  localStorage.setItem("chat-system", open.body.system);
  if (open.body.messages.length) save(open);
});
document.addEventListener("keydown", event => {
  if (event.key === "Escape") stop();
});

picker.choose(page.dataset.chosen);
side.open = matchMedia("(min-width: 70rem)").matches;
await show();
if (matchMedia("(min-width: 56rem)").matches) composer.focus();
page.dataset.ready = "";
