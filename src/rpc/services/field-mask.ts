import type { FieldMask } from "@bufbuild/protobuf/wkt";
import { IdentityError } from "../../domain/errors.ts";

/** How much of a wrong name is repeated in the error. */
const MAX_NAME_SHOWN = 64;

/**
 * Returns the fields to change (AIP-134): those that the mask names, which must be changeable.
 * Without a mask, the changeable ones that are not empty.
 */
export function maskedFields<Name extends string>(
  mask: Pick<FieldMask, "paths"> | undefined,
  values: Readonly<Record<Name, unknown>>,
): ReadonlySet<Name> {
  const changeable = Object.keys(values) as Name[];
  if (mask === undefined || mask.paths.length === 0)
    return new Set(changeable.filter((name) => !isEmpty(values[name])));
  const asked = mask.paths.includes("*") ? changeable : mask.paths;
  const unknown = asked.find((path) => !changeable.includes(path as Name));
  if (unknown !== undefined) {
    const name = unknown.slice(0, MAX_NAME_SHOWN).toWellFormed();
    throw new IdentityError(
      "FIELD_INVALID",
      `update_mask: ${name} can't be changed; only ${changeable.join(", ")}.`,
      { fields: [{ field: "update_mask", description: `${name} can't be changed` }] },
    );
  }
  return new Set(asked as Name[]);
}

const isEmpty = (value: unknown): boolean =>
  value === "" ||
  value === false ||
  value === undefined ||
  (Array.isArray(value) && value.length === 0);
