import { IdentityError } from "../../domain/errors.ts";

/** Returns the id, which is needed when no user calls. */
export function requireId(id: string, field: string): string {
  if (id === "")
    throw new IdentityError("FIELD_INVALID", `${field} is needed.`, {
      fields: [{ field, description: "is needed when the caller is not a user" }],
    });
  return id;
}
