// One turn of a conversation: the question goes out, the answer comes in.

import { ask } from "./chat-stream.js";

/** Answers a conversation's last question into a message, and tells of every change of it. Never throws: what went wrong is in the message. */
export async function answer(place, conversation, message, signal, changed) {
  const asked = performance.now();
  let first, pieces = 0, usage;
  message.since = Date.now();
  changed();
  const clock = setInterval(() => message.text || changed(), 1000);
  try {
    for await (const event of ask(place.url, place.token, requestOf(conversation, message), signal)) {
      if (event.text || event.thought) {
        first ??= performance.now();
        pieces++;
        message.queued = undefined;
        message.text += event.text ?? "";
        message.thought = (message.thought ?? "") + (event.thought ?? "");
      } else if (event.queued) {
        Object.assign(message, event);
      } else if (event.model) {
        message.model = event.model;
      } else if (event.usage) {
        usage = event.usage;
      } else if (event.finish) {
        message.finish = event.finish;
      }
      changed();
    }
    message.state = "done";
  } catch (error) {
    message.state = signal.aborted ? "stopped" : "failed";
    if (!signal.aborted) message.error = { message: error.message, code: error.code, requestId: error.requestId, login: error.login };
  } finally {
    clearInterval(clock);
  }
  if (first !== undefined) {
    const took = (performance.now() - first) / 1000;
    message.first = first - asked;
    message.tokens = usage?.completion_tokens;
    message.rate = took > 0.05 && pieces > 1 ? ((usage?.completion_tokens ?? pieces) - 1) / took : undefined;
  }
  message.queued = message.since = undefined;
  changed();
}

function requestOf({ system, messages }, message) {
  const said = messages.slice(0, messages.indexOf(message)).filter(({ role, text }) => role === "user" || text);
  return {
    model: message.model,
    stream: true,
    stream_options: { include_usage: true },
    messages: [...(system ? [{ role: "system", content: system }] : []), ...said.map(({ role, text, images }) => ({ role, content: images?.length ? parts(text, images) : text }))],
  };
}

function parts(text, images) {
  return [...(text ? [{ type: "text", text }] : []), ...images.map(url => ({ type: "image_url", image_url: { url } }))];
}
