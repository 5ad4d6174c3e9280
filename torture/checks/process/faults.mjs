// Loaded into the server by `--import`: what a request carries makes it fail where it goes. Every
// word below may be in a name, a token, a password or a path.
import { createRequire, syncBuiltinESMExports } from "node:module";
import crypto from "node:crypto";
import { ServerResponse } from "node:http";

const boom = (what) => new Error(`injected: ${what}`);
const has = (value, word) => typeof value === "string" && value.includes(word);

// In a handler, which brings names into their normal form: a throw, and faults that nothing awaits.
// A name is brought there several times; what nothing awaits happens once for each name.
const BESIDE = {
  timer: () =>
    setTimeout(() => {
      throw boom("a throw in a timer");
    }),
  immediate: () =>
    setImmediate(() => {
      throw boom("a throw later");
    }),
  rejection: () => void Promise.reject(boom("a rejection nothing awaits")),
};
const seen = new Set();
const normalize = String.prototype.normalize;
String.prototype.normalize = function (...form) {
  const text = String(this);
  if (text.includes("torture-handler")) throw boom("a throw in a handler");
  const [, kind] = /^torture-(timer|immediate|rejection) x[0-9a-f]{16}$/.exec(text) ?? [];
  if (kind !== undefined && !seen.has(text)) {
    seen.add(text);
    BESIDE[kind]();
  }
  return normalize.apply(text, form);
};

// In a hook before the handler, which looks for the token by its hash.
const { hash } = crypto;
crypto.hash = (algorithm, data, ...rest) => {
  if (has(data, "torture-hook")) throw boom("a throw in a hook");
  return hash(algorithm, data, ...rest);
};
syncBuiltinESMExports();

// In a handler that waits for another thread.
const argon2 = createRequire(import.meta.url)("@node-rs/argon2");
const hashPassword = argon2.hash;
argon2.hash = async (password, ...rest) => {
  if (Buffer.from(password).includes("torture-promise")) throw boom("a promise is rejected");
  return hashPassword(password, ...rest);
};

// In a hook after the handler, when the answer is over.
const emit = ServerResponse.prototype.emit;
ServerResponse.prototype.emit = function (event, ...rest) {
  const emitted = emit.call(this, event, ...rest);
  if (event === "finish" && has(this.req?.url, "torture-end")) throw boom("a throw at the end");
  return emitted;
};
