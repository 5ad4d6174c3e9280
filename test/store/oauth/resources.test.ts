// Protected resources: one for each URI, changed by one caller at a time.
import type { UnknownRow } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resourceDigest } from "../../../src/domain/oauth/resources/resource.ts";
import { connect } from "../../../src/store/engine/connect.ts";
import type { Database } from "../../../src/store/engine/database.ts";
import { resources } from "../../../src/store/tables/resources.ts";
import { stores } from "../../mariadb.ts";
import { explaining, indexesOf, isSorted } from "../explaining.ts";
import { aResource, id, NOW, parallel } from "../samples.ts";

describe.each(stores)("resources on $engine", ({ use, engine }) => {
  const test = use();
  const stored = () => test.store.resources;

  it("give back what was put in, by id and by URI", async () => {
    const resource = aResource();
    expect(await stored().insert(resource)).toBe(true);
    expect(await stored().find(resource.id)).toEqual(resource);
    const same = resource.uri.replace("https://api", "HTTPS://API");
    expect(await stored().findByDigest(resourceDigest(`${same}/`))).toEqual(resource);
    expect(await stored().findByDigest(resourceDigest(`${resource.uri}//`))).toBeUndefined();
    expect(await stored().list(1000)).toContainEqual(resource);
    const listed = (await stored().list(1000)).map((each) => each.id);
    expect(listed).toEqual(listed.toSorted());
  });

  it("have a URI once, also when several are inserted at once", async () => {
    const uri = `https://api.example/${id()}`;
    const inserted = await parallel(8, (index) =>
      stored().insert(aResource({ uri: index % 2 === 0 ? uri : `${uri}/` })),
    );
    expect(inserted.filter(Boolean)).toHaveLength(1);
  });

  it("are replaced by one of several callers, and deleted once", async () => {
    const resource = aResource();
    await stored().insert(resource);
    const replaced = await parallel(8, (index) =>
      stored().replace({ ...resource, name: `name ${index}`, updatedAt: NOW + 1 }, NOW),
    );
    expect(replaced.filter(Boolean)).toHaveLength(1);
    expect((await stored().find(resource.id))?.name).toMatch(/^name \d$/);
    const deleted = await parallel(8, () => stored().delete(resource.id));
    expect(deleted.filter(Boolean)).toHaveLength(1);
    expect(await stored().find(resource.id)).toBeUndefined();
  });

  describe("are found by an index", () => {
    let db: Database;
    const plan: UnknownRow[] = [];
    beforeAll(() => {
      db = connect(test.options, "impatient").db;
    });
    afterAll(() => db.destroy());

    it("of their digest", async () => {
      const digests = [resourceDigest("https://api.example/a"), resourceDigest("urn:x:y")];
      await db
        .withPlugin(explaining(engine, plan))
        .selectFrom("resources")
        .selectAll()
        .where("digest", "in", digests)
        .execute();
      const used = indexesOf(engine, plan).join();
      expect(engine === "sqlite" ? plan.map(({ detail }) => detail).join() : used).toMatch(
        engine === "sqlite" ? /USING INDEX sqlite_autoindex_resources_\d \(digest/ : /digest/,
      );
    });

    it("and listed without a sort", async () => {
      plan.length = 0;
      await resources(db.withPlugin(explaining(engine, plan))).list(10);
      expect(plan.length).toBeGreaterThan(0);
      expect(isSorted(plan)).toBe(true);
    });
  });
});
