// Hashes of the form of ours without their cost: half of the CPU time of the tests was argon2. The
// tests of the hasher, of processes, of races and of floods use the real one.
import { createHash, randomBytes } from "node:crypto";
import { type Argon2, loadFastest, PARAMETERS } from "../src/domain/passwords/argon2-packages.ts";

/** How a salt begins whose hash is quick: no random salt is likely to. */
const MARK = "quick+quick+";

/** The salt of the hash that is checked when there is no user. */
const DECOY = "A".repeat(22);

const { memoryCost, timeCost, parallelism } = PARAMETERS;
const START = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`;

function quickHash(salt: string, password: Buffer): string {
  const digest = createHash("sha256").update(salt).update(password).digest("base64");
  return `${START}${salt}$${digest.replace("=", "")}`;
}

/** Loads a package that knows its own hashes at once, and every other one as the real package. */
export async function loadQuickArgon2(): Promise<Argon2> {
  const real = await loadFastest();
  return {
    hash: async (password) => {
      // 16 bytes in all, as ours have.
      const salt = `${MARK}${randomBytes(7).toString("base64").replace(/=+$/, "")}`;
      return quickHash(salt, password);
    },
    verify: async (phc, password) => {
      const salt = phc.startsWith(START) ? phc.split("$")[4]! : "";
      return salt.startsWith(MARK) || salt === DECOY
        ? phc === quickHash(salt, password)
        : real.verify(phc, password);
    },
  };
}
