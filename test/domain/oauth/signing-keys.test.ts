// Rotation: verifiers have a key before its first signature and as long as one is valid.
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from "jose";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import type { AuditEvent, SigningKeyAlgorithm } from "../../../src/domain/model.ts";
import { SigningKeys } from "../../../src/domain/oauth/tokens/signing-keys.ts";
import type { RequestContext } from "../../../src/domain/request-context.ts";
import { deriveKey } from "../../../src/domain/security/secrets.ts";
import type { Store } from "../../../src/domain/store.ts";
import { stores } from "../../mariadb.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const ALGORITHMS = ["ES256", "RS256"] as const;
const operator: RequestContext = {
  caller: { kind: "operator" },
  address: "",
  userAgent: "",
  expired: () => false,
};
const encryptionKey = deriveKey(
  "a server's secret that only tests have, 0123456789",
  "signing-key",
);

const keysOf = (store: Store, now: () => number, rsaBits: 2048 | 3072 = 2048): SigningKeys =>
  new SigningKeys({ store, clock: { ...systemClock, now }, encryptionKey, rsaBits });

/** The same store; what goes into the audit trail is noted. */
const noting = (store: Store, trail: AuditEvent[]): Store => ({
  ...store,
  transaction: (work) =>
    store.transaction((tx) =>
      work({
        ...tx,
        audit: { ...tx.audit, append: (event) => (trail.push(event), tx.audit.append(event)) },
      }),
    ),
});

const jwksOf = async (keys: SigningKeys): Promise<JSONWebKeySet> =>
  ({ keys: [...(await keys.publicKeys())] }) as JSONWebKeySet;

