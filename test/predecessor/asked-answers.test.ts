// What the predecessor answers when Latchkey asks it by a documented call.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DocumentedApiName } from "../../src/config/documented-apis.ts";
import type { AskedUser } from "../../src/domain/predecessor/port.ts";
import { createPort } from "../../src/predecessor/apis/port.ts";
import { createPredecessorClient } from "../../src/predecessor/client.ts";
import { json, RawPredecessor } from "./forwarding/raw-predecessor.ts";

const USER: AskedUser = {
  realm: "default",
  username: "ada",
  email: "ada@raw.example",
  accId: "acc",
  password: "word",
  device: { gaid: "g", bundle: "b", osInt: 0n, sdkVersion: "" },
  address: "127.0.0.1",
  partnerKey: "key",
  reportedAddress: "10.0.0.1",
};
const TOKEN = { token: "a token" };
const REFUSED = { kind: "refused", isTaken: false, isLocked: false };
const UNAVAILABLE = { kind: "unavailable" };

type Case = readonly [DocumentedApiName, "signIn" | "register", string, unknown, object];
const CASES: readonly Case[] = [
  ["kokids", "signIn", "200 OK", TOKEN, { kind: "accepted" }],
  ["kokids", "signIn", "400 Bad Request", { error: "Invalid input" }, REFUSED],
  ["kokids", "signIn", "401 Unauthorized", { error: "User not found" }, REFUSED],
  ["kokids", "signIn", "200 OK", { error: "User not found" }, UNAVAILABLE],
  ["kokids", "signIn", "200 OK", { token: 7 }, UNAVAILABLE],
  ["kokids", "signIn", "201 Created", TOKEN, UNAVAILABLE],
  ["kokids", "signIn", "302 Found", {}, UNAVAILABLE],
  ["kokids", "signIn", "403 Forbidden", { error: "maintenance" }, UNAVAILABLE],
  ["kokids", "signIn", "404 Not Found", { message: "no route" }, UNAVAILABLE],
  ["kokids", "signIn", "429 Too Many Requests", { error: "Too many requests" }, UNAVAILABLE],
  ["kokids", "signIn", "500 Fault", { error: "Internal server error" }, UNAVAILABLE],
  ["kokids", "register", "200 OK", TOKEN, { kind: "accepted" }],
  ["kokids", "register", "409 Conflict", { error: "taken" }, { ...REFUSED, isTaken: true }],
  ["kokids", "register", "400 Bad Request", { error: "required" }, REFUSED],
  ["kokids", "register", "401 Unauthorized", { error: "who?" }, UNAVAILABLE],
  ["secretpair", "signIn", "200 OK", { code: 200, data: TOKEN }, { kind: "accepted" }],
  ["secretpair", "signIn", "401 Unauthorized", { code: 401, data: null }, REFUSED],
  ["secretpair", "signIn", "400 Bad Request", { code: 400, data: null }, REFUSED],
  ["secretpair", "signIn", "423 Locked", { code: 423 }, { ...REFUSED, isLocked: true }],
  ["secretpair", "signIn", "200 OK", { code: 401, data: null }, UNAVAILABLE],
  ["secretpair", "signIn", "403 Forbidden", { detail: "CSRF Failed" }, UNAVAILABLE],
  ["secretpair", "signIn", "404 Not Found", { detail: "Not found." }, UNAVAILABLE],
  ["secretpair", "register", "409 Conflict", { code: 409 }, { ...REFUSED, isTaken: true }],
  ["secretpair", "register", "423 Locked", { code: 423 }, UNAVAILABLE],
  ["zimoxy", "signIn", "200 OK", { msg: "", status: true }, { kind: "accepted" }],
  ["zimoxy", "signIn", "403 Forbidden", { msg: "", status: false }, REFUSED],
  ["zimoxy", "signIn", "423 Locked", { msg: "", status: false }, { ...REFUSED, isLocked: true }],
  ["zimoxy", "signIn", "200 OK", { msg: "", status: false }, UNAVAILABLE],
  ["zimoxy", "signIn", "302 Found", { msg: "", status: false }, UNAVAILABLE],
  ["zimoxy", "register", "302 Found", { status: false }, { ...REFUSED, isTaken: true }],
  ["zimoxy", "register", "409 Conflict", { status: false }, UNAVAILABLE],
];

describe("an answer to a question", () => {
  let raw: RawPredecessor;
  const failures: boolean[] = [];
  beforeAll(async () => {
    raw = await RawPredecessor.start();
  });
  afterAll(() => raw.stop());
  const open = () => {
    const client = createPredecessorClient({
      url: new URL(`http://127.0.0.1:${raw.port}`),
      timeoutMs: 1_000,
      ca: undefined,
      installation: "test",
      onCall: ({ failed }) => failures.push(failed),
    });
    const clients = new Map(["kokids", "secretpair", "zimoxy"].map((name) => [name, client]));
    return { client, port: createPort({ clients, realmOf: () => "default", tokenOf: undefined }) };
  };

  test.each(CASES)("%s %s: %s %o", async (api, call, ...[status, body, expected]) => {
    raw.reply = (socket) => void socket.write(json(body, status));
    failures.length = 0;
    const { client, port } = open();
    expect(await port[call](api, USER)).toMatchObject(expected);
    client.close();
    // The predecessor says itself that it has failed or is busy: that is understood.
    const isUnderstood = expected !== UNAVAILABLE || /^(?:429|500)/.test(status);
    expect(failures).toEqual([!isUnderstood]);
  });

  test("that isn't understood opens the circuit, unless the call may be to blame", async () => {
    const { client, port } = open();
    raw.reply = (socket) => void socket.write(json({ error: "maintenance" }, "403 Forbidden"));
    for (let count = 0; count < 6; count++) await port.signIn("kokids", USER);
    expect(client.circuit).toBe("closed");
    raw.reply = (socket) => void socket.write(json({ error: "maintenance" }));
    for (let count = 0; count < 6; count++) await port.signIn("kokids", USER);
    expect(client.circuit).toBe("open");
    client.close();
  });
});
