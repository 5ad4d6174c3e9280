// kokids in `mirror`, over a predecessor as it was: what a client sees and what is learnt.
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/domain/clock.ts";
import { undo } from "../../src/domain/state/undo.ts";
import { LIES } from "../predecessors/behaviour.ts";
import { personOf } from "../predecessors/people.ts";
import { unique } from "../use-server.ts";
import { useStages } from "./use-stages.ts";

const engines = ["sqlite", "mysql"] as const;
const person = (index: number) => personOf("kokids", index, 20);

describe.each(engines)("kokids in mirror on %s", (engine) => {
  const used = useStages("kokids", engine);
  const loginOf = ({ email, accId, password }: ReturnType<typeof person>) => ({
    AccID: accId,
    Email: email,
    Password: password,
  });
  const learnt = (email: string) => used.store.users.findByEmail("default", email);

  test("a sign-in goes to the predecessor and is learnt with its token", async () => {
    await used.stage("mirror");
    const ada = person(0);
    const answer = await used.send("POST /user/login", loginOf(ada));
    expect(answer.wrong).toBeUndefined();
    expect(answer.status).toBe(200);
    expect(answer.headers["cache-control"]).toBe("no-store, no-cache, must-revalidate");
    expect(answer.headers["x-powered-by"]).toBeUndefined();
    await expect.poll(() => learnt(ada.email)).toMatchObject({ accId: ada.accId, username: "" });
    const user = (await learnt(ada.email))!;
    expect(await used.store.origins.find("user", user.id)).toMatchObject({
      source: "learned:kokids",
    });
    // The same code answers alone, also to the token that the predecessor made.
    await used.stage("own");
    const calls = await used.predecessor.calls();
    expect((await used.send("POST /user/login", loginOf(ada))).status).toBe(200);
    const wrong = { ...loginOf(ada), Password: "wrong" };
    expect((await used.send("POST /user/login", wrong)).status).toBe(401);
    const token = answer.json.token!;
    const gone = await used.send("POST /user/delete", loginOf(ada), { authorization: token });
    expect(gone.status).toBe(200);
    expect(await used.predecessor.calls()).toEqual(calls);
  });

  test("a registration is learnt with its device, and refusals are the predecessor's", async () => {
    await used.stage("mirror");
    const fresh = {
      AccID: "acc-new",
      Email: `${unique()}@kokids.example`,
      UserID: unique("new-"),
      Password: "пароль",
      Bundle: "com.example.hair",
      OSInt: "2",
      GAID: "g-1",
    };
    expect((await used.send("POST /user/create", fresh)).status).toBe(200);
    await expect.poll(() => learnt(fresh.Email)).toMatchObject({ username: fresh.UserID });
    const user = (await learnt(fresh.Email))!;
    expect(await used.store.devices.list(user.id)).toMatchObject([{ gaid: "g-1", osInt: 2n }]);
    expect((await used.send("POST /user/create", fresh)).status).toBe(409);
    const known = { ...fresh, Email: person(1).email };
    expect((await used.send("POST /user/create", known)).status).toBe(409);
    expect((await used.send("POST /user/create", { AccID: "x" })).status).toBe(400);
    expect((await used.send("POST /user/login", { ...fresh, Password: "x" })).status).toBe(401);
  });

  test("a deletion and a sign-out are learnt", async () => {
    await used.stage("mirror");
    const lin = person(2);
    const { token } = (await used.send("POST /user/login", loginOf(lin))).json;
    await expect.poll(() => learnt(lin.email)).toBeDefined();
    const { id, epoch } = (await learnt(lin.email))!;
    expect((await used.send("POST /user/logout", loginOf(lin))).status).toBe(200);
    await expect.poll(async () => (await learnt(lin.email))?.epoch).toBe(epoch + 1);
    expect(token).toMatch(/./);
    expect((await used.send("POST /user/delete", loginOf(lin))).status).toBe(200);
    await expect.poll(() => learnt(lin.email)).toBeUndefined();
    expect((await used.store.users.find(id))?.state).toBe("deleted");
  });

  test("a user whose password was changed here is answered by Latchkey", async () => {
    await used.stage("mirror");
    const eve = person(3);
    await used.send("POST /user/login", loginOf(eve));
    await expect.poll(() => learnt(eve.email)).toBeDefined();
    const { id, passwordHash } = (await learnt(eve.email))!;
    await used.store.users.setPassword(id, passwordHash, 1);
    const before = (await used.predecessor.calls())["POST /user/login"];
    expect((await used.send("POST /user/login", loginOf(eve))).status).toBe(200);
    expect((await used.predecessor.calls())["POST /user/login"]).toBe(before);
  });

  test("a share of users goes over, and the others stay", async () => {
    await used.stage("own", {
      percent: 0,
      before: "mirror",
      only: [{ name: "AccID", value: "a" }],
    });
    const before = (await used.predecessor.calls())["POST /user/login"] ?? 0;
    expect((await used.send("POST /user/login", loginOf(person(4)))).status).toBe(200);
    expect(
      (await used.send("POST /user/login", { ...loginOf(person(4)), AccID: "a" })).status,
    ).toBe(401);
    expect((await used.predecessor.calls())["POST /user/login"]).toBe(before + 1);
  });

  test("what was learnt can be discarded, but for what was used or changed since", async () => {
    await used.stage("mirror");
    const mia = person(6);
    await used.send("POST /user/login", loginOf(mia));
    await expect.poll(() => learnt(mia.email)).toBeDefined();
    const eve = (await learnt(person(3).email))!;
    const { removed, kept } = await undo(
      { store: used.store, clock: systemClock },
      { caller: { kind: "operator" }, address: "", userAgent: "", expired: () => false },
      "learned:kokids",
    );
    expect(await learnt(mia.email)).toBeUndefined();
    expect(removed.user).toBeGreaterThan(0);
    expect(kept).toContainEqual({ kind: "user", ref: eve.id, why: "changed" });
    expect((await used.send("POST /user/login", loginOf(mia))).status).toBe(200);
  });

  test("a predecessor that lies, is slow or down gives the documented 500", async () => {
    await used.stage("mirror");
    let refused = 0;
    for (const lie of LIES) {
      await used.predecessor.behave({ lie });
      const answer = await used.send("POST /user/create", { AccID: "a", Email: "a@b.example" });
      expect(answer.wrong).toBeUndefined();
      if (answer.status === 500) refused++;
      await used.predecessor.behave();
      expect((await used.send("POST /user/login", loginOf(person(5)))).status).toBe(200);
    }
    expect(refused).toBe(LIES.length);
    await used.predecessor.behave({ down: true });
    const started = performance.now();
    for (let count = 0; count < 12; count++)
      expect((await used.send("POST /user/login", loginOf(person(5)))).status).toBe(500);
    expect(performance.now() - started).toBeLessThan(3_000);
    await used.predecessor.behave();
  });

  test("no password and no token is in the log", () => {
    const text = used.log.join("\n");
    expect(text).not.toContain(person(0).password);
    expect(text).not.toContain("пароль");
  });
});
