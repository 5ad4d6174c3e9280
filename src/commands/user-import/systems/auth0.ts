import type { ProfileUpdate } from "../../../domain/accounts/attributes/user-profile.ts";
import { type System } from "./system.ts";
import { type PasswordHash, userFields } from "./user-fields.ts";
import type { Values } from "./values.ts";

/**
 * Users of the export job, hashes of the support's file, and users of the import schema. The first
 * have no hash. `user_id` is the connection, a bar and the id that the second file has.
 */
export const auth0: System = {
  userOf: (values) =>
    userFields({
      id: values.object("_id").text("$oid") || values.text("user_id", "_id").replace(/^.*\|/, ""),
      username: values.text("username"),
      email: values.text("email"),
      emailVerified: values.flag("email_verified"),
      hash: hashOf(values),
      createdAt: values.get("created_at"),
      locked: values.flag("blocked") && "blocked in Auth0",
      profile: profileOf(values),
    }),
};

/** Where a user has no name, Auth0 shows the address as the name. */
function profileOf(values: Values): ProfileUpdate {
  const name = values.text("name");
  return {
    name: name === values.text("email") ? "" : name,
    givenName: values.text("given_name"),
    familyName: values.text("family_name"),
    picture: values.text("picture"),
    locale: values.text("locale"),
    phoneNumber: values.text("phone_number"),
    phoneNumberVerified: values.flag("phone_verified"),
  };
}

function hashOf(values: Values): PasswordHash | undefined {
  const custom = values.get("custom_password_hash");
  return typeof custom === "object" && custom !== null
    ? { ...custom }
    : values.text("passwordHash", "password_hash");
}
