import { LOOK_ALIKE } from "../../domain/accounts/user-conflict.ts";
import type { Language } from "../../domain/email/language.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { PasswordRule } from "../../domain/passwords/policy.ts";
import { lengthComplaint } from "../kit/form.ts";
import type { PageContext } from "../request/page-context.ts";
import { confirmMessages } from "./confirm-messages.ts";
import { signUpMessages } from "./sign-up-messages.ts";

/** Says what an error means for one field; undefined if it is not about the field. */
type FieldCheck = (language: Language, error: IdentityError) => string | undefined;

/** The field that the user has to correct, and why. */
export interface FieldComplaint<Name extends string> {
  readonly field: Name;
  readonly text: string;
}

/**
 * Finds the field that an error of the domain is about. Returns undefined for errors that concern
 * more than the form.
 */
export function complaint<Name extends string>(
  context: PageContext,
  error: unknown,
  checks: Readonly<Record<Name, FieldCheck>>,
): FieldComplaint<Name> | undefined {
  if (!(error instanceof IdentityError)) return undefined;
  const names = Object.keys(checks) as Name[];
  const tooLong = lengthComplaint(context, error, ...names);
  if (tooLong !== undefined) return tooLong;
  for (const field of names) {
    const text = checks[field](context.language, error);
    if (text !== undefined) return { field, text };
  }
  return undefined;
}

export const newEmail: FieldCheck = (language, { reason }) =>
  reason === "EMAIL_INVALID" ? signUpMessages[language].emailInvalid : undefined;

export const newUsername: FieldCheck = (language, { reason, details }) => {
  const { nameInvalid, nameTaken, nameAlike } = signUpMessages[language];
  if (reason === "USERNAME_INVALID") return nameInvalid;
  if (reason !== "USERNAME_TAKEN") return undefined;
  return details.fields?.[0]?.rule === LOOK_ALIKE ? nameAlike : nameTaken;
};

export const newPassword: FieldCheck = (language, { reason, details }) =>
  reason === "PASSWORD_UNACCEPTABLE"
    ? signUpMessages[language].passwordWrong[(details.fields?.[0]?.rule ?? "short") as PasswordRule]
    : undefined;

export const currentPassword: FieldCheck = (language, error) =>
  isWrongPassword(error) ? confirmMessages[language].wrong : undefined;

/** FIELD_INVALID: the password is longer than the domain reads, so it is not the user's. */
export const isWrongPassword = ({ reason }: IdentityError): boolean =>
  reason === "SIGN_IN_FAILED" || reason === "FIELD_INVALID";
