// Whether the description says of every method for which reasons it fails: what the log of a server
// tells, against it.
import { methods } from "../contract/descriptors.ts";
import { reasonsOf, UNDOCUMENTED } from "../../src/openapi/reasons.ts";

/** Every call with a bound token may get it, as the text above all operations says. */
const OF_BOUND_TOKENS = "DPOP_PROOF_INVALID";

/** The reasons of each method, as the log writes methods. */
const declared = new Map(
  methods.map((method) => [
    `${method.parent.typeName}/${method.name}`,
    new Set([...reasonsOf(method, true), ...UNDOCUMENTED, OF_BOUND_TOKENS]),
  ]),
);

interface Line {
  readonly method?: string;
  readonly reason?: string;
}

/** What failed for a reason that the method's comment in proto/ doesn't name, each once. */
export function undeclaredFailures(log: readonly string[]): string[] {
  const failed = log
    .filter((line) => /"reason":"[^"]/.test(line))
    .map((line) => JSON.parse(line) as Line);
  const undeclared = failed.filter(
    ({ method = "", reason = "" }) => declared.get(method)?.has(reason) === false,
  );
  return [...new Set(undeclared.map(({ method, reason }) => `${method}: ${reason}`))].sort();
}
