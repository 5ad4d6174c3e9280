// Rotation: verifiers have a key before its first signature and as long as one is valid.
import { createLocalJWKSet, jwtVerify, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import type { RequestContext } from "../../../src/domain/request-context.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import type { AuditEvent } from "../../../src/domain/model.ts";
import { deriveKey } from "../../../src/domain/security/secrets.ts";
import { SigningKeys } from "../../../src/domain/oauth/tokens/signing-keys.ts";
import type { Store } from "../../../src/domain/store.ts";
import { stores } from "../../mariadb.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const operator: RequestContext = {
  caller: { kind: "operator" },
  address: "",
  userAgent: "",
  expired: () => false,
};
const SEALING_KEY = deriveKey("a server's secret that only tests have, 0123456789", "signing-key");

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

describe.each(stores)("on $engine", ({ use }) => {
  const kept = use();

  test("a key that a clock ahead made signs on until the next one is announced", async () => {
    let now = systemClock.now() + 2 * DAY;
    const keys = new SigningKeys(kept.store, { ...systemClock, now: () => now }, SEALING_KEY);
    await keys.ensure();
    now += 1;
    await keys.rotate(operator);
    // The clock is put back by more than the lifetime of the announcement.
    now -= DAY;
    const before = await keys.signer();
    const { kid, signsFrom } = await keys.rotate(operator);
    expect((await keys.signer()).kid).toBe(before.kid);
    now = signsFrom - 1;
    expect((await keys.signer()).kid).toBe(before.kid);
    now = signsFrom;
    expect((await keys.signer()).kid).toBe(kid);
  });

  test(
    "ten in five minutes, on two servers: every token verifies with what a partner has " +
      "fetched up to ten minutes before",
    async () => {
      let now = systemClock.now();
      const clock = { ...systemClock, now: () => now };
      const trail: AuditEvent[] = [];
      const [one, other] = [
        new SigningKeys(noting(kept.store, trail), clock, SEALING_KEY),
        new SigningKeys(noting(kept.store, trail), clock, SEALING_KEY),
      ];
      await one.ensure();
      const sign = async (keys: SigningKeys): Promise<string> => {
        const { kid, key } = await keys.signer();
        return new SignJWT({})
          .setProtectedHeader({ alg: "ES256", kid })
          .setExpirationTime(new Date(now + 30 * DAY))
          .sign(key);
      };
      const signed: { at: number; token: string }[] = [];
      const fetched: { at: number; keys: Awaited<ReturnType<SigningKeys["publicKeys"]>> }[] = [];
      const used = new Set<string>();
      for (let minute = 0; minute <= 40; minute++) {
        if (minute < 5) for (const keys of [one, other]) await keys.rotate(operator);
        fetched.push({ at: now, keys: await other.publicKeys() });
        signed.push({ at: now, token: await sign(minute % 2 === 0 ? one : other) });
        used.add((await other.signer()).kid);
        now += MINUTE;
      }
      expect(used.size).toBeGreaterThan(2);
      expect(trail.map(({ type, actor }) => `${type} by ${actor}`)).toEqual(
        Array(10).fill("key.rotate by operator"),
      );
      for (const { at, token } of signed) {
        for (const { keys } of fetched.filter(
          (fetch) => fetch.at === at || fetch.at === at - 10 * MINUTE,
        )) {
          await jwtVerify(token, createLocalJWKSet({ keys: [...keys] }), {
            currentDate: new Date(at),
          });
        }
      }
      now += 30 * DAY - 41 * MINUTE;
      const late = createLocalJWKSet({ keys: [...(await one.publicKeys())] });
      for (const { token } of signed) await jwtVerify(token, late, { currentDate: new Date(0) });
      now += 2 * DAY;
      expect((await one.publicKeys()).map(({ kid }) => kid)).toEqual([(await other.signer()).kid]);
    },
  );
});
