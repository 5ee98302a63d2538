// Markdown of models becomes elements and text, never HTML: what a model writes is not to be trusted with the page.

import { lexer } from "./marked.esm.js";

const entities = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };
let blocks = 0;

/** A text that grows, shown in an element. Blocks that have not changed stay as they are, and so does what a reader has selected in them. */
export class MarkdownView {
  #raw = [];
  #element;

  constructor(element) {
    this.#element = element;
  }

  show(text) {
    let tokens;
    try {
      tokens = lexer(text, { gfm: true });
    } catch {
      // Nested deeper than the parser goes.
      tokens = [{ type: "paragraph", raw: text, tokens: [{ type: "text", text }] }];
    }
    let same = 0;
    while (same < tokens.length && tokens[same].raw === this.#raw[same]) same++;
    while (this.#element.childNodes.length > same) this.#element.lastChild.remove();
    for (const token of tokens.slice(same)) this.#element.append(block(token));
    this.#raw = tokens.map(token => token.raw);
  }
}

function make(name, children = [], attributes = {}) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// One node a token, so that places in the element are places in the list of tokens.
function block(token) {
  switch (token.type) {
    case "heading": return make(`h${Math.min(token.depth + 2, 6)}`, inline(token.tokens));
    case "paragraph": return make("p", inline(token.tokens));
    case "code": return code(token);
    case "blockquote": return make("blockquote", token.tokens.map(block));
    case "list": return make(token.ordered ? "ol" : "ul", token.items.map(item), token.ordered && token.start !== 1 ? { start: token.start } : {});
    case "table": return table(token);
    case "hr": return make("hr");
    case "space": case "def": return document.createTextNode("");
    case "html": return make("p", [token.text.trimEnd()], { class: "plain" });
    default: return token.tokens ? make("span", inline(token.tokens)) : document.createTextNode(decode(token.text ?? token.raw));
  }
}

function item(token) {
  const content = token.tokens.filter(part => part.type !== "checkbox").map(block);
  if (token.task) {
    const box = make("input", [], { type: "checkbox", disabled: "", "aria-label": token.checked ? "done" : "to do" });
    box.checked = token.checked;
    return make("li", [box, " ", ...content], { class: "task" });
  }
  return make("li", content);
}

function code(token) {
  const id = `code-${++blocks}`;
  const language = (token.lang ?? "").trim().split(/\s+/)[0];
  return make("div", [
    make("div", [make("span", [language || "code"]), make("button", ["Copy"], { type: "button", class: "quiet", "data-copy": id, "aria-label": `Copy ${language || "code"}` })], { class: "code-head" }),
    make("pre", [make("code", [token.text], { id })], { tabindex: "0" }),
  ], { class: "code-block" });
}

function table(token) {
  const cell = (name, value) => make(name, inline(value.tokens), value.align === "right" || value.align === "center" ? { class: value.align } : {});
  return make("div", [make("table", [
    make("thead", [make("tr", token.header.map(value => cell("th", value)))]),
    make("tbody", token.rows.map(row => make("tr", row.map(value => cell("td", value))))),
  ])], { class: "scroll", tabindex: "0" });
}

function inline(tokens = []) {
  return tokens.flatMap(token => {
    switch (token.type) {
      case "strong": case "em": case "del": return make(token.type, inline(token.tokens));
      case "codespan": return make("code", [token.text]);
      case "br": return make("br");
      case "link": return link(token.href, inline(token.tokens));
      // An image of elsewhere would tell elsewhere who reads this.
      case "image": return link(token.href, [`${token.text || "image"} ↗`]);
      case "html": return /^<br *\/?>$/i.test(token.text) ? make("br") : token.text;
      case "checkbox": return [];
      default: return token.tokens ? inline(token.tokens) : decode(token.text ?? token.raw);
    }
  });
}

function link(href, children) {
  if (!/^(https?:|mailto:)/i.test(href)) return make("span", children);
  return make("a", children, { href, rel: "noopener noreferrer", target: "_blank" });
}

function decode(text) {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi, (whole, decimal, hex, name) => {
    if (name) return entities[name.toLowerCase()];
    const point = parseInt(decimal ?? hex, decimal ? 10 : 16);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
