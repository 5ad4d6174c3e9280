import { Unreadable, type System } from "./system.ts";
import { timestampOf } from "./times.ts";
import { userFields } from "./user-fields.ts";

/** `auth.users` of a dump, or as CSV or JSON. */
export const supabase: System = {
  tables: /^users$/,
  reads: (table, columns) => table === "users" && columns.includes("encryptedpassword"),
  userOf: (values, now) => {
    if (values.text("deleted_at") !== "") return new Unreadable("", "is deleted in Supabase");
    const bannedUntil = timestampOf(values.get("banned_until"));
    const metadata = values.object("raw_user_meta_data");
    const phone = values.text("phone");
    return userFields({
      id: values.text("id"),
      email: values.text("email"),
      emailVerified: values.text("email_confirmed_at", "confirmed_at") !== "",
      hash: values.text("encrypted_password"),
      createdAt: values.get("created_at"),
      locked: Date.parse(bannedUntil) > now && "banned in Supabase",
      profile: {
        name: metadata.text("full_name", "name"),
        picture: metadata.text("avatar_url", "picture"),
        // Written without the plus sign.
        phoneNumber: phone === "" ? "" : `+${phone.replace(/^\+/, "")}`,
        phoneNumberVerified: values.text("phone_confirmed_at") !== "",
      },
    });
  },
};
