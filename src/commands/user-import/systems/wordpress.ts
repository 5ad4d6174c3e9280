import { type System } from "./system.ts";
import { plainDigest, userFields } from "./user-fields.ts";

/** `wp_users` with any prefix, of a dump, or as CSV or JSON of WP-CLI. */
export const wordpress: System = {
  tables: /users$/,
  reads: (_, columns) =>
    ["userlogin", "userpass", "useremail"].every((name) => columns.includes(name)),
  userOf: (values) => {
    const hash = values.text("user_pass");
    const isBlocked = values.flag("spam") || values.flag("deleted");
    return userFields({
      username: values.text("user_login"),
      email: values.text("user_email"),
      // Until version 2.5 the hash was MD5.
      hash: /^[0-9a-f]{32}$/i.test(hash) ? plainDigest("md5", hash) : hash,
      createdAt: values.get("user_registered"),
      locked: isBlocked && "marked as spam or deleted in WordPress",
      profile: { name: values.text("display_name") },
    });
  },
};
