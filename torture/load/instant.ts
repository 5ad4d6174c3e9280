// Processes whose hashes of passwords take no time.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const MODULE = join(import.meta.dirname, "../../bench/measure/instant-hashing.mjs");

/** An option for node. */
export const INSTANT_HASHES = `--import=${pathToFileURL(MODULE).href}`;
