import { type System } from "./system.ts";
import { userFields } from "./user-fields.ts";
import type { Values } from "./values.ts";

/** `dumpdata` as JSON, JSON lines or a table of users of a dump, also of a model of one's own. */
export const django: System = {
  tables: /user$/,
  reads: (_, columns) =>
    columns.includes("password") &&
    columns.includes("lastlogin") &&
    (columns.includes("email") || columns.includes("username")),
  userOf: (record) => {
    const isModel = record.has("model");
    const fields = isModel ? record.object("fields") : record;
    // The base class of every model of users has both.
    if (isModel && !(fields.has("password") && fields.has("last_login"))) return undefined;
    return userFields({
      id: isModel ? record.text("pk") || fields.text("id") : record.text("id"),
      username: fields.text("username"),
      email: fields.text("email"),
      hash: hashOf(fields),
      createdAt: fields.get("date_joined") ?? fields.get("created_at") ?? fields.get("created"),
      // Columns of others may say so; Django itself confirms no address.
      ...(fields.has("email_verified") && { emailVerified: fields.flag("email_verified") }),
      locked: fields.has("is_active") && !fields.flag("is_active") && "inactive in Django",
      profile: { givenName: fields.text("first_name"), familyName: fields.text("last_name") },
    });
  },
};

/** Returns the hash; a password that begins with an exclamation mark can't be used. */
function hashOf(fields: Values): string {
  const password = fields.text("password");
  return password.startsWith("!") ? "" : password;
}
