// The settings for opencode that a page shows, in CONFIG, put into the package that opencode loads for them. The key comes from the variable that they name.
import assert from 'node:assert/strict';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { run } from './checks.mjs';

const { provider, model: named } = JSON.parse(process.env.CONFIG);
const slash = named.indexOf('/');
const { npm, name, options, models } = provider[named.slice(0, slash)];
const model = named.slice(slash + 1);
const variable = /^\{env:(\w+)\}$/.exec(options.apiKey)[1];
const client = createOpenAICompatible({ name, baseURL: options.baseURL, apiKey: process.env[variable] });
const prompt = [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }];

async function partsOf(ask) {
  const parts = [];
  for await (const part of (await client(model).doStream(ask)).stream) parts.push(part);
  return parts;
}

await run({
  async 'the package and the model are named'() {
    assert.equal(npm, '@ai-sdk/openai-compatible');
    assert.ok(model in models);
  },

  async 'streams'() {
    const parts = await partsOf({ prompt });
    assert.ok(parts.filter((part) => part.type === 'text-delta').map((part) => part.delta).join('').length > 0);
    assert.equal(parts.at(-1).type, 'finish');
    assert.equal(parts.find((part) => part.type === 'error'), undefined);
  },
});
