import { isMessage } from "@bufbuild/protobuf";
import type { Validator } from "@bufbuild/protovalidate";
import { pathToString } from "@bufbuild/protobuf/reflect";
import { IdentityError } from "../../domain/errors.ts";
import type { Middleware } from "../call.ts";
import { createSizes, type Oversize } from "../sizes.ts";
import { withoutStack } from "../without-stack.ts";

/** At most so many violations are reported. */
const MAX_TOLD = 16;

let validator: Validator | undefined;

/**
 * Returns what compiles the rules of a message when the first one of its type comes. Its code is
 * loaded with the first call. All at once would be a third of the time of a start.
 * `test/rpc/middleware/validate.test.ts` finds rules that don't compile.
 */
async function loadValidator(): Promise<Validator> {
  const { createValidator } = await import("@bufbuild/protovalidate");
  return (validator ??= createValidator());
}

/** Checks messages by buf.validate. */
export function createValidate(): Middleware {
  const findOversize = createSizes();
  return async (call, next) => {
    const { message } = call.arrival;
    const { input } = call.endpoint.method;
    const oversize = findOversize(input, message);
    if (oversize !== undefined) throw broken([oversize]);
    const field = unusableText(message);
    if (field !== undefined) {
      throw new IdentityError(
        "MALFORMED_REQUEST",
        "A text contains U+0000 or an unpaired surrogate.",
        {
          fields: [{ field, description: "contains U+0000 or an unpaired surrogate" }],
        },
      );
    }
    const loaded = validator ?? (await loadValidator());
    const result = withoutStack(() => loaded.validate(input, message));
    if (result.kind === "valid") return next();
    if (result.kind === "error") throw result.error;
    throw broken(
      result.violations.slice(0, MAX_TOLD).map((violation) => ({
        field: pathToString(violation.field),
        description: violation.message,
        rule: violation.ruleId,
      })),
    );
  };
}

const broken = (fields: readonly Oversize[]): IdentityError =>
  new IdentityError(
    "FIELD_INVALID",
    fields
      .map(({ field: name, description }) =>
        name === "" ? description : `${name}: ${description}`,
      )
      .join("; "),
    { fields },
  );

/** Returns the path of the first text with U+0000 or an unpaired surrogate, at any depth. */
function unusableText(value: unknown): string | undefined {
  if (typeof value === "string")
    return value.includes("\0") || !value.isWellFormed() ? "" : undefined;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return undefined;
  const isOwn = isMessage(value);
  for (const name in value) {
    // What begins with a dollar sign is the library's own.
    if (isOwn && name.startsWith("$")) continue;
    const found = unusableText((value as Readonly<Record<string, unknown>>)[name]);
    if (found !== undefined) return found === "" ? name : `${name}.${found}`;
  }
  return undefined;
}
