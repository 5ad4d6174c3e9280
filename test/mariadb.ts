// The databases of the tests.
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, inject } from "vitest";
import type { TestProject } from "vitest/node";
import type { Store } from "../src/domain/store.ts";
import type { StoreOptions } from "../src/store/engine/connect.ts";
import { openStore } from "../src/store/engine/create-store.ts";
import { execute, Mariadb, newFolder } from "./mariadb-server.ts";
import { asEmpty, prepare } from "./prepare.ts";

declare module "vitest" {
  interface ProvidedContext {
    mariadb: string;
  }
}

/** For vitest: one server for the run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await Mariadb.start();
  project.provide("mariadb", server.url);
  return () => server.dispose();
}

/** Makes an empty database on the run's server; answers its address. */
export async function createDatabase(name = `t${randomBytes(8).toString("hex")}`): Promise<string> {
  const url = inject("mariadb");
  await execute(url, `create database ${name}`);
  return `${url}/${name}`;
}

/** A migrated store, from before the first test of a `describe` until after its last. */
export interface TestStore {
  readonly store: Store;
  /** For another store on the same database. */
  readonly options: StoreOptions;
}

/** An empty database of one engine, and how to get rid of it. */
export interface EmptyDatabase {
  readonly options: StoreOptions;
  remove(): Promise<void>;
}

async function emptySqlite(): Promise<EmptyDatabase> {
  const folder = await newFolder();
  return {
    options: asEmpty({ kind: "sqlite", file: `${folder}/test.db` }),
    remove: () => rm(folder, { recursive: true }),
  };
}

async function emptyMysql(): Promise<EmptyDatabase> {
  const url = await createDatabase();
  const name = url.slice(url.lastIndexOf("/") + 1);
  return {
    options: asEmpty({ kind: "mysql", url }),
    remove: () => execute(inject("mariadb"), `drop database ${name}`),
  };
}

/** Call it in a `describe`, and read `store` in the tests. */
function use(empty: () => Promise<EmptyDatabase>): TestStore {
  let opened: (TestStore & { remove(): Promise<void> }) | undefined;
  beforeAll(async () => {
    const { options, remove } = await empty();
    await prepare(options);
    opened = { store: await openStore(options), options, remove };
  });
  afterAll(async () => {
    await opened?.store.close();
    await opened?.remove();
  });
  const given = () => {
    if (opened === undefined) throw new Error("the store is there only in tests and their hooks");
    return opened;
  };
  return {
    get store() {
      return given().store;
    },
    get options() {
      return given().options;
    },
  };
}

/**
 * Both engines, for `describe.each(stores)("… on $engine", ({ use }) => { const test = use(); …
 * test.store … })`.
 */
export const stores = [
  { engine: "sqlite", empty: emptySqlite, use: () => use(emptySqlite) },
  { engine: "mysql", empty: emptyMysql, use: () => use(emptyMysql) },
] as const;
