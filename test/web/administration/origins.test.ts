// What came from another server, as an administrator sees it.
import { describe, expect, test } from "vitest";
import type { Origin } from "../../../src/domain/origins.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { aClient, aGroup, anAccessToken, aUser, id } from "../../store/samples.ts";
import { useServer } from "../../use-server.ts";
import type { Agent } from "../agent.ts";
import { administrationPages } from "./administration-pages.ts";

const TIME = Date.UTC(2026, 10, 20, 9, 30);

/** Returns what a page says, without its tags. */
const textOf = ({ page }: Agent): string => page.replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ");

describe.each(["sqlite", "mysql"] as const)("what came from another server, on %s", (engine) => {
  const used = useServer({ engine });
  const { signedIn, administrate } = administrationPages(used, systemClock);
  const administrator = async () => {
    const user = await used.signUp();
    await administrate(user);
    return signedIn(user);
  };
  const bring = (given: Omit<Origin, "at" | "mark">) =>
    used.server.store.origins.insert([{ ...given, at: TIME, mark: "" }]);

  test("has no tab on a server that takes nothing over", async () => {
    const agent = await administrator();
    await agent.get("/administration");
    expect(agent.page).not.toContain("Take-over");
    const user = aUser();
    await used.server.store.users.insert(user);
    await bring({ kind: "user", ref: user.id, source: "import:first" });
    await agent.get("/administration");
    expect(agent.page).toContain("Take-over");
  });

  test("is marked in lists and said on the pages of users and applications", async () => {
    const { store } = used.server;
    const [learnt, own] = [await used.signUp(), await used.signUp()];
    await bring({ kind: "user", ref: learnt.id, source: "learned:kokids" });
    const client = aClient({ ownerId: learnt.id, name: `Brought ${id()}` });
    await store.clients.insert(client, undefined);
    await bring({ kind: "secret_pair", ref: client.id, source: "learned:secretpair" });
    const group = aGroup();
    await store.groups.insert(group);
    const member = {
      groupId: group.id,
      userId: learnt.id,
      role: "owner",
      createdAt: TIME,
    } as const;
    await store.groups.addMember(member);
    await bring({ kind: "group", ref: String(group.id), source: "import:batch-1" });
    const agent = await administrator();

    await agent.get(`/administration/users?by=id&text=${learnt.id}`);
    expect(agent.page).toContain('<span class="badge">learnt from kokids</span>');
    await agent.get(`/administration/users?by=id&text=${own.id}`);
    expect(agent.page).not.toContain("learnt from");
    await agent.get(`/administration/applications?contains=${encodeURIComponent(client.name)}`);
    expect(agent.page).toContain('<span class="badge">learnt from secretpair</span>');

    await agent.get(`/administration/user?id=${learnt.id}`);
    expect(textOf(agent)).toContain("Learnt from kokids on Nov 20, 2026");
    expect(textOf(agent)).toContain("imported");
    expect(textOf(agent)).toContain("learnt from secretpair");
    await agent.get(`/administration/user?id=${own.id}`);
    expect(textOf(agent)).not.toContain("Origin");
    await agent.get(`/administration/application?id=${client.id}&lang=ru`);
    expect(textOf(agent)).toContain("Узнано от secretpair, 20 нояб. 2026");
    await agent.get(`/administration/application?id=${client.id}&lang=zh`);
    expect(textOf(agent)).toContain("2026年11月20日");
  });

  test("is listed by source and kind, page by page, with names and links", async () => {
    const { store } = used.server;
    const users = Array.from({ length: 25 }, () => aUser());
    for (const user of users) {
      await store.users.insert(user);
      await bring({ kind: "user", ref: user.id, source: "learned:zimoxy" });
    }
    const client = aClient();
    await store.clients.insert(client, undefined);
    const key = anAccessToken({ clientId: client.id, userId: undefined, groupId: 342173n });
    await store.tokens.insertAccess(key);
    await bring({ kind: "access_key", ref: key.hash, source: "learned:zimoxy" });
    await bring({ kind: "access_key", ref: "f".repeat(64), source: "learned:zimoxy" });
    const agent = await administrator();

    await agent.get("/administration/predecessors");
    expect(agent.page).toContain("zimoxy");
    await agent.get("/administration/predecessor?api=zimoxy");
    const list = /href="([^"]*origins[^"]*)">Users</
      .exec(agent.page)?.[1]
      ?.replaceAll("&amp;", "&");
    expect(list).toBe("/administration/origins?source=learned%3Azimoxy&kind=user");
    await agent.get(list!);
    const first = users.filter((user) => agent.page.includes(user.id));
    expect(first).toHaveLength(20);
    const next = /href="([^"]*page=[^"]*)"/.exec(agent.page)?.[1]?.replaceAll("&amp;", "&");
    await agent.get(next!);
    const second = users.filter((user) => agent.page.includes(user.id));
    expect(second).toHaveLength(5);
    expect(new Set([...first, ...second]).size).toBe(25);
    expect(agent.page).toContain(`/administration/user?id=${second[0]!.id}`);
    expect(textOf(agent)).toContain(second[0]!.username);

    await agent.get("/administration/origins?source=learned%3Azimoxy&kind=access_key");
    expect(agent.page).toContain(`/administration/application?id=${client.id}`);
    expect(textOf(agent)).toContain("342173");
    expect(textOf(agent)).toContain("no longer exists");
    // A hash of a key is shown on no page.
    expect(agent.page).not.toContain(key.hash);
  });

  test("is not there for others, nor for a source that can't be", async () => {
    const agent = await administrator();
    for (const source of ["learned:nothing", "learned", "import:", "kokids", ""])
      expect(
        (await agent.get(`/administration/origins?source=${encodeURIComponent(source)}`)).status,
      ).toBe(404);
    expect((await agent.get("/administration/origins?source=import%3Anone")).status).toBe(200);
    expect(textOf(agent)).toContain("Nothing is left of it.");
    const user = await signedIn(await used.signUp());
    expect((await user.get("/administration/origins?source=learned%3Azimoxy")).status).toBe(404);
  });
});
