import { readFile } from "node:fs/promises";
import type { HashParameters } from "../../domain/accounts/import/given-hash.ts";
import { readHashParameters } from "../../domain/accounts/import/hash-parameters.ts";

/** Reads the file of `--parameters`. Its errors quote nothing: it has secrets. */
export async function hashParametersOf(path: string): Promise<HashParameters> {
  const text = await readFile(path, "utf8");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error(`${path} is no JSON object`);
  }
  return readHashParameters(parsed);
}
