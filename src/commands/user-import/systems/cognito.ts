import { type System } from "./system.ts";
import { userFields } from "./user-fields.ts";
import { Values } from "./values.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** CSV with the header of the import job, or the JSON of `list-users`. Neither has hashes. */
export const cognito: System = {
  arrays: ["Users"],
  userOf: (record) => {
    const attributes = new Values(
      Object.fromEntries(
        record.list("Attributes").map((each) => [each.text("Name"), each.text("Value")]),
      ),
    );
    const text = (name: string): string => record.text(name) || attributes.text(name);
    // Where users sign in by an address, the name is made up.
    const username = text("cognito:username") || text("username");
    return userFields({
      id: text("sub") || (UUID.test(username) ? username : ""),
      username: UUID.test(username) ? "" : username,
      email: text("email"),
      emailVerified: record.flag("email_verified") || attributes.flag("email_verified"),
      createdAt: record.get("UserCreateDate"),
      locked: record.get("Enabled") === false && "disabled in Cognito",
      profile: {
        name: text("name"),
        givenName: text("given_name"),
        familyName: text("family_name"),
        picture: text("picture"),
        locale: text("locale"),
        zoneinfo: text("zoneinfo"),
        phoneNumber: text("phone_number"),
        phoneNumberVerified:
          record.flag("phone_number_verified") || attributes.flag("phone_number_verified"),
        formattedAddress: text("address"),
      },
    });
  },
};
