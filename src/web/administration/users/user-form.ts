import {
  complaint,
  type FieldComplaint,
  newEmail,
  newPassword,
  newUsername,
} from "../../sign-in/complaints.ts";
import { attributeChecks, type AttributeName } from "../../account/attributes/attribute-form.ts";
import type { PageContext } from "../../request/page-context.ts";
import { userFormMessages } from "./user-form-messages.ts";

/** The fields of a user that administrators type. */
export type UserField = "email" | "username" | "acc_id" | "password" | AttributeName;

/** Returns the field that the administrator has to correct; undefined for other errors. */
export const userComplaint = (
  context: PageContext,
  error: unknown,
): FieldComplaint<UserField> | undefined =>
  complaint<UserField>(context, error, {
    email: (language, refusal) =>
      refusal.reason === "EMAIL_TAKEN"
        ? userFormMessages[language].emailTaken
        : newEmail(language, refusal),
    username: newUsername,
    acc_id: (language, { details }) =>
      details.fields?.[0]?.field === "acc_id" ? userFormMessages[language].accIdInvalid : undefined,
    password: newPassword,
    ...attributeChecks,
  });
