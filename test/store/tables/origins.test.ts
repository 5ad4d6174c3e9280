import { describe, expect, it } from "vitest";
import type { Origin } from "../../../src/domain/origins.ts";
import { stores } from "../../mariadb.ts";
import { id, NOW } from "../samples.ts";

const anOrigin = (given: Partial<Origin> = {}): Origin => ({
  kind: "user",
  ref: id(),
  source: "import:first",
  at: NOW,
  mark: "",
  ...given,
});

describe.each(stores)("origins on $engine", ({ use }) => {
  const test = use();

  it("are absent from a new database", async () => {
    expect(await test.store.origins.hasAny()).toBe(false);
  });

  it("are found by kind and reference, and keep the first source", async () => {
    const origin = anOrigin({ mark: '{"epoch":3}' });
    const { origins } = test.store;
    await origins.insert([origin]);
    await origins.insert([{ ...origin, source: "learned:kokids", mark: "" }, anOrigin()]);
    expect(await origins.find("user", origin.ref)).toEqual(origin);
    expect(await origins.find("client", origin.ref)).toBeUndefined();
    expect(await origins.find("user", origin.ref.toUpperCase())).toBeUndefined();
    expect(await origins.delete("user", origin.ref)).toBe(true);
    expect(await origins.delete("user", origin.ref)).toBe(false);
    expect(await origins.find("user", origin.ref)).toBeUndefined();
  });

  it("are found for many things at once, by their kinds", async () => {
    const { origins } = test.store;
    const ref = id();
    const [client, pair] = [
      anOrigin({ kind: "client" }),
      anOrigin({ kind: "secret_pair", source: "learned:secretpair" }),
    ];
    // A user and a key may have the same reference.
    await origins.insert([client, pair, anOrigin({ ref }), anOrigin({ ref, kind: "client" })]);
    const found = await origins.findMany(
      ["client", "secret_pair"],
      [client.ref, pair.ref, ref, id()],
    );
    expect(found).toHaveLength(3);
    expect(found).toEqual(
      expect.arrayContaining([client, pair, anOrigin({ ref, kind: "client" })]),
    );
    expect(await origins.findMany(["user"], [])).toEqual([]);
    expect(await origins.hasAny()).toBe(true);
  });

  it("are counted and listed by source, many at once", async () => {
    const source = "import:many";
    const { origins } = test.store;
    const users = Array.from({ length: 120 }, () => anOrigin({ source }));
    const client = anOrigin({ source, kind: "client" });
    await origins.insert([...users, client]);
    await origins.insert([]);
    expect(await origins.count(source)).toEqual({ user: 120, client: 1 });
    expect(await origins.count("import:none")).toEqual({});
    const refs: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await origins.list(source, "user", { after, limit: 50 });
      if (page.length === 0) break;
      refs.push(...page.map(({ ref }) => ref));
      after = refs.at(-1);
    }
    expect(refs).toEqual(users.map(({ ref }) => ref));
  });
});
