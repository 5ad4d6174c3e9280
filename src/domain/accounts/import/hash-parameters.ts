import { invalidField } from "../../errors.ts";
import type { HashParameters } from "./given-hash.ts";

/** The names in the file, and those that Firebase's console shows. */
const FIREBASE = {
  signerKey: ["firebase_signer_key", "base64_signer_key"],
  saltSeparator: ["firebase_salt_separator", "base64_salt_separator"],
  rounds: ["firebase_rounds", "rounds"],
  memoryCost: ["firebase_mem_cost", "mem_cost"],
} as const;

/** Reads the parameters of an object; rejects one of a wrong type. */
export function readHashParameters(parsed: unknown): HashParameters {
  if (typeof parsed !== "object" || parsed === null) throw invalidField("", "is no JSON object");
  const given = new Map(Object.entries(parsed));
  const valueOf = (names: readonly string[]): unknown =>
    names.map((name) => given.get(name)).find((value) => value !== undefined);
  const text = (names: readonly string[], otherwise: string): string => {
    const value = valueOf(names) ?? otherwise;
    if (typeof value !== "string") throw invalidField(names[0]!, "is not a text");
    return value;
  };
  const number = (names: readonly string[], otherwise: number): number => {
    const value = Number(valueOf(names) ?? otherwise);
    if (!Number.isInteger(value) || value < 1)
      throw invalidField(names[0]!, "is no whole number above 0");
    return value;
  };
  const all: readonly string[] = ["kind", "pepper", ...Object.values(FIREBASE).flat()];
  const unknown = [...given.keys()].find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw invalidField(/^[a-z_]{1,64}$/.test(unknown) ? unknown : "", "is no parameter");
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
