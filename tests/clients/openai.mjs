// Named checks of OpenAI's JavaScript SDK against a running broker whose LLM server plays cassettes/.
// BASE_URL (with /v1), API_KEY, LIMITED_KEY (a key with one request a minute), BRISK_KEY (one each second), NARROW_KEY (some models only) and
// CASSETTES (their folder) come from the environment.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import OpenAI, { toFile } from 'openai';
import { all, counting, failure, run } from './checks.mjs';

const { BASE_URL: baseURL, API_KEY: apiKey, LIMITED_KEY: limitedKey, BRISK_KEY: briskKey, NARROW_KEY: narrowKey, CASSETTES: cassettes } = process.env;
const model = 'replay-demo';
const messages = [{ role: 'user', content: 'Hello' }];
const clientWith = (key, options) => new OpenAI({ baseURL, apiKey: key, maxRetries: 0, ...options });
const client = clientWith(apiKey);
const respond = (more) => client.responses.create({ model: 'replay-responses', input: 'Hello', ...more });
const responseTools = [{ type: 'function', name: 'get_weather', strict: true, parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false } }];
const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];

await run({
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

  async 'chat streamed with the usage asked for'() {
    const chunks = await all(await client.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } }));
    assert.ok(chunks.at(-1).usage.total_tokens > 0);
    assert.equal(chunks.at(-1).choices.length, 0);
  },

  async 'reasoning'() {
    const { choices, usage } = await client.chat.completions.create({ model: 'replay-reasoning', messages });
    assert.equal(choices[0].message.content, 'Good morning!');
    assert.ok(choices[0].message.reasoning_content.length > 0);
    assert.equal(usage.completion_tokens_details.reasoning_tokens, 9);
    const chunks = await all(await client.chat.completions.create({ model: 'replay-reasoning', messages, stream: true }));
    assert.ok(chunks.map((chunk) => chunk.choices[0]?.delta?.reasoning_content ?? '').join('').length > 0);
  },

  async 'tools'() {
    const { choices } = await client.chat.completions.create({ model: 'replay-tools', messages, tools });
    assert.equal(choices[0].finish_reason, 'tool_calls');
    assert.deepEqual(choices[0].message.tool_calls.map((call) => call.function.name), ['get_weather', 'get_time']);
  },

  async 'tools streamed'() {
    const runner = client.chat.completions.stream({ model: 'replay-tools', messages, tools });
    const calls = (await runner.finalChatCompletion()).choices[0].message.tool_calls;
    assert.equal(calls.length, 2);
    for (const call of calls) assert.equal(typeof JSON.parse(call.function.arguments), 'object');
  },

  async 'embeddings'() {
    const { data } = await client.embeddings.create({ model, input: 'Hello', encoding_format: 'float' });
    assert.ok(data[0].embedding.length > 0);
  },

  async 'embeddings in base64, as the SDK asks unless told otherwise'() {
    const { data, usage } = await client.embeddings.create({ model: 'replay-embed', input: ['one', 'two', 'three'] });
    assert.deepEqual(data.map((entry) => [...entry.embedding]), [[0.5, -0.5, 0.25, -0.25], [0.125, 0.375, -0.125, -0.375], [-0.0625, 0.75, 0, 1]]);
    assert.equal(usage.total_tokens, 15);
  },

  async 'responses'() {
    const response = await respond();
    assert.equal(response.output_text, 'Hello from a cassette in the form of the Responses API.');
    assert.deepEqual([response.status, response.usage.total_tokens], ['completed', 48]);
    assert.ok(response._request_id);
  },

  async 'responses streamed'() {
    const events = await all(await respond({ stream: true }));
    assert.deepEqual([events[0].type, events.at(-1).type], ['response.created', 'response.completed']);
    assert.deepEqual(events.map((event) => event.sequence_number), events.map((_, index) => index));
    const text = events.filter((event) => event.type === 'response.output_text.delta').map((event) => event.delta).join('');
    assert.equal(text, 'Hello from a cassette in the form of the Responses API.');
  },

  async 'responses streamed, whole in the end'() {
    const response = await client.responses.stream({ model: 'replay-responses', input: 'Hello' }).finalResponse();
    assert.equal(response.output_text, 'Hello from a cassette in the form of the Responses API.');
    assert.ok(response.usage.output_tokens > 0);
  },

  async 'responses with a function call, whole and streamed'() {
    const whole = await respond({ tools: responseTools });
    const streamed = await client.responses.stream({ model: 'replay-responses', input: 'Hello', tools: responseTools }).finalResponse();
    for (const { output } of [whole, streamed]) {
      const call = output.find((item) => item.type === 'function_call');
      assert.deepEqual([call.name, JSON.parse(call.arguments)], ['get_weather', { city: 'Reims' }]);
    }
  },

  async 'responses with reasoning'() {
    const { output } = await client.responses.stream({ model: 'replay-responses', input: 'Hello', reasoning: { effort: 'medium', summary: 'auto' } }).finalResponse();
    assert.equal(output[0].type, 'reasoning');
    assert.equal(output[0].summary[0].text, '**Greeting** The user greets me.');
  },

  async 'vision'() {
    const url = `data:image/png;base64,${'iVBORw0KGgo'.repeat(20000)}`;
    const content = [{ type: 'text', text: 'What is it?' }, { type: 'image_url', image_url: { url } }];
    const answer = await client.chat.completions.create({ model: 'replay-vision', messages: [{ role: 'user', content }] });
    assert.ok(answer.choices[0].message.content.length > 0);
  },

  async 'images'() {
    const { data } = await client.images.generate({ model: 'replay-image', prompt: 'A red square.' });
    assert.deepEqual([...Buffer.from(data[0].b64_json, 'base64').subarray(1, 4)], [...Buffer.from('PNG')]);
    const events = await all(await client.images.generate({ model: 'replay-image', prompt: 'A red square.', stream: true }));
    assert.equal(events.at(-1).type, 'image_generation.completed');
  },

  async 'moderations'() {
    const { results } = await client.moderations.create({ model: 'replay-moderation', input: 'Hello' });
    assert.deepEqual([results[0].flagged, results[0].categories.violence], [true, true]);
  },

  async 'transcription, the file before the model'() {
    const file = await toFile(Buffer.alloc(3 << 20, 7), 'speech.mp3', { type: 'audio/mpeg' });
    const { text, usage } = await client.audio.transcriptions.create({ file, model: 'replay-whisper' });
    assert.equal(text, 'The words are from a cassette.');
    assert.equal(usage.total_tokens, 36);
    const verbose = await client.audio.transcriptions.create({ file, model: 'replay-whisper', response_format: 'verbose_json', timestamp_granularities: ['word'] });
    assert.equal(verbose.words[0].word, 'From');
  },

  async 'transcription streamed'() {
    const file = await toFile(Buffer.from('RIFF'), 'speech.wav');
    const events = await all(await client.audio.transcriptions.create({ file, model: 'replay-whisper', stream: true }));
    assert.equal(events.at(-1).text, 'The words are from a cassette.');
  },

  async 'speech, byte for byte'() {
    const yaml = await readFile(`${cassettes}/speech.yaml`, 'utf8');
    const recorded = Buffer.from(/body_base64: (\S+)/.exec(yaml)[1], 'base64');
    const response = await client.audio.speech.create({ model: 'replay-tts', voice: 'alloy', input: 'Hello' });
    assert.equal(response.headers.get('content-type'), 'audio/mpeg');
    assert.ok(recorded.length > 100 && recorded.equals(Buffer.from(await response.arrayBuffer())));
  },

  async 'AuthenticationError for a wrong key'() {
    const wrong = clientWith('sk-0000000000000000000000000000beef');
    await failure(() => wrong.chat.completions.create({ model, messages }), OpenAI.AuthenticationError, { status: 401, code: 'invalid_api_key' });
  },

  async 'NotFoundError for an unknown model'() {
    const error = await failure(() => client.chat.completions.create({ model: 'replay-dmeo', messages }), OpenAI.NotFoundError, { status: 404, code: 'model_not_found', param: 'model' });
    assert.match(error.message, /replay-demo/);
  },

  async 'NotFoundError for an endpoint that the LLM server lacks'() {
    const expected = { status: 404, code: 'endpoint_not_served', type: 'invalid_request_error' };
    await failure(() => client.responses.create({ model: 'replay-fastapi', input: 'Hello' }), OpenAI.NotFoundError, expected);
    await failure(() => client.embeddings.create({ model: 'replay-chat-only', input: 'Hello' }), OpenAI.NotFoundError, expected);
  },

  async 'NotFoundError for a path that is not served'() {
    await failure(() => client.files.list(), OpenAI.NotFoundError, { status: 404, code: 'endpoint_not_served' });
  },

  async 'PermissionDeniedError for a model that the key may not use'() {
    const narrow = clientWith(narrowKey);
    const error = await failure(() => narrow.chat.completions.create({ model, messages }), OpenAI.PermissionDeniedError, { status: 403, code: 'model_not_allowed', param: 'model' });
    assert.equal(error.type, 'permission_error');
    assert.ok((await narrow.responses.create({ model: 'replay-responses', input: 'Hello' })).id);
  },

  async 'RateLimitError with the wait'() {
    const limited = clientWith(limitedKey);
    await limited.chat.completions.create({ model, messages });
    const error = await failure(() => limited.chat.completions.create({ model, messages }), OpenAI.RateLimitError, { status: 429, code: 'rate_limit_exceeded' });
    assert.ok(Number(error.headers.get('retry-after-ms')) > 0);
    assert.equal(error.headers.get('x-ratelimit-remaining-requests'), '0');
  },

  async 'refused for being too quick, the SDK waits and is served'() {
    const { statuses, fetch } = counting();
    const patient = clientWith(briskKey, { fetch, maxRetries: 4 });
    const ask = () => patient.chat.completions.create({ model, messages });
    const answers = await Promise.all([ask(), ask()]);
    assert.equal(answers.length, 2);
    assert.equal(statuses.filter((status) => status === 200).length, 2);
    assert.ok(statuses.includes(429), `${statuses}`);
  },

  async 'RateLimitError of the LLM server with its own wait'() {
    const error = await failure(() => client.chat.completions.create({ model: 'replay-rate-limited', messages }), OpenAI.RateLimitError, { status: 429, code: 'rate_limit_exceeded', type: 'tokens' });
    assert.equal(error.headers.get('retry-after-ms'), '1046');
  },

  async 'InternalServerError with the wait while the model loads'() {
    const call = () => client.chat.completions.create({ model: 'replay-loading', messages });
    const error = await failure(call, OpenAI.InternalServerError, { status: 503, code: 'model_loading', type: 'server_error' });
    assert.ok(Number(error.headers.get('retry-after-ms')) > 0);
  },

  async 'InternalServerError in JSON where the LLM server sent a web page'() {
    await failure(() => client.chat.completions.create({ model: 'replay-bad-gateway', messages }), OpenAI.InternalServerError, { status: 502, code: 'upstream_error', type: 'server_error' });
  },

  async 'BadRequestError of the LLM server, unchanged'() {
    await failure(() => client.chat.completions.create({ model: 'replay-context', messages }), OpenAI.BadRequestError, { status: 400, code: 'context_length_exceeded' });
  },

  async 'BadRequestError on whose code agents compact, whatever the LLM server is'() {
    for (const served of ['replay-vllm', 'replay-vllm-old', 'replay-llama-context', 'replay-sglang', 'replay-tgi', 'replay-lmstudio']) {
      const expected = { status: 400, code: 'context_length_exceeded', type: 'invalid_request_error', param: 'messages' };
      await failure(() => client.chat.completions.create({ model: served, messages }), OpenAI.BadRequestError, expected);
    }
  },

  async 'InternalServerError of the LLM server, unchanged'() {
    const error = await failure(() => client.chat.completions.create({ model: 'replay-server-error', messages }), OpenAI.InternalServerError, { status: 500, type: 'server_error', code: null });
    assert.match(error.message, /Sorry about that/);
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

  async 'APIError for an error of the LLM server in mid-stream'() {
    const stream = await client.chat.completions.create({ model: 'replay-stream-error-data', messages, stream: true });
    await failure(() => all(stream), OpenAI.APIError, { code: 500, type: 'server_error' });
  },

  async 'APIError for a stream of responses that breaks off'() {
    const call = () => client.responses.create({ model: 'replay-responses-cut', input: 'Hello', stream: true });
    await failure(async () => all(await call()), OpenAI.APIError, { code: 'stream_interrupted', type: 'server_error' });
    const helper = client.responses.stream({ model: 'replay-responses-cut', input: 'Hello' });
    await failure(() => helper.finalResponse(), OpenAI.APIError, { code: 'stream_interrupted' });
  },

  async 'response.failed reaches the caller'() {
    // An event like others: the SDK raises nothing for it.
    const events = await all(await client.responses.create({ model: 'replay-responses-failed', input: 'Hello', stream: true }));
    assert.equal(events.at(-1).type, 'response.failed');
    assert.equal(events.at(-1).response.error.code, 'server_error');
    const response = await client.responses.stream({ model: 'replay-responses-failed', input: 'Hello' }).finalResponse();
    assert.deepEqual([response.status, response.error.code], ['failed', 'server_error']);
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
});
