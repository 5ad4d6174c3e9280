import { invalidField } from "../../errors.ts";
import { customHashText } from "../../passwords/hashes/rules/custom-hash.ts";
import { readRule } from "../../passwords/hashes/rules/rule.ts";
import { ruledText } from "../../passwords/hashes/rules/ruled-hash.ts";
import { pepperedText } from "../../passwords/hashes/systems/peppered.ts";

/** What holds for all hashes of a file. Each is as secret as the hashes. */
export interface HashParameters {
  readonly firebase?: {
    readonly signerKey: string;
    readonly saltSeparator: string;
    readonly rounds: number;
    readonly memoryCost: number;
  };
  readonly pepper?: string;
}

/** How the hashes of a file are to be read. */
export interface HashReading {
  /** The rule of plain digests. */
  readonly scheme?: string | undefined;
  readonly parameters?: HashParameters | undefined;
}

interface Given {
  readonly hash: string;
  /** The object of Auth0's schema. */
  readonly custom: unknown;
  readonly salt: string;
  readonly username: string;
  readonly email: string;
}

const FIREBASE = /^\$firescrypt\$([^$,]+)\$([^$]+)$/;

/** Returns the hash of a line with all that is needed to check it; empty if the line has none. */
export function givenHash(
  { hash, custom, salt, username, email }: Given,
  { scheme, parameters = {} }: HashReading,
): string {
  if (custom !== undefined && custom !== null && custom !== "") {
    if (hash !== "") throw invalidField("custom_password_hash", "and password_hash are both given");
    return customHashText(custom);
  }
  if (hash === "") return "";
  if (scheme !== undefined) {
    const [digest = "", ...behind] = salt === "" ? hash.split(":") : [hash];
    const values = {
      salt: Buffer.from(salt === "" ? behind.join(":") : salt),
      pepper: Buffer.from(parameters.pepper ?? ""),
      username: Buffer.from(username),
      email: Buffer.from(email),
    };
    return ruledText(scheme, values, digestBytes(digest, readRule(scheme).bytes));
  }
  if (salt !== "") throw invalidField("salt", "needs --scheme, which says where it stands");
  const [, itsSalt, digest] = FIREBASE.exec(hash) ?? [];
  if (digest !== undefined && parameters.firebase !== undefined) {
    const { signerKey, saltSeparator, rounds, memoryCost } = parameters.firebase;
    const cost = `ln=${memoryCost},r=${rounds},p=1`;
    return `$firescrypt$${cost}$${itsSalt}$${digest}$${saltSeparator}$${signerKey}`;
  }
  return parameters.pepper === undefined ? hash : pepperedText(parameters.pepper, hash);
}

/** Reads a digest in hexadecimal or in base64. */
const digestBytes = (text: string, bytes: number): Buffer =>
  text.length === 2 * bytes && /^[0-9a-f]+$/i.test(text)
    ? Buffer.from(text, "hex")
    : Buffer.from(text, "base64");
