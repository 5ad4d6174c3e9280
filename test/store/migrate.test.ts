import { describe, expect, it } from "vitest";
import { migrate } from "../../src/store/migrate.ts";
import { openStore } from "../../src/store/open.ts";
import { stores } from "../mariadb.ts";

describe.each(stores)("migrate on $engine", ({ use }) => {
  const test = use();
  it("does nothing the second time", async () => {
    expect(await migrate(test.options)).toEqual([]);
    expect(await test.store.ready()).toBe(true);
  });
});
