// Which error each SDK raises for every error that there is, and what it does about it. STAGE is a server that gives each on demand, as the product gives it:
// see ErrorStage.cs. Its /rows say what has to arrive; what the SDKs make of it is said here.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { counting, failure, run } from './checks.mjs';

const stage = process.env.STAGE.replace(/\/$/, '');
const rows = await (await fetch(`${stage}/rows`)).json();
const messages = [{ role: 'user', content: 'Hello' }];
const visitWait = 5433;

const openAiClasses = {
  400: OpenAI.BadRequestError,
  401: OpenAI.AuthenticationError,
  403: OpenAI.PermissionDeniedError,
  404: OpenAI.NotFoundError,
  405: OpenAI.APIError,
  413: OpenAI.APIError,
  429: OpenAI.RateLimitError,
  431: OpenAI.APIError,
  500: OpenAI.InternalServerError,
  502: OpenAI.InternalServerError,
  503: OpenAI.InternalServerError,
  504: OpenAI.InternalServerError,
};
const anthropicClasses = {
  400: Anthropic.BadRequestError,
  401: Anthropic.AuthenticationError,
  403: Anthropic.PermissionDeniedError,
  404: Anthropic.NotFoundError,
  405: Anthropic.APIError,
  413: Anthropic.ContentTooLargeError,
  429: Anthropic.RateLimitError,
  431: Anthropic.RequestHeaderFieldsTooLargeError,
  500: Anthropic.InternalServerError,
  502: Anthropic.InternalServerError,
  504: Anthropic.GatewayTimeoutError,
  529: Anthropic.OverloadedError,
};

const openAi = (row, visit, options) => new OpenAI({ baseURL: `${stage}/openai/${row.number}/${visit}/v1`, apiKey: 'sk-any', ...options })
  .chat.completions.create({ model: 'any', messages });
const anthropic = (row, visit, options) => new Anthropic({ baseURL: `${stage}/anthropic/${row.number}/${visit}`, apiKey: 'sk-any', authToken: null, ...options })
  .messages.create({ model: 'any', max_tokens: 8, messages });
const ollama = (row, visit, options) => new Ollama({ host: `${stage}/ollama/${row.number}/${visit}`, ...options }).chat({ model: 'any', messages });

// How long an SDK would wait before it tries again. It is not made to: that wait, and the one that it would choose by itself, end at once.
async function waitsOf(call) {
  const waits = [];
  const { setTimeout: original } = globalThis;
  const ownChoice = (ms) => ms <= 500 && !Number.isInteger(ms);
  globalThis.setTimeout = (then, ms, ...rest) => {
    if (ms !== visitWait && !ownChoice(ms)) return original(then, ms, ...rest);
    waits.push(ms);
    return original(then, 0, ...rest);
  };
  try {
    await call();
  } finally {
    globalThis.setTimeout = original;
  }
  return waits;
}

// Whatever may pass is tried again, after exactly the wait that it came with; the rest is raised at once.
async function triesAgain(ask, statusOf) {
  for (const row of rows) {
    const { statuses, fetch } = counting();
    const temporary = (row.status === 429 || row.status >= 500) && !row.final;
    const call = () => ask(row, 'retry', { fetch, maxRetries: 2 });
    const waits = await waitsOf(temporary ? call : () => call().then(() => assert.fail(`${row.code} was served`), () => {}));
    assert.deepEqual(statuses, temporary ? [statusOf(row), 200] : [statusOf(row)], row.code);
    assert.equal(waits.length, temporary ? 1 : 0, row.code);
    if (row.waits) assert.deepEqual(waits, [visitWait], row.code);
  }
}

const checks = {};
for (const row of rows) {
  const name = `${row.status} ${row.code} (${row.number})`;

  checks[`openai: ${name}`] = async () => {
    const { status, type, code, param } = row;
    const error = await failure(() => openAi(row, 'always', { maxRetries: 0 }), openAiClasses[status], { status, type, code, param, requestID: 'the-stage' });
    assert.equal(error.message, `${status} ${row.message}`);
    assert.equal(error.headers.get('retry-after-ms'), row.waits ? '5000' : null);
  };

  checks[`anthropic: ${name}`] = async () => {
    const { anthropicStatus: status, anthropicType: type, message: apiMessage } = row;
    const error = await failure(() => anthropic(row, 'always', { maxRetries: 0 }), anthropicClasses[status], { status, type, apiMessage, requestID: 'the-stage' });
    assert.equal(error.headers.get('retry-after-ms'), row.waits ? '5000' : null);
  };

  checks[`ollama: ${name}`] = async () => {
    const error = await ollama(row, 'always').then(() => assert.fail('it succeeded'), (reason) => reason);
    assert.deepEqual([error.name, error.status_code, error.message, error.error], ['ResponseError', row.status, row.message, row.message], error.stack);
  };
}

checks['openai tries again'] = () => triesAgain(openAi, (row) => row.status);
checks['anthropic tries again'] = () => triesAgain(anthropic, (row) => row.anthropicStatus);
checks['ollama never tries again'] = async () => {
  for (const row of rows) {
    const { statuses, fetch } = counting();
    await ollama(row, 'retry', { fetch }).then(() => assert.fail(`${row.code} was served`), () => {});
    assert.deepEqual(statuses, [row.status], row.code);
  }
};

await run(checks);
