import { type System } from "./system.ts";
import { userFields } from "./user-fields.ts";

/** What each provider has four columns of. */
const PROVIDERS = ["google", "facebook", "twitter", "github"];

/** The columns of `firebase auth:export` as CSV, which has no header. */
const COLUMNS = "localId email emailVerified passwordHash salt displayName photoUrl"
  .split(" ")
  .concat(
    PROVIDERS.flatMap((name) => ["Id", "Email", "Name", "Photo"].map((part) => name + part)),
    ["createdAt", "lastSignedInAt", "phoneNumber", "disabled", "customAttributes"],
  );

/** Returns the hash in the notation of Kratos, whose parameters are those of the batch. */
const firebaseHash = (salt: string, hash: string): string =>
  hash === "" ? "" : `$firescrypt$${standard(salt)}$${standard(hash)}`;

/** Returns base64 with the usual alphabet; the export of an API has that of URLs. */
const standard = (text: string): string => text.replaceAll("-", "+").replaceAll("_", "/");

export const firebase: System = {
  arrays: ["users"],
  columns: COLUMNS,
  userOf: (values) =>
    userFields({
      id: values.text("localId", "uid"),
      email: values.text("email"),
      emailVerified: values.flag("emailVerified"),
      hash: firebaseHash(values.text("salt", "passwordSalt"), values.text("passwordHash")),
      createdAt: values.get("createdAt"),
      locked: values.flag("disabled") && "disabled in Firebase",
      profile: {
        name: values.text("displayName"),
        picture: values.text("photoUrl"),
        phoneNumber: values.text("phoneNumber"),
      },
    }),
};
