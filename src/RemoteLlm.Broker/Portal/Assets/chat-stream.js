// One question to the chat endpoint, and its answer as it comes.

/** Why there is no answer, or no whole one: for people, with what an operator wants to know. */
export class ChatError extends Error {
  constructor(message, facts = {}) {
    super(message);
    Object.assign(this, { code: facts.code, requestId: facts.requestId, login: facts.login ?? false });
  }
}

/**
 * Asks, and yields what happens: {queued, wait}, {text}, {thought}, {usage}, {finish}, {model}.
 * @throws {ChatError} where it is refused or breaks off; an AbortError where the signal says so.
 */
export async function* ask(url, token, body, signal) {
  const answer = await send(url, token, body, signal);
  const requestId = answer.headers.get("x-request-id") ?? undefined;
  if (!answer.ok) throw await refusal(answer, requestId);
  const model = answer.headers.get("x-remotellm-model");
  if (model) yield { model };
  const place = Number(answer.headers.get("x-remotellm-queue"));
  if (place > 0) yield { queued: place };
  if (answer.headers.get("content-type")?.includes("json")) {
    // A server that knows no streams.
    const { choices, usage } = await answer.json();
    yield { text: choices?.[0]?.message?.content ?? "" };
    if (usage) yield { usage };
    return;
  }
  let whole = false;
  try {
    for await (const line of lines(answer.body)) {
      if (line.startsWith(":")) {
        const queued = /^: queued, position (\d+)(?:, about (\d+) s)?/.exec(line);
        yield queued ? { queued: Number(queued[1]), wait: queued[2] } : { alive: true };
      } else if (line.startsWith("data:")) {
        const data = line.slice(5).trim();
        if (data === "[DONE]") return;
        const frame = JSON.parse(data);
        if (frame.error) throw new ChatError(frame.error.message ?? "The answer broke off.", { code: frame.error.code ?? frame.error.type, requestId });
        const choice = frame.choices?.[0];
        const thought = choice?.delta?.reasoning_content ?? choice?.delta?.reasoning;
        if (thought) yield { thought };
        if (choice?.delta?.content) yield { text: choice.delta.content };
        if (choice?.finish_reason) {
          whole = true;
          yield { finish: choice.finish_reason };
        }
        if (frame.usage) yield { usage: frame.usage };
      }
    }
  } catch (error) {
    if (error instanceof ChatError || signal.aborted) throw error;
    throw new ChatError("The connection broke off in the middle of the answer.", { code: "connection_lost", requestId });
  }
  if (!whole) throw new ChatError("The answer broke off before its end.", { code: "incomplete", requestId });
}

async function send(url, token, body, signal) {
  try {
    return await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Form-Token": token, "X-Requested-With": "chat" },
      body: JSON.stringify(body),
      credentials: "same-origin",
      redirect: "error",
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ChatError("The broker could not be reached. Is this machine online?", { code: "unreachable" });
  }
}

async function refusal(answer, requestId) {
  if (answer.headers.get("content-type")?.includes("json")) {
    const { error } = await answer.json().catch(() => ({}));
    if (error?.message) return new ChatError(error.message, { code: error.code ?? error.type, requestId });
  }
  if (answer.status === 401) return new ChatError("You are logged out.", { login: true });
  if (answer.status === 403) return new ChatError("You are not let in any more: an operator has blocked your account. Ask one why.", { code: "blocked" });
  if (answer.status === 400) return new ChatError("This page is of an older login. Reload it and send that again.", { code: "stale_page" });
  return new ChatError(`The broker answered with status ${answer.status}.`, { code: String(answer.status), requestId });
}

async function* lines(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) yield part.endsWith("\r") ? part.slice(0, -1) : part;
  }
  if (rest) yield rest;
}