describe.each(stores)("on $engine", ({ use }) => {
  const kept = use();

  test("an installation that has only a key of ES256 gets one of RS256", async () => {
    const before = keysOf(kept.store, systemClock.now);
    const withoutRsa = {
      ...kept.store,
      signingKeys: {
        ...kept.store.signingKeys,
        insertFirst: async (key: Parameters<Store["signingKeys"]["insertFirst"]>[0]) =>
          key.algorithm === "ES256" && kept.store.signingKeys.insertFirst(key),
      },
    };
    await expect(keysOf(withoutRsa, systemClock.now).ensure()).rejects.toThrow(/RS256/);
    const [ec] = await before.publicKeys();
    const starting = Array.from({ length: 3 }, () => keysOf(kept.store, systemClock.now, 3072));
    await Promise.all(starting.map((keys) => keys.ensure()));
    const sets = await Promise.all(starting.map((keys) => keys.publicKeys()));
    for (const set of sets) expect(set).toEqual(sets[0]);
    const [first, second, ...others] = sets[0]!;
    expect([first, others]).toEqual([ec, []]);
    expect(second).toMatchObject({ kty: "RSA", alg: "RS256", use: "sig", e: "AQAB" });
    expect(Buffer.from(second && "n" in second ? second.n : "", "base64url")).toHaveLength(384);
  });

  test("keys that a clock ahead made sign on until the next ones are announced", async () => {
    let now = systemClock.now() + 2 * DAY;
    const keys = keysOf(kept.store, () => now);
    const signers = async () =>
      (await Promise.all(ALGORITHMS.map((each) => keys.signer(each)))).map(({ kid }) => kid);
    await keys.ensure();
    now += 1;
    await keys.rotate(operator);
    // The clock is put back by more than the lifetime of the announcement.
    now -= DAY;
    const before = await signers();
    const { keys: made, signsFrom } = await keys.rotate(operator);
    expect(await signers()).toEqual(before);
    now = signsFrom - 1;
    expect(await signers()).toEqual(before);
    now = signsFrom;
    expect(await signers()).toEqual(
      ALGORITHMS.map((each) => made.find(({ algorithm }) => algorithm === each)?.kid),
    );
  });

  test("the rotation of one algorithm leaves the other key", async () => {
    const now = systemClock.now() + 400 * DAY;
    const keys = keysOf(kept.store, () => now);
    await keys.ensure();
    const before = await keys.publicKeys();
    const { keys: made } = await keys.rotate(operator, ["RS256"]);
    expect(made.map(({ algorithm }) => algorithm)).toEqual(["RS256"]);
    const added = (await keys.publicKeys()).filter(
      ({ kid }) => !before.some((key) => key.kid === kid),
    );
    expect(added.map(({ alg }) => alg)).toEqual(["RS256"]);
    const stored = await kept.store.signingKeys.list();
    const retiring = stored.filter(({ retiredAt = 0 }) => retiredAt > now);
    expect(new Set(retiring.map(({ algorithm }) => algorithm))).toEqual(new Set(["RS256"]));
  });

  test("keys are read once in five seconds, and anew after a rotation here", async () => {
    let now = systemClock.now() + 800 * DAY;
    let reads = 0;
    const counting: Store = {
      ...kept.store,
      signingKeys: {
        ...kept.store.signingKeys,
        list: () => (reads++, kept.store.signingKeys.list()),
      },
    };
    const [keys, other] = [keysOf(counting, () => now), keysOf(kept.store, () => now)];
    await keys.ensure();
    const before = await keys.publicKeys();
    reads = 0;
    const signed = await Promise.all(
      Array.from({ length: 8 }, () => keys.sign("ES256", { sub: "ada" }, "JWT")),
    );
    expect([signed.length, reads, keys.publicKeysInMemory]).toEqual([8, 0, before]);
    await other.rotate(operator);
    now += 4_999;
    expect(await keys.publicKeys()).toBe(before);
    now += 1;
    expect(keys.publicKeysInMemory).toBeUndefined();
    await Promise.all([keys.publicKeys(), keys.publicKeys(), keys.signer("RS256")]);
    expect([reads, (await keys.publicKeys()).length]).toEqual([1, before.length + 2]);
    await keys.rotate(operator);
    expect(await keys.publicKeys()).toHaveLength(before.length + 4);
    // A clock that is put back says nothing of the age.
    now -= 1;
    expect(keys.publicKeysInMemory).toBeUndefined();
  });

  test(
    "ten in five minutes, on two servers: every token verifies with what a partner has " +
      "fetched up to ten minutes before",
    async () => {
      let now = systemClock.now();
      const trail: AuditEvent[] = [];
      const [one, other] = [
        keysOf(noting(kept.store, trail), () => now),
        keysOf(noting(kept.store, trail), () => now),
      ];
      await one.ensure();
      const sign = (keys: SigningKeys, algorithm: SigningKeyAlgorithm): Promise<string> =>
        keys.sign(algorithm, { exp: Math.floor(now / 1000) + (30 * DAY) / 1000 }, "JWT");
      const signed: { at: number; token: string }[] = [];
      const fetched: { at: number; keys: JSONWebKeySet }[] = [];
      const used = new Set<string | undefined>();
      for (let minute = 0; minute <= 40; minute++) {
        if (minute < 5) for (const keys of [one, other]) await keys.rotate(operator);
        fetched.push({ at: now, keys: await jwksOf(other) });
        for (const algorithm of ALGORITHMS) {
          const token = await sign(minute % 2 === 0 ? one : other, algorithm);
          signed.push({ at: now, token });
          used.add(decodeProtectedHeader(token).kid);
        }
        now += MINUTE;
      }
      expect(used.size).toBeGreaterThan(4);
      expect(trail.map(({ type, actor }) => `${type} by ${actor}`)).toEqual(
        Array(20).fill("key.rotate by operator"),
      );
      let verified = 0;
      for (const { at, token } of signed) {
        for (const { keys } of fetched.filter(
          (fetch) => fetch.at === at || fetch.at === at - 10 * MINUTE,
        )) {
          await jwtVerify(token, createLocalJWKSet(keys), { currentDate: new Date(at) });
          verified++;
        }
      }
      expect(verified).toBe(2 * (41 + 31));
      now += 30 * DAY - 41 * MINUTE;
      const late = createLocalJWKSet(await jwksOf(one));
      for (const { token } of signed) await jwtVerify(token, late, { currentDate: new Date(0) });
      now += 2 * DAY;
      const signers = await Promise.all(ALGORITHMS.map((each) => other.signer(each)));
      expect((await one.publicKeys()).map(({ kid }) => kid)).toEqual(signers.map(({ kid }) => kid));
    },
  );
});
