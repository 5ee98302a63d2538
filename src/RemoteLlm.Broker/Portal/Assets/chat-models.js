// Which model is asked: the list as the server has it, and the choice, which outlives the model's absence.

const gone = " (not online)";

/** The list of models, which follows those that come and go. */
export class ModelPicker {
  #select;

  /** What to do when others can be asked than before; is told what to say of it, or nothing. */
  changed = () => {};

  /** @param section What the server makes anew (live.js). */
  constructor(select, section) {
    this.#select = select;
    this.choose(localStorage.getItem("chat-model"));
    select.addEventListener("change", () => {
      localStorage.setItem("chat-model", select.value);
      this.changed();
    });
    section.addEventListener("live", event => {
      event.preventDefault();
      this.#follow([...event.detail.querySelectorAll("option")]);
    });
  }

  /** The one that is asked; empty where there is none. */
  get model() {
    return this.#select.value;
  }

  /** Whether it looks at images, as far as is known. */
  get seesImages() {
    return this.#select.selectedOptions[0]?.dataset.vision !== "no";
  }

  /** Chooses one, where it is there. */
  choose(model) {
    if (this.#has(model)) this.#select.value = model;
  }

  // A list that somebody has opened is not to close for nothing.
  #follow(options) {
    const chosen = this.#select.value;
    const missing = chosen && !options.some(option => option.value === chosen);
    if (missing) options = [absent(chosen), ...options.filter(option => option.value)];
    if (same(options, [...this.#select.options])) return;
    const before = this.#select.selectedOptions[0]?.text;
    this.#select.replaceChildren(...options.map(option => document.importNode(option, true)));
    this.#select.disabled = !options.some(option => option.value);
    this.#select.value = chosen;
    if (!chosen) {
      this.#select.selectedIndex = 0;
      this.choose(localStorage.getItem("chat-model"));
    }
    const now = this.#select.selectedOptions[0]?.text;
    this.changed(now === before ? "" : missing ? `${chosen} is not online any more` : this.model ? `${this.model} is online` : "No model is online");
  }

  #has(model) {
    return Boolean(model) && [...this.#select.options].some(option => option.value === model);
  }
}

// A question to it waits a moment for it at the broker, and is then refused with a reason.
function absent(model) {
  const option = new Option(model + gone, model);
  option.dataset.gone = "";
  return option;
}

function same(made, shown) {
  return made.length === shown.length && made.every((option, index) => option.value === shown[index].value && option.text === shown[index].text && option.dataset.vision === shown[index].dataset.vision);
}
