import { type System } from "./system.ts";
import { timestampOf } from "./times.ts";
import { userFields } from "./user-fields.ts";

/** `AspNetUsers` of a dump, or as CSV or JSON. */
export const aspnet: System = {
  tables: /^aspnetusers$/,
  reads: (_, columns) => columns.includes("passwordhash") && columns.includes("securitystamp"),
  userOf: (values, now) => {
    const lockedUntil = timestampOf(values.get("LockoutEnd") ?? values.get("LockoutEndDateUtc"));
    return userFields({
      id: values.text("Id"),
      username: values.text("UserName"),
      email: values.text("Email"),
      emailVerified: values.flag("EmailConfirmed"),
      hash: values.text("PasswordHash"),
      createdAt: values.get("CreatedAt") ?? values.get("CreatedOn"),
      locked:
        values.flag("LockoutEnabled") && Date.parse(lockedUntil) > now && "locked out in ASP.NET",
      profile: {
        phoneNumber: values.text("PhoneNumber"),
        phoneNumberVerified: values.flag("PhoneNumberConfirmed"),
      },
    });
  },
};
