// Named checks of Ollama's JavaScript library against a running broker whose LLM server plays cassettes/.
// BASE_URL, API_KEY, LIMITED_KEY (a key with one request a minute) come from the environment.
import assert from 'node:assert/strict';
import { Ollama } from 'ollama';
import { all, failure, run } from './checks.mjs';

const { BASE_URL: host, API_KEY: apiKey, LIMITED_KEY: limitedKey } = process.env;
const clientWith = (key) => new Ollama({ host, headers: { Authorization: `Bearer ${key}` } });
const client = clientWith(apiKey);
const hello = { model: 'replay-ollama', messages: [{ role: 'user', content: 'Hello' }] };
const tools = [{ type: 'function', function: { name: 'get_weather', description: 'The weather.', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];

// The library keeps its ResponseError to itself: its name and status are all that programs have.
async function refused(call, status, message) {
  const error = await call().then(() => assert.fail('it succeeded'), (reason) => reason);
  assert.deepEqual([error.name, error.status_code], ['ResponseError', status], error.stack);
  assert.match(error.message, message);
  assert.equal(error.error, error.message);
}

await run({
  async 'list'() {
    const { models } = await client.list();
    const found = models.find((entry) => entry.name === hello.model);
    assert.ok(found, `${hello.model} is not in ${models.map((entry) => entry.name)}`);
    assert.equal(found.model, hello.model);
    assert.deepEqual([typeof found.digest, typeof found.size, typeof found.details.family], ['string', 'number', 'string']);
  },

  async 'ps'() {
    assert.ok((await client.ps()).models.some((entry) => entry.model === hello.model));
  },

  async 'version'() {
    assert.match((await client.version()).version, /^\d+\.\d+\.\d+/);
  },

  async 'show'() {
    const { details, capabilities, model_info: info } = await client.show({ model: hello.model });
    assert.equal(details.family, 'llama');
    assert.deepEqual(capabilities, ['completion', 'tools']);
    assert.equal(info['llama.context_length'], 131072);
  },

  async 'chat'() {
    const answer = await client.chat(hello);
    assert.ok(answer.message.content.length > 0);
    assert.ok(answer.done && answer.eval_count > 0);
  },

  async 'chat streamed'() {
    const parts = await all(await client.chat({ ...hello, stream: true }));
    assert.ok(parts.length > 3, `${parts.length} parts`);
    assert.ok(parts.map((part) => part.message.content).join('').length > 0);
    assert.ok(parts.at(-1).done && parts.at(-1).eval_count > 0);
  },

  async 'chat with the key through a fetch of its own'() {
    const keyed = (url, init) => fetch(url, { ...init, headers: { ...init.headers, 'x-api-key': apiKey } });
    assert.ok((await new Ollama({ host, fetch: keyed }).chat(hello)).done);
  },

  async 'tools'() {
    const { message } = await client.chat({ ...hello, tools });
    assert.deepEqual(message.tool_calls.map((call) => call.function.name), ['get_weather', 'get_time']);
    assert.equal(message.tool_calls[0].function.arguments.city, 'Reims');
  },

  async 'tools streamed'() {
    const parts = await all(await client.chat({ ...hello, tools, stream: true }));
    const calls = parts.flatMap((part) => part.message.tool_calls ?? []);
    assert.deepEqual(calls.map((call) => call.function.name), ['get_weather', 'get_time']);
    assert.equal(typeof calls[1].function.arguments, 'object');
  },

  async 'thinking streamed'() {
    const parts = await all(await client.chat({ ...hello, think: true, stream: true }));
    assert.ok(parts.map((part) => part.message.thinking ?? '').join('').length > 0);
    assert.match(parts.map((part) => part.message.content).join(''), / morning!$/);
  },

  async 'generate'() {
    const answer = await client.generate({ model: hello.model, prompt: 'Hello' });
    assert.equal(answer.response, 'Hello from a cassette in the form of Ollama.');
    assert.equal(answer.eval_count, 10);
  },

  async 'generate streamed'() {
    const parts = await all(await client.generate({ model: hello.model, prompt: 'Hello', stream: true }));
    assert.match(parts.map((part) => part.response).join(''), /^Hello from a cassette in the form /);
    assert.ok(parts.at(-1).done);
  },

  async 'embed'() {
    const one = await client.embed({ model: 'replay-ollama-embed', input: 'Hello' });
    assert.deepEqual(one.embeddings, [[0.0125, -0.25, 0.5, 0.125]]);
    const two = await client.embed({ model: 'replay-ollama-embed', input: ['Hello', 'there'] });
    assert.equal(two.embeddings.length, 2);
  },

  async 'embeddings'() {
    assert.ok((await client.embeddings({ model: 'replay-ollama-embed', prompt: 'Hello' })).embedding.length > 0);
  },

  async 'refused without a key and with a wrong one'() {
    await refused(() => new Ollama({ host }).chat(hello), 401, /No API key/);
    await refused(() => clientWith('sk-0000000000000000000000000000beef').list(), 401, /not valid here/);
  },

  async 'refused for an unknown model'() {
    await refused(() => client.chat({ ...hello, model: 'replay-olamla' }), 404, /Did you mean .*replay-ollama/);
  },

  async 'refused for being too quick'() {
    const limited = clientWith(limitedKey);
    await limited.chat(hello);
    await refused(() => limited.chat(hello), 429, /Try again in [0-9.]+ s/);
  },

  async 'refused by the server, unchanged'() {
    await refused(() => client.chat({ ...hello, model: 'replay-ollama-missing' }), 404, /^model 'replay-ollama-missing' not found$/);
  },

  async 'pull, push, create, copy and delete are refused with the setting'() {
    const setting = /--allow-model-management \(REMOTELLM_ALLOW_MODEL_MANAGEMENT=true\)/;
    await refused(() => client.pull({ model: hello.model }), 403, setting);
    await refused(() => client.pull({ model: hello.model, stream: true }), 403, setting);
    await refused(() => client.push({ model: hello.model }), 403, setting);
    await refused(() => client.create({ model: 'mine', from: hello.model }), 403, setting);
    await refused(() => client.copy({ source: hello.model, destination: 'mine' }), 403, setting);
    await refused(() => client.delete({ model: hello.model }), 403, setting);
  },

  async 'a line with an error in mid-stream is raised'() {
    const stream = await client.chat({ ...hello, model: 'replay-ollama-broken', stream: true });
    await failure(() => all(stream), Error, { message: 'an error was encountered while running the model: unexpected EOF' });
  },

  async 'a stream that breaks off is raised'() {
    const stream = await client.chat({ ...hello, model: 'replay-ollama-cut', stream: true });
    let text = '';
    const read = async () => {
      for await (const part of stream) text += part.message.content;
    };
    const error = await failure(read, Error);
    assert.match(error.message, /^The answer was cut off/);
    assert.match(text, /^This breaks/);
  },

  async 'abort in mid-stream'() {
    const stream = await client.chat({ ...hello, stream: true });
    const read = async () => {
      for await (const _ of stream) stream.abort();
    };
    const error = await read().then(() => null, (reason) => reason);
    assert.ok(error === null || error.name === 'AbortError', error?.stack);
    // The connection is not poisoned by it.
    assert.ok((await client.chat(hello)).done);
  },
});
