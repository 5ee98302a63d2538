// Conversations, kept in this browser: what the list shows apart from what was said, which may hold images.

/** Opens the conversations of a user; where the browser has no database they last as long as the page. */
export async function openStore(user) {
  try {
    return databaseStore(await open(`remotellm-chat ${user}`));
  } catch {
    return memoryStore();
  }
}

function open(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("heads", { keyPath: "id" });
      request.result.createObjectStore("bodies", { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function databaseStore(database) {
  const run = (mode, work) => new Promise((resolve, reject) => {
    const transaction = database.transaction(["heads", "bodies"], mode);
    const request = work(transaction.objectStore("heads"), transaction.objectStore("bodies"));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
  return {
    list: async () => (await run("readonly", heads => heads.getAll())).sort(newestFirst),
    load: id => run("readonly", (_, bodies) => bodies.get(id)),
    save: (head, body) => run("readwrite", (heads, bodies) => {
      heads.put(head);
      bodies.put({ ...body, id: head.id });
    }),
    remove: id => run("readwrite", (heads, bodies) => {
      heads.delete(id);
      bodies.delete(id);
    }),
    clear: () => run("readwrite", (heads, bodies) => {
      heads.clear();
      bodies.clear();
    }),
  };
}

function memoryStore() {
  const heads = new Map(), bodies = new Map();
  return {
    list: async () => [...heads.values()].sort(newestFirst),
    load: async id => bodies.get(id),
    save: async (head, body) => {
      heads.set(head.id, { ...head });
      bodies.set(head.id, structuredClone(body));
    },
    remove: async id => {
      heads.delete(id);
      bodies.delete(id);
    },
    clear: async () => {
      heads.clear();
      bodies.clear();
    },
  };
}

const newestFirst = (a, b) => b.updated - a.updated;
