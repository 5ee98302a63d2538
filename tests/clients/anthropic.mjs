// Named checks of Anthropic's JavaScript SDK against a running broker whose LLM server plays cassettes/.
// BASE_URL, API_KEY, LIMITED_KEY (a key with one request a minute), BRISK_KEY (one each second) come from the environment.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { all, counting, failure, run } from './checks.mjs';

const { BASE_URL: baseURL, API_KEY: apiKey, LIMITED_KEY: limitedKey, BRISK_KEY: briskKey } = process.env;
const clientWith = (key, options) => new Anthropic({ baseURL, apiKey: key, authToken: null, maxRetries: 0, ...options });
const client = clientWith(apiKey);
const hello = { model: 'replay-claude', max_tokens: 64, messages: [{ role: 'user', content: 'Hello' }] };
const tools = [{ name: 'get_weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }];
const textOf = (message) => message.content.filter((block) => block.type === 'text').map((block) => block.text).join('');

await run({
  async 'models list'() {
    const models = await all(client.models.list());
    const claude = models.find((entry) => entry.id === hello.model);
    assert.equal(claude?.type, 'model');
    assert.equal(claude.display_name, hello.model);
    assert.ok(!Number.isNaN(Date.parse(claude.created_at)), claude.created_at);
  },

  async 'models retrieve'() {
    assert.equal((await client.models.retrieve(hello.model)).id, hello.model);
  },

  async 'messages'() {
    const { data, response, request_id: requestId } = await client.messages.create(hello).withResponse();
    assert.equal(textOf(data), 'Hello from a cassette in the form of Claude.');
    assert.deepEqual([data.stop_reason, data.usage.input_tokens, data.usage.output_tokens], ['end_turn', 14, 11]);
    assert.ok(requestId);
    assert.equal(data._request_id, requestId);
    assert.equal(response.headers.get('x-request-id'), requestId);
  },

  async 'messages with the key as a bearer token'() {
    const bearer = new Anthropic({ baseURL, apiKey: null, authToken: apiKey, maxRetries: 0 });
    assert.equal((await bearer.messages.create(hello)).role, 'assistant');
  },

  async 'messages streamed'() {
    const events = await all(await client.messages.create({ ...hello, stream: true }));
    assert.deepEqual([events[0].type, events.at(-2).type, events.at(-1).type], ['message_start', 'message_delta', 'message_stop']);
    const text = events.filter((event) => event.delta?.type === 'text_delta').map((event) => event.delta.text).join('');
    assert.match(text, /^Hello from /);
    assert.ok(events.at(-2).usage.output_tokens > 0);
  },

  async 'messages streamed, whole in the end'() {
    const stream = client.messages.stream(hello);
    let text = '';
    stream.on('text', (piece) => { text += piece; });
    const message = await stream.finalMessage();
    assert.equal(textOf(message), text);
    assert.equal(message.stop_reason, 'end_turn');
    assert.ok(stream.request_id);
  },

  async 'tools'() {
    const { content, stop_reason: reason } = await client.messages.create({ ...hello, tools });
    assert.equal(reason, 'tool_use');
    assert.equal(content.find((block) => block.type === 'tool_use').input.city, 'Reims');
  },

  async 'tools streamed'() {
    const { content, stop_reason: reason } = await client.messages.stream({ ...hello, tools }).finalMessage();
    const calls = content.filter((block) => block.type === 'tool_use');
    assert.equal(reason, 'tool_use');
    assert.ok(calls.length > 0 && calls.every((call) => call.id && typeof call.input === 'object'));
    assert.equal(calls[0].input.city, 'Reims');
  },

  async 'thinking streamed'() {
    const message = await client.messages.stream({ ...hello, max_tokens: 2048, thinking: { type: 'enabled', budget_tokens: 1024 } }).finalMessage();
    assert.equal(message.content[0].type, 'thinking');
    assert.ok(message.content[0].thinking.length > 0 && message.content[0].signature.length > 0);
    assert.ok(textOf(message).length > 0);
  },

  async 'vision'() {
    const source = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo'.repeat(20000) };
    const content = [{ type: 'image', source }, { type: 'text', text: 'What is it?' }];
    const message = await client.messages.create({ ...hello, messages: [{ role: 'user', content }] });
    assert.equal(textOf(message), 'A single red pixel on nothing.');
  },

  async 'cached prompt'() {
    const system = [{ type: 'text', text: 'Read this.', cache_control: { type: 'ephemeral' } }];
    assert.equal((await client.messages.create({ ...hello, system })).usage.cache_creation_input_tokens, 2048);
    const message = await client.messages.stream({ ...hello, system }).finalMessage();
    assert.equal(message.usage.cache_read_input_tokens, 2048);
  },

  async 'count_tokens'() {
    const { model, messages } = hello;
    assert.equal((await client.messages.countTokens({ model, messages })).input_tokens, 2095);
  },

  async 'AuthenticationError for a wrong key'() {
    const wrong = clientWith('sk-0000000000000000000000000000beef');
    const error = await failure(() => wrong.messages.create(hello), Anthropic.AuthenticationError, { status: 401, type: 'authentication_error' });
    assert.ok(error.requestID);
    assert.equal(error.error.request_id, error.requestID);
  },

  async 'NotFoundError for an unknown model'() {
    const error = await failure(() => client.messages.create({ ...hello, model: 'replay-cluade' }), Anthropic.NotFoundError, { status: 404, type: 'not_found_error' });
    assert.match(error.message, /replay-claude/);
  },

  async 'NotFoundError for a path that is not served'() {
    const error = await failure(() => client.beta.files.list(), Anthropic.NotFoundError, { status: 404, type: 'not_found_error' });
    assert.equal(error.error.request_id, error.requestID);
  },

  async 'RateLimitError with the wait and what is left'() {
    const limited = clientWith(limitedKey);
    const { response } = await limited.messages.create(hello).withResponse();
    assert.equal(response.headers.get('anthropic-ratelimit-requests-limit'), '1');
    assert.equal(response.headers.get('anthropic-ratelimit-requests-remaining'), '0');
    const { headers } = await failure(() => limited.messages.create(hello), Anthropic.RateLimitError, { status: 429, type: 'rate_limit_error' });
    assert.ok(Number(headers.get('retry-after')) > 0);
    assert.equal(Math.ceil(Number(headers.get('retry-after-ms')) / 1000), Number(headers.get('retry-after')));
    assert.equal(headers.get('anthropic-ratelimit-requests-limit'), '1');
    assert.equal(headers.get('anthropic-ratelimit-requests-remaining'), '0');
    assert.ok(Date.parse(headers.get('anthropic-ratelimit-requests-reset')) > Date.now());
  },

  async 'refused for being too quick, the SDK waits and is served'() {
    const { statuses, fetch } = counting();
    const patient = clientWith(briskKey, { fetch, maxRetries: 4 });
    const answers = await Promise.all([patient.messages.create(hello), patient.messages.create(hello)]);
    assert.equal(answers.length, 2);
    assert.equal(statuses.filter((status) => status === 200).length, 2);
    assert.ok(statuses.includes(429), `${statuses}`);
  },

  async 'OverloadedError of the LLM server, unchanged'() {
    const call = () => client.messages.create({ ...hello, model: 'replay-claude-overloaded' });
    await failure(call, Anthropic.OverloadedError, { status: 529, type: 'overloaded_error', apiMessage: 'Overloaded' });
  },

  async 'BadRequestError on whose first words clients compact'() {
    const call = () => client.messages.create({ ...hello, model: 'replay-claude-short' });
    const error = await failure(call, Anthropic.BadRequestError, { status: 400, type: 'invalid_request_error' });
    assert.match(error.apiMessage, /^prompt is too long: 212478 tokens/);
  },

  async 'APIError for a server that gives up in mid-stream'() {
    const stream = await client.messages.create({ ...hello, model: 'replay-claude-overloaded', stream: true });
    await failure(() => all(stream), Anthropic.APIError, { status: undefined, type: 'overloaded_error' });
  },

  async 'APIError for a stream that breaks off'() {
    const stream = client.messages.stream({ ...hello, model: 'replay-claude-cut' });
    let text = '';
    stream.on('text', (piece) => { text += piece; });
    const error = await failure(() => stream.finalMessage(), Anthropic.APIError, { status: undefined, type: 'api_error' });
    assert.match(error.apiMessage, /cut off/);
    assert.ok(error.requestID);
    assert.match(text, /^This breaks/);
  },

  async 'abort in mid-stream'() {
    const stream = await client.messages.create({ ...hello, stream: true });
    for await (const _ of stream) {
      stream.controller.abort();
      break;
    }
    // The connection is not poisoned by it.
    assert.ok((await client.messages.create(hello)).id);
  },
});
