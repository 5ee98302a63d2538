// What is about to be asked: text and images.

import { mostImages, readImage } from "./chat-images.js";
import { button, make, picture } from "./chat-view.js";

/** The form at the foot of the page. */
export class Composer {
  #text;
  #send;
  #stop;
  #gallery;
  #hint;
  #form;
  #does;
  #images = [];
  #running = false;

  /** @param does What it leads to: send(text, images), stop(), seesImages(). */
  constructor(byId, does) {
    [this.#text, this.#send, this.#stop, this.#gallery, this.#hint, this.#form] = ["text", "send", "stop", "images", "hint", "form"].map(byId);
    this.#does = does;
    this.#form.addEventListener("submit", event => {
      event.preventDefault();
      this.#submit();
    });
    this.#stop.addEventListener("click", () => does.stop());
    this.#text.addEventListener("input", () => this.#show());
    this.#text.addEventListener("keydown", event => {
      // An input method's Enter takes a word, it sends nothing; a phone's is the only way to a new line.
      if (matchMedia("(pointer: coarse)").matches || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    byId("file").addEventListener("change", event => {
      this.#add([...event.target.files]);
      event.target.value = "";
    });
    this.#text.addEventListener("paste", event => this.#addFrom(event, event.clipboardData));
    for (const name of ["dragover", "drop"]) {
      document.addEventListener(name, event => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        if (name === "drop") this.#addFrom(event, event.dataTransfer);
      });
    }
    this.#show();
  }

  /** The form token of the page. */
  get token() {
    return this.#form.elements.form_token.value;
  }

  /** Whether the open conversation is being answered. */
  set running(value) {
    this.#running = value;
    this.#show();
  }

  /** Shows what can be done now that there are other models. */
  modelsChanged() {
    this.#show();
  }

  focus() {
    this.#text.focus();
  }

  #submit() {
    const text = this.#text.value.trim();
    if (this.#send.disabled) return;
    const images = this.#images;
    this.#text.value = "";
    this.#images = [];
    this.#does.send(text, images);
    this.#show();
    this.focus();
  }

  #addFrom(event, data) {
    const files = [...data.files].filter(file => file.type.startsWith("image/"));
    if (!files.length) return;
    event.preventDefault();
    this.#add(files);
  }

  async #add(files) {
    let problem = files.length + this.#images.length > mostImages ? `At most ${mostImages} images a message.` : "";
    for (const file of files.slice(0, mostImages - this.#images.length)) {
      try {
        this.#images.push(await readImage(file));
      } catch {
        problem = `${file.name} is no image that this browser can read.`;
      }
    }
    if (!problem && this.#images.length && !this.#does.seesImages()) problem = "This model does not look at images.";
    this.#hint.textContent = problem;
    this.#show();
  }

  #show() {
    const model = document.getElementById("chat-model");
    this.#send.disabled = this.#running || !model.value || (!this.#text.value.trim() && !this.#images.length);
    this.#send.hidden = this.#running;
    this.#stop.hidden = !this.#running;
    // Where style sheets cannot make it grow with its text.
    if (!CSS.supports("field-sizing", "content")) this.#text.rows = Math.min(10, this.#text.value.split("\n").length);
    this.#gallery.hidden = !this.#images.length;
    this.#gallery.replaceChildren(...this.#images.map((image, index) => {
      const remove = button("×", "", () => {
        this.#images.splice(index, 1);
        this.#hint.textContent = "";
        this.#show();
      });
      remove.setAttribute("aria-label", `Remove image ${index + 1}`);
      return make("li", "", picture(image), remove);
    }));
  }
}
