// What the scripts beside this file share: each is a list of named checks against a running broker.
import assert from 'node:assert/strict';

// The error of a call that must fail, as the SDK classifies it: exactly this class, not one derived from it.
export async function failure(call, type, expected = {}) {
  const error = await call().then(() => assert.fail('it succeeded'), (reason) => reason);
  assert.equal(error?.constructor, type, `${error?.constructor?.name} instead of ${type.name}: ${error?.stack}`);
  for (const [name, value] of Object.entries(expected)) assert.equal(error[name], value, name);
  return error;
}

// fetch that keeps the status of each answer: how often an SDK really asked.
export function counting() {
  const statuses = [];
  const fetchAndCount = async (...args) => {
    const response = await fetch(...args);
    statuses.push(response.status);
    return response;
  };
  return { statuses, fetch: fetchAndCount };
}

// All items of a stream.
export async function all(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

// Prints "ok NAME" or "not ok NAME: why" for each, and ends the process: 1 if one failed.
export async function run(checks) {
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
}
