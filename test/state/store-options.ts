import { join } from "node:path";
import type { StoreOptions } from "../../src/store/engine/connect.ts";
import type { Installation } from "../process/latchkey.ts";

/** Returns how a test opens the database of an installation. */
export const storeOptionsOf = ({ environment }: Installation): StoreOptions =>
  environment["DATABASE_URL"] === undefined
    ? { kind: "sqlite", file: join(environment["DATA_DIR"]!, "latchkey.db") }
    : { kind: "mysql", url: environment["DATABASE_URL"] };
