import { readFile } from "node:fs/promises";
import type { HashParameters } from "../../domain/accounts/import/given-hash.ts";

/** The names in the file, and those that Firebase's console shows. */
const FIREBASE = {
  signerKey: ["firebase_signer_key", "base64_signer_key"],
  saltSeparator: ["firebase_salt_separator", "base64_salt_separator"],
  rounds: ["firebase_rounds", "rounds"],
  memoryCost: ["firebase_mem_cost", "mem_cost"],
} as const;

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

/** Reads the parameters of an object; rejects one of a wrong type. */
function readHashParameters(parsed: unknown): HashParameters {
  if (typeof parsed !== "object" || parsed === null)
    throw new Error("the parameters are no JSON object");
  const given = new Map(Object.entries(parsed));
  const valueOf = (names: readonly string[]): unknown =>
    names.map((name) => given.get(name)).find((value) => value !== undefined);
  const text = (names: readonly string[], otherwise: string): string => {
    const value = valueOf(names) ?? otherwise;
    if (typeof value !== "string") throw new Error(`${names[0]} is no text`);
    return value;
  };
  const number = (names: readonly string[], otherwise: number): number => {
    const value = Number(valueOf(names) ?? otherwise);
    if (!Number.isInteger(value) || value < 1) throw new Error(`${names[0]} is no whole number`);
    return value;
  };
  const signerKey = text(FIREBASE.signerKey, "");
  const pepper = text(["pepper"], "");
  return {
    ...(pepper !== "" && { pepper }),
    ...(signerKey !== "" && {
      firebase: {
        signerKey,
        saltSeparator: text(FIREBASE.saltSeparator, "Bw=="),
        rounds: number(FIREBASE.rounds, 8),
        memoryCost: number(FIREBASE.memoryCost, 14),
      },
    }),
  };
}
