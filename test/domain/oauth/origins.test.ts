import { afterEach, expect, test, vi } from "vitest";
import { joining, STORE_BUDGET } from "../../../src/domain/call-time.ts";
import { AllowedOrigins } from "../../../src/domain/oauth/clients/allowed-origins.ts";
import { isOrigin, keysOf, originKeys } from "../../../src/domain/oauth/clients/origins.ts";
import { type Clock, pause, ticks } from "../../../src/domain/clock.ts";

afterEach(() => void vi.useRealTimers());

/** A clock that stands still. */
function standingClock(): Clock & { pass(milliseconds: number): void } {
  let now = 0;
  return {
    now: () => now,
    random: (bytes) => Buffer.alloc(bytes),
    pass: (milliseconds) => void (now += milliseconds),
  };
}

test.each([
  "https://app.example",
  "https://app.example:8443",
  "http://app.example",
  "http://localhost:5173",
  "http://127.0.0.1",
  "http://[::1]:3000",
  "https://xn--e1afmkfd.example",
])("%s is an origin", (text) => expect(isOrigin(text)).toBe(true));

test.each([
  "",
  "*",
  "null",
  "app.example",
  "https://",
  "https://app.example/",
  "https://app.example/path",
  "https://app.example?x",
  "https://app.example#x",
  "https://App.example",
  "HTTPS://app.example",
  "https://app.example:443",
  "http://app.example:80",
  "https://user@app.example",
  "https://*.example",
  "https://app.example:*",
  "https://app.example:99999",
  "https://a;b.example",
  "https://a b.example",
  "https://пример.example",
  "http://0x7f.1",
  "ftp://app.example",
  "file://",
  "capacitor://localhost",
  "chrome-extension://abcdef",
  `https://${"a".repeat(300)}.example`,
])("%j is none", (text) => expect(isOrigin(text)).toBe(false));

test("a public client has the origins of its redirect URIs, with any loopback port", () => {
  const redirectUris = [
    "https://app.example/callback",
    "https://app.example:443/other",
    "https://other.example:8443/?x",
    "http://localhost:5173/callback",
    "http://127.0.0.1/callback",
    "http://[::1]:9/",
    "http://plain.example/callback",
    "com.example.app:/callback",
    "com.example.app://callback",
    "nothing",
  ];
  const allowedOrigins = ["https://listed.example", "http://localhost:1234"];
  expect(originKeys({ public: true, redirectUris, allowedOrigins })).toEqual([
    "https://app.example",
    "https://other.example:8443",
    "http://localhost:*",
    "http://127.0.0.1:*",
    "http://[::1]:*",
    ...allowedOrigins,
  ]);
  expect(originKeys({ public: false, redirectUris, allowedOrigins })).toEqual(allowedOrigins);
  expect(keysOf("http://localhost:3000")).toEqual(["http://localhost:3000", "http://localhost:*"]);
  expect(keysOf("https://localhost:3000")).toEqual(["https://localhost:3000"]);
  expect(keysOf("http://localhost.example")).toEqual(["http://localhost.example"]);
});

test("an origin is looked up once in five seconds, and again after a change", async () => {
  const clock = standingClock();
  let asked = 0;
  let isThere = false;
  const clients = { hasOrigin: async () => (asked++, isThere) };
  const origins = new AllowedOrigins({ clients } as never, clock, ["https://set.example"]);
  const allows = async (origin: string) => origins.allows(origin);
  expect(await allows("https://set.example")).toBe(true);
  expect(await allows("null")).toBe(false);
  expect(await allows(`https://${"a".repeat(400)}`)).toBe(false);
  expect(asked).toBe(0);
  expect(await allows("https://app.example")).toBe(false);
  isThere = true;
  expect(await allows("https://app.example")).toBe(false);
  clock.pass(4999);
  expect(await allows("https://app.example")).toBe(false);
  expect(asked).toBe(1);
  clock.pass(1);
  expect(await allows("https://app.example")).toBe(true);
  isThere = false;
  origins.forget();
  expect(await allows("https://app.example")).toBe(false);
  expect(asked).toBe(3);
  for (let n = 0; n < 1000; n++) await allows(`https://n${n}.example`);
  expect(asked).toBe(1003);
  // The oldest of more than 1000 is forgotten.
  await allows("https://app.example");
  expect(asked).toBe(1004);
});

test("an answer isn't kept for longer when the clock is put back", async () => {
  const clock = standingClock();
  let isThere = true;
  const clients = { hasOrigin: async () => isThere };
  const origins = new AllowedOrigins({ clients } as never, clock, []);
  expect(await origins.allows("https://app.example")).toBe(true);
  isThere = false;
  clock.pass(-3_600_000);
  expect(await origins.allows("https://app.example")).toBe(false);
});

test("without the store an older answer counts", async () => {
  const clock = standingClock();
  let answer: () => Promise<boolean> = async () => true;
  const clients = { hasOrigin: () => answer() };
  const origins = new AllowedOrigins({ clients } as never, clock, []);
  expect(await origins.allows("https://app.example")).toBe(true);
  clock.pass(60_000);
  answer = () => Promise.reject(new Error("no store"));
  expect(await origins.allows("https://app.example")).toBe(true);
  expect(await origins.allows("https://other.example")).toBe(false);
});

test.each([
  ["a call's", undefined, STORE_BUDGET],
  ["its caller's", 1_000, 1_000],
])("a look-up ends after %s time, and counts as an unknown origin", async (_, time, after) => {
  vi.useFakeTimers();
  const clients = { hasOrigin: () => joining(pause(60_000)) };
  const origins = new AllowedOrigins({ clients } as never, standingClock(), []);
  const began = ticks();
  const deadline = time === undefined ? undefined : began + time;
  const answered = Promise.resolve(origins.allows("https://app.example", deadline)).then(
    (isAllowed) => [isAllowed, ticks() - began],
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await answered).toEqual([false, after]);
});

test("an answer that was read before a change is not remembered", async () => {
  const reads: ((isThere: boolean) => void)[] = [];
  const clients = { hasOrigin: () => new Promise<boolean>((resolve) => void reads.push(resolve)) };
  const origins = new AllowedOrigins({ clients } as never, standingClock(), []);
  const first = origins.allows("https://app.example");
  origins.forget();
  reads[0]!(false);
  expect(await first).toBe(false);
  const second = origins.allows("https://app.example");
  reads[1]!(true);
  expect(await second).toBe(true);
});
