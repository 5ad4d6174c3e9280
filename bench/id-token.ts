// What an ID token costs beside its signature alone: the same bytes, the same key, in rounds that
// alternate. Run: node bench/id-token.ts [signatures]
import { randomBytes, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../src/domain/clock.ts";
import { SigningKeys } from "../src/domain/oauth/tokens/signing-keys.ts";
import { openStore } from "../src/store/engine/create-store.ts";
import { migrate } from "../src/store/engine/migrate.ts";
import { spread } from "./measure/statistics.ts";

const ROUNDS = 15;
const COUNT = Number(process.argv[2] ?? 1000);

/** A usual ID token, with all that one may say of a sign-in. */
const claims = {
  iss: "https://id.example.com",
  sub: "01234567-89ab-7cde-8f01-23456789abcd",
  aud: "01234567-89ab-7cde-8f01-abcdef012345",
  exp: 1_790_000_600,
  iat: 1_790_000_000,
  nonce: "n-0S6_WzA2MjQ5NzM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ",
  auth_time: 1_789_999_000,
  acr: "1",
  amr: ["pwd"],
  sid: "08a5019c17e1b4a2d1e2f3a4b5c6d7e8",
  at_hash: "77QmUPtjPfzWtF2AnpK9RQ",
};

/** Microseconds of CPU of each of many calls. */
async function cost(call: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let made = 0; made < COUNT; made++) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / COUNT;
}

const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
const options = { kind: "sqlite", file: join(folder, "latchkey.db") } as const;
await migrate(options);
const store = await openStore(options);
try {
  for (const [algorithm, rsaBits] of [
    ["ES256", 2048],
    ["RS256", 2048],
    ["RS256", 3072],
  ] as const) {
    const encryptionKey = randomBytes(32);
    const keys = new SigningKeys({ store, clock: systemClock, encryptionKey, rsaBits });
    await store.signingKeys.list().then(async (known) => {
      for (const key of known) await store.signingKeys.retire(key, 0);
    });
    await keys.rotate({
      caller: { kind: "operator" },
      address: "",
      userAgent: "",
      expired: () => false,
    });
    const { key } = await keys.signer(algorithm);
    const token = await keys.sign(algorithm, claims, "JWT");
    const input = Buffer.from(token.slice(0, token.lastIndexOf(".")), "latin1");
    const raw = (): Buffer => sign("sha256", input, { key, dsaEncoding: "ieee-p1363" });
    const [alone, whole, ratios]: number[][] = [[], [], []];
    for (let round = 0; round <= ROUNDS; round++) {
      const signature = await cost(raw);
      const made = await cost(() => keys.sign(algorithm, claims, "JWT"));
      if (round === 0) continue;
      alone!.push(signature);
      whole!.push(made);
      ratios!.push(made / signature);
    }
    const ratio = spread(ratios!);
    console.log(
      `${algorithm}, ${algorithm === "RS256" ? rsaBits : 256} bits: ` +
        `${spread(whole!).median.toFixed(1)} µs a token, ` +
        `${spread(alone!).median.toFixed(1)} µs the signature alone, ` +
        `${ratio.median.toFixed(3)} × (${ratio.least.toFixed(3)}–${ratio.most.toFixed(3)})`,
    );
  }
} finally {
  await store.close();
  rmSync(folder, { recursive: true });
}
