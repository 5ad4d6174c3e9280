// The validate step: holds every message to the rules of the contract. It owns nothing but the way
// from a broken rule to the domain's error.
import { isMessage } from "@bufbuild/protobuf";
import type { Validator } from "@bufbuild/protovalidate";
import { createValidator } from "@bufbuild/protovalidate";
import { pathToString } from "@bufbuild/protobuf/reflect";
import { IdentityError } from "../../domain/errors.ts";
import type { Endpoint, Middleware } from "../call.ts";
import { createSizes, type Oversize } from "../sizes.ts";

/** So many broken rules are told. */
const MAX_TOLD = 16;

/** Compiles the rules of every method now, so that the first call doesn't wait for it. */
export function createValidate(endpoints: readonly Endpoint[]): Middleware {
  const validator = createValidator();
  const findOversize = createSizes();
  for (const { method } of endpoints) warm(validator, method.input);
  return async (call, next) => {
    const { message } = call.arrival;
    const { input } = call.endpoint.method;
    const oversize = findOversize(input, message);
    if (oversize !== undefined) throw broken([oversize]);
    const field = unusableText(message, "");
    if (field !== undefined) {
      throw new IdentityError("MALFORMED_REQUEST", "A text holds a NUL or half a character.", {
        fields: [{ field, description: "holds a NUL or half a character" }],
      });
    }
    const result = validator.validate(input, message);
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

function warm(validator: Validator, schema: Endpoint["method"]["input"]): void {
  validator.validate(schema, { $typeName: schema.typeName });
}

/** The first text that no database and no log should meet, in whatever depth. */
function unusableText(value: unknown, path: string): string | undefined {
  if (typeof value === "string")
    return value.includes("\0") || !value.isWellFormed() ? path : undefined;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return undefined;
  const entries: readonly (readonly [string, unknown])[] = isMessage(value)
    ? Object.entries(value).filter(([name]) => !name.startsWith("$"))
    : Object.entries(value);
  for (const [name, item] of entries) {
    const found = unusableText(item, path === "" ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
