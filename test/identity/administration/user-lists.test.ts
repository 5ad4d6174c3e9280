// ListUsers for people who look through users: orders, parts of values, totals.
import { beforeAll, describe, expect, test } from "vitest";
import { UserState } from "../../../gen/identity/v1/model_pb.ts";
import { refusalOf } from "../../clients/refusal.ts";
import { unique, useServer } from "../../use-server.ts";

describe.each(["sqlite", "mysql"] as const)("ListUsers on %s", (engine) => {
  const used = useServer({ engine });
  const realm = unique("lists").slice(0, 20);
  const names = ["carol", "alice", "bob"];
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    for (const name of names) {
      const { user } = await used.administrator.users.createUser({
        realm,
        username: name,
        email: `${name.toUpperCase()}@example.com`,
        password: unique("correct horse "),
        accId: `Acc-${name.length}`,
        developer: name === "bob",
      });
      expect([user!.accId, user!.developer]).toEqual([`Acc-${name.length}`, name === "bob"]);
      ids[name] = user!.id;
    }
    await used.administrator.users.lockUser({ userId: ids["bob"]!, reason: "x" });
  });

  const listed = async (request: object): Promise<string[]> => {
    const found: string[] = [];
    for (let pageToken = ""; ;) {
      const page = await used.administrator.users.listUsers({
        realm,
        pageSize: 2,
        pageToken,
        ...request,
      });
      found.push(...page.users.map(({ username }) => username));
      if ((pageToken = page.nextPageToken) === "") return found;
    }
  };

  test.each([
    [{ orderBy: "create_time" }, ["carol", "alice", "bob"]],
    [{ orderBy: "create_time desc" }, ["bob", "alice", "carol"]],
    [{ orderBy: "username asc" }, ["alice", "bob", "carol"]],
    [{ orderBy: "username desc" }, ["carol", "bob", "alice"]],
    [{ orderBy: "email" }, ["alice", "bob", "carol"]],
    [{ orderBy: "email", state: UserState.LOCKED }, ["bob"]],
    [{ contains: "AcC-5" }, ["alice", "carol"]],
    [{ contains: "@EXAMPLE" }, ["bob", "alice", "carol"]],
    [{ contains: "o", state: UserState.ACTIVE, orderBy: "create_time desc" }, ["alice", "carol"]],
    [{ contains: "dave" }, []],
    [{}, ["carol", "alice", "bob"]],
  ])("%o", async (request, expected) => {
    expect(await listed(request)).toEqual(expected);
  });

  test("a total is there when it is asked for", async () => {
    const total = async (request: object): Promise<number> =>
      (await used.administrator.users.listUsers({ realm, ...request })).totalSize ?? 0;
    expect(await total({})).toBe(0);
    expect(await total({ withTotalSize: true, pageSize: 1 })).toBe(3);
    expect(await total({ withTotalSize: true, state: UserState.LOCKED })).toBe(1);
    expect(await total({ withTotalSize: true, contains: "o" })).toBe(0);
  });

  test.each([
    [{ orderBy: "id" }, "order_by"],
    [{ orderBy: "username up" }, "order_by"],
    [{ orderBy: "username", contains: "a" }, "order_by"],
    [{ orderBy: "username", email: "a@example.com" }, "order_by"],
    [{ contains: "a", username: "alice" }, "contains"],
  ])("%o is refused", async (request, field) => {
    const refusal = await used.administrator.users
      .listUsers({ realm, ...request })
      .then(() => undefined, refusalOf);
    expect([refusal?.reason, JSON.stringify(refusal)]).toEqual([
      "FIELD_INVALID",
      expect.stringContaining(field),
    ]);
  });
});
