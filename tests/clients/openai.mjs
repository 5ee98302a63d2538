// Named checks of OpenAI's JavaScript SDK against a running broker whose LLM server plays cassettes/.
// BASE_URL (with /v1), API_KEY, LIMITED_KEY (a key with one request a minute) come from the environment.
// Prints "ok NAME" or "not ok NAME: why" for each; exits 1 if one failed.
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const { BASE_URL: baseURL, API_KEY: apiKey, LIMITED_KEY: limitedKey } = process.env;
const model = 'replay-demo';
const messages = [{ role: 'user', content: 'Hello' }];
const clientWith = (key) => new OpenAI({ baseURL, apiKey: key, maxRetries: 0 });
const client = clientWith(apiKey);

// The error of a call that must fail, as the SDK classifies it.
async function failure(call, type, expected) {
  const error = await call().then(() => assert.fail('it succeeded'), (reason) => reason);
  assert.ok(error instanceof type, `${error?.constructor?.name} instead of ${type.name}: ${error}`);
  for (const [name, value] of Object.entries(expected)) assert.equal(error[name], value, name);
  return error;
}

const checks = {
  async 'models list'() {
    const ids = [];
    for await (const entry of client.models.list()) ids.push(entry.id);
    assert.ok(ids.includes(model), `${model} is not in ${ids}`);
  },

  async 'models retrieve'() {
    assert.equal((await client.models.retrieve(model)).id, model);
  },

  async 'chat'() {
    const { data, response, request_id: requestId } = await client.chat.completions.create({ model, messages }).withResponse();
    assert.ok(data.choices[0].message.content.length > 0);
    assert.ok(data.usage.total_tokens > 0);
    assert.ok(requestId);
    assert.equal(response.headers.get('x-request-id'), requestId);
  },

  async 'chat streamed'() {
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    let text = '';
    let chunks = 0;
    for await (const chunk of stream) {
      chunks++;
      text += chunk.choices[0]?.delta?.content ?? '';
    }
    assert.ok(text.length > 0 && chunks > 3, `${chunks} chunks: ${text}`);
  },

  async 'tools streamed'() {
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];
    const runner = client.chat.completions.stream({ model: 'replay-tools', messages, tools });
    const calls = (await runner.finalChatCompletion()).choices[0].message.tool_calls;
    assert.equal(calls.length, 2);
    for (const call of calls) assert.equal(typeof JSON.parse(call.function.arguments), 'object');
  },

  async 'embeddings'() {
    const { data } = await client.embeddings.create({ model, input: 'Hello', encoding_format: 'float' });
    assert.ok(data[0].embedding.length > 0);
  },

  async 'vision'() {
    const url = `data:image/png;base64,${'iVBORw0KGgo'.repeat(20000)}`;
    const content = [{ type: 'text', text: 'What is it?' }, { type: 'image_url', image_url: { url } }];
    const answer = await client.chat.completions.create({ model: 'replay-vision', messages: [{ role: 'user', content }] });
    assert.ok(answer.choices[0].message.content.length > 0);
  },

  async 'AuthenticationError for a wrong key'() {
    const wrong = clientWith('sk-0000000000000000000000000000beef');
    await failure(() => wrong.chat.completions.create({ model, messages }), OpenAI.AuthenticationError, { status: 401, code: 'invalid_api_key' });
  },

  async 'NotFoundError for an unknown model'() {
    const error = await failure(() => client.chat.completions.create({ model: 'replay-dmeo', messages }), OpenAI.NotFoundError, { status: 404, code: 'model_not_found', param: 'model' });
    assert.match(error.message, /replay-demo/);
  },

  async 'RateLimitError with the wait'() {
    const limited = clientWith(limitedKey);
    await limited.chat.completions.create({ model, messages });
    const error = await failure(() => limited.chat.completions.create({ model, messages }), OpenAI.RateLimitError, { status: 429, code: 'rate_limit_exceeded' });
    assert.ok(Number(error.headers.get('retry-after-ms')) > 0);
    assert.equal(error.headers.get('x-ratelimit-remaining-requests'), '0');
  },

  async 'BadRequestError of the LLM server, unchanged'() {
    await failure(() => client.chat.completions.create({ model: 'replay-context', messages }), OpenAI.BadRequestError, { status: 400, code: 'context_length_exceeded' });
  },

  async 'APIError for a stream that breaks off'() {
    const stream = await client.chat.completions.create({ model: 'replay-cut', messages, stream: true });
    let text = '';
    const read = async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
    };
    await failure(read, OpenAI.APIError, { code: 'stream_interrupted' });
    assert.match(text, /^This breaks/);
  },

  async 'abort in mid-stream'() {
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    for await (const _ of stream) {
      stream.controller.abort();
      break;
    }
    // The connection is not poisoned by it.
    assert.ok((await client.chat.completions.create({ model, messages })).id);
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${name}: ${error?.stack ?? error}`);
  }
}
process.exit(failed ? 1 : 0);
