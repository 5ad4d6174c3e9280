// Preloaded into a server whose cost without hashing is measured: argon2 is replaced by one SHA-256
// in the same notation, so that thousands of sign-ins warm it up.
import { createHash, randomBytes } from "node:crypto";
import { registerHooks } from "node:module";

const base64 = (bytes) => bytes.toString("base64").replace(/=+$/, "");
const digestOf = (salt, password) =>
  base64(createHash("sha256").update(salt).update(password).digest());

export async function hash(password, { memoryCost, timeCost, parallelism }) {
  const salt = base64(randomBytes(16));
  const parameters = `m=${memoryCost},t=${timeCost},p=${parallelism}`;
  return `$argon2id$v=19$${parameters}$${salt}$${digestOf(salt, password)}`;
}

export async function verify(phc, password) {
  const [salt, digest] = phc.split("$").slice(-2);
  return digestOf(salt, password) === digest;
}

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "@node-rs/argon2"
      ? { url: import.meta.url, shortCircuit: true }
      : next(specifier, context),
});
