// The "Test it" button: one question to the chosen model, by the login of this page.
const section = document.getElementById("test");

if (section) {
  const button = document.getElementById("test-run");
  document.getElementById("test-off").hidden = true;
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    tell("", "Asking. A model that sleeps takes a while to load.");
    try {
      await ask(section.dataset.model);
    } catch {
      tell("bad", "The line to this server broke. Try again.");
    }
    button.disabled = false;
  });
}

async function ask(model) {
  const began = performance.now();
  const answer = await fetch("/chat/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Form-Token": document.querySelector("input[name=form_token]").value },
    body: JSON.stringify({ model, stream: true, max_tokens: 200, messages: [{ role: "user", content: "Say hello in one sentence." }] }),
  });
  const id = answer.headers.get("x-request-id");
  if (!answer.ok) {
    const error = await answer.json().catch(() => null);
    tell("bad", `${error?.error?.message ?? `This page was answered with ${answer.status}. Reload it and try again.`}${id ? ` (${answer.status}, request ${id})` : ""}`);
    return;
  }

  let first, text = "", thought = "", ended = false, failed;
  for await (const data of events(answer.body)) {
    if (data === "[DONE]") {
      ended = true;
      break;
    }
    const chunk = JSON.parse(data);
    if (chunk.error) {
      failed = chunk.error.message;
      break;
    }
    const delta = chunk.choices?.[0]?.delta ?? {};
    text += delta.content ?? "";
    thought += delta.reasoning_content ?? delta.reasoning ?? "";
    if (text || thought) {
      first ??= performance.now() - began;
      tell("", "It answers.", text || thought);
    }
  }

  if (!ended) tell("bad", `${failed ?? "The answer ended before its end."}${id ? ` (request ${id})` : ""}`, text || thought);
  else if (first === undefined) tell("warm", "It answered without a word.");
  else tell("good", `It works: the first token after ${(first / 1000).toFixed(1)} s, all of it after ${((performance.now() - began) / 1000).toFixed(1)} s.`, text || thought);
}

/** The data of the events of a stream. Comments are signs of life. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split(/\r?\n/);
    rest = lines.pop();
    for (const line of lines) if (line.startsWith("data:")) yield line.slice(5).trim();
  }
}

function tell(tone, words, text) {
  document.getElementById("test-result").hidden = false;
  const told = document.getElementById("test-told");
  told.className = `told ${tone}`;
  told.textContent = words;
  const shown = document.getElementById("test-text");
  shown.hidden = !text;
  shown.textContent = text ?? "";
}
