// Calls that a predecessor may read otherwise than Latchkey does: nothing is learnt from them.
import { gzipSync } from "node:zlib";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { aUser } from "../../store/samples.ts";
import { json } from "./raw-predecessor.ts";
import { requestOf, useRaw } from "./use-raw.ts";

const line = "POST /user/login";
const VICTIM = "Email=victim%40raw.example";
const ATTACKER = "Email=attacker%40raw.example";
const REST = "AccID=acc&Password=hunter2-of-attacker";
const JSON_TYPE = "content-type: application/json";
const FORM_TYPE = "content-type: application/x-www-form-urlencoded";
const victim = '"Email":"victim@raw.example","AccID":"acc","Password":"hunter2-of-attacker"';

/** Each is a sign-in of the attacker to some server, and one of the victim to another. */
const UNCLEAR: [string, string, string | Buffer, string[]][] = [
  ["two addresses in a form", "", `${VICTIM}&${REST}&${ATTACKER}`, []],
  ["one in the query, one in the form", `?${VICTIM}`, `${ATTACKER}&${REST}`, []],
  ["names that differ in case", "", `${VICTIM}&${REST}&${ATTACKER.toLowerCase()}`, []],
  ["a name with a space before it", "", `${VICTIM}&${REST}&+${ATTACKER}`, []],
  ["a name with a NUL", "", `${VICTIM}&${REST}&${ATTACKER.replace("=", "%00=")}`, []],
  ["a list", "", `${VICTIM}&${REST}&${ATTACKER.replace("=", "[]=")}`, []],
  ["two passwords", "", `${VICTIM}&Password=hunter2&${REST}`, []],
  ["JSON that is a form too", "", `{"a":"&${VICTIM}&${REST}&b="}`, [FORM_TYPE]],
  ["two addresses in JSON", "", `{${victim},"Email":"attacker@raw.example"}`, [JSON_TYPE]],
  ["two types", "", `{${victim},"a":"&${ATTACKER}&${REST}"}`, [JSON_TYPE, FORM_TYPE]],
  ["a body of no type", `?${VICTIM}&${REST}`, `${ATTACKER}&${REST}`, ["content-type: x/y"]],
  [
    "a body in another coding than it says",
    `?${VICTIM}&${REST}`,
    `${ATTACKER}&${REST}`,
    ["content-encoding: gzip"],
  ],
  [
    "a body whose form can't be read",
    `?${VICTIM}&${REST}`,
    `${ATTACKER}&${REST}&x=%FF%`,
    [FORM_TYPE],
  ],
];

describe("a call that can be read in two ways", () => {
  const used = useRaw();
  const learnt = () => used.server.store.users.findByEmail("default", "victim@raw.example");
  const settled = async () => {
    // The next call of another user is learnt after those before it.
    await delay(150);
    return learnt();
  };

  test.each(UNCLEAR)("%s: goes there, and teaches nothing", async (_, query, body, headers) => {
    const answer = await used.send(requestOf(`${line}${query}`, body, headers));
    expect([answer.status, used.raw.requests.length]).toEqual([200, 1]);
    expect(used.raw.requests[0]!.body.equals(Buffer.from(body))).toBe(true);
    expect(await settled()).toBeUndefined();
  });

  test("two keys of a partner are not learnt either", async () => {
    used.raw.reply = (socket) => void socket.write(json({ token: "t".repeat(20) }));
    const keys = ["authorization: one", "authorization: two"];
    await used.send(requestOf(line, `${VICTIM}&${REST}`, keys));
    expect(await settled()).toBeUndefined();
  });

  test("asks about each address that it may mean whether its password is ours", async () => {
    const email = "owned@raw.example";
    const owned = aUser({ realm: "default", email, emailKey: email, hasOwnPassword: true });
    expect(await used.server.store.users.insert(owned)).toBeUndefined();
    const both = `${ATTACKER}&${REST}&Email=owned%40raw.example`;
    const answer = await used.send(requestOf(line, both));
    expect([answer.status, used.raw.requests.length]).toEqual([400, 0]);
    const many = Array.from({ length: 9 }, (_, index) => `Email=many${index}%40raw.example`);
    expect((await used.send(requestOf(line, `${many.join("&")}&${REST}`))).status).toBe(400);
    expect(used.raw.requests).toEqual([]);
  });

  test("the same value twice, or in gzip, is clear and learnt", async () => {
    await used.send(
      requestOf(`${line}?${VICTIM}`, gzipSync(`${VICTIM}&${REST}`), ["content-encoding: gzip"]),
    );
    await expect.poll(learnt).toMatchObject({ accId: "acc" });
  });
});
