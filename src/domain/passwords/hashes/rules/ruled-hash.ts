// A plain digest with its rule and its values, in a notation of ours.
import { quickHash } from "../quick-hash.ts";
import { type Format, refusal } from "../stored-hash.ts";
import { readRule, type RuleValue, type RuleValues } from "./rule.ts";

/** The rule and its values as JSON, and the digest. */
const TEXT = /^\$rule\$([A-Za-z0-9_-]+)\$([A-Za-z0-9_-]+)$/;

/** What stands beside a digest. */
interface Kept {
  readonly rule: string;
  /** In base64url. */
  readonly values: Readonly<Partial<Record<RuleValue, string>>>;
}

/** Writes a digest with its rule and its values, but without the password. */
export function ruledText(rule: string, values: RuleValues, digest: Buffer): string {
  const { bytes, uses } = readRule(rule);
  if (digest.length !== bytes) throw refusal(`has ${digest.length} bytes, its rule gives ${bytes}`);
  const needed = [...uses].filter((name) => name !== "password");
  const kept: Kept = {
    rule,
    values: Object.fromEntries(
      needed.map((name) => [name, (values[name] ?? Buffer.alloc(0)).toString("base64url")]),
    ),
  };
  const head = Buffer.from(JSON.stringify(kept)).toString("base64url");
  return `$rule$${head}$${digest.toString("base64url")}`;
}

export const ruled: Format = (text) => {
  const [, head, digest = ""] = TEXT.exec(text) ?? [];
  if (head === undefined) return undefined;
  const { rule, values } = keptOf(head);
  const { bytes, evaluate } = readRule(rule);
  const expected = Buffer.from(digest, "base64url");
  if (expected.length !== bytes) throw refusal("has a digest of a wrong length");
  const known = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Buffer.from(value, "base64url")]),
  );
  return quickHash({
    template: `$rule$${head}$${Buffer.alloc(bytes).toString("base64url")}`,
    digest: expected,
    digestOf: (password) => Promise.resolve(evaluate({ ...known, password })),
  });
};

function keptOf(head: string): Kept {
  try {
    return JSON.parse(Buffer.from(head, "base64url").toString()) as Kept;
  } catch {
    throw refusal("has a rule that can't be read");
  }
}
