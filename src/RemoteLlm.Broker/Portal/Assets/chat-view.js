// What one message of a conversation looks like.

import { MarkdownView } from "./chat-markdown.js";

let copies = 0;

/** An element with children; a class where it has one. */
export function make(name, className, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** A button that does something. */
export function button(text, className, act) {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

/** What somebody asked. */
export function questionView(message) {
  const id = `question-${++copies}`;
  const text = make("div", "said", message.text);
  text.id = id;
  const element = make("article", "question", make("h2", "unseen", "You"));
  if (message.images?.length) element.append(make("div", "pictures", ...message.images.map(picture)));
  if (message.text) element.append(text, make("div", "tools", copyButton(id, "question")));
  return element;
}

/** An image of a message. */
export function picture(source) {
  const image = make("img");
  image.src = source;
  image.alt = "image of the question";
  return image;
}

/** An answer, which may be growing. */
export class AnswerView {
  #message;
  #markdown;
  #thought;
  #body;
  #note;
  #facts;
  #again;
  #due = false;

  /** @param again What to do when it is asked for anew. */
  constructor(message, again) {
    this.#message = message;
    const id = `answer-${++copies}`;
    this.#thought = make("details", "thought", make("summary", "", "Thinking"), make("div", "said"));
    this.#body = make("div", "answer-text");
    this.#body.id = id;
    this.#markdown = new MarkdownView(this.#body);
    this.#note = make("div");
    this.#facts = make("span", "fine");
    this.#again = button("Regenerate", "quiet", again);
    this.element = make("article", "answer", make("h2", "unseen", "Answer"), this.#thought, this.#body, this.#note, make("div", "tools", copyButton(id, "answer"), this.#again, this.#facts));
    this.show();
  }

  /** Shows what there is now, at most once a frame however fast it comes. */
  grow() {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.show();
    });
  }

  /** Only the last answer can be asked for anew. */
  set isLast(last) {
    this.#again.hidden = !last || this.#message.state === "running";
  }

  show() {
    const { state, text, thought, error } = this.#message;
    const running = state === "running";
    this.#markdown.show(text);
    this.#thought.hidden = !thought;
    if (thought) this.#thought.lastChild.textContent = thought;
    this.#body.hidden = !text;
    this.element.setAttribute("aria-busy", running);
    this.element.querySelector("[data-copy]").hidden = !text || running;
    this.#facts.textContent = running ? "" : factsOf(this.#message);
    this.#note.replaceChildren(...(running && !text ? [make("p", "waiting", waitingText(this.#message))] : error ? [trouble(error)] : state === "stopped" ? [make("p", "fine", "You stopped it here.")] : this.#message.finish === "length" ? [make("p", "fine", "It ends here because the model's limit of tokens was reached.")] : []));
  }
}

function copyButton(id, what) {
  const element = make("button", "quiet", "Copy");
  element.type = "button";
  element.dataset.copy = id;
  element.setAttribute("aria-label", `Copy ${what}`);
  return element;
}

function waitingText({ queued, wait, thought, since }) {
  if (thought) return "Thinking…";
  if (queued) return `In the queue, place ${queued}${wait ? `, about ${wait} s` : ""}…`;
  const seconds = Math.floor((Date.now() - since) / 1000);
  return seconds < 2 ? "Waiting for the first word…" : `Waiting for the first word, ${seconds} s…`;
}

function trouble(error) {
  const element = make("div", "told bad", make("p", "", error.message));
  element.setAttribute("role", "alert");
  const facts = [error.code, error.requestId && `request ${error.requestId}`].filter(Boolean).join(" · ");
  if (facts) element.append(make("p", "mono", facts));
  if (error.login) {
    const link = make("a", "button", "Log in again");
    link.href = "/login?return=/chat";
    element.append(link);
  }
  return element;
}

function factsOf({ model, first, rate, tokens }) {
  return [model, first !== undefined && `first token ${seconds(first)}`, rate && `${rate < 10 ? rate.toFixed(1) : Math.round(rate)} tokens/s`, tokens && `${tokens} tokens`].filter(Boolean).join(" · ");
}

const seconds = ms => (ms < 950 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
