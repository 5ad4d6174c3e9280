import { IdentityError } from "../../domain/errors.ts";
import { redirectUriFault } from "../../domain/oauth/clients/redirect-uris.ts";
import { lengthComplaint } from "../kit/form.ts";
import type { PageContext } from "../request/page-context.ts";
import type { FieldComplaint } from "../sign-in/complaints.ts";
import { applicationFormMessages } from "./application-form-messages.ts";
import type { ApplicationFields } from "./kinds.ts";
import { settingsComplaintMessages } from "./settings-complaint-messages.ts";
import { SETTINGS_FIELD_NAMES, type SettingsFieldName } from "./settings-fields.ts";

/** The addresses of the form that one text is enough for. */
const CALLED: readonly SettingsFieldName[] = ["jwks_uri", "backchannel_logout_uri"];
const SHOWN: readonly SettingsFieldName[] = ["client_uri", "logo_uri", "policy_uri", "tos_uri"];

/** Finds the field that an error of the domain is about; undefined for other errors. */
export function settingsComplaint(
  context: PageContext,
  error: unknown,
  { public: isPublic, apis }: Pick<ApplicationFields, "public" | "apis">,
): FieldComplaint<SettingsFieldName> | undefined {
  const tooLong = lengthComplaint(context, error, ...SETTINGS_FIELD_NAMES);
  if (tooLong !== undefined) return tooLong;
  if (!(error instanceof IdentityError) || error.reason !== "FIELD_INVALID") return undefined;
  const wrong = error.details.fields?.[0]?.field;
  const field = SETTINGS_FIELD_NAMES.find((name) => wrong === `settings.${name}`);
  if (field === undefined) return undefined;
  const messages = settingsComplaintMessages[context.language];
  if (field === "post_logout_redirect_uris") {
    const rules = { isPublic, plainHttp: apis.length > 0 };
    return { field, text: addressFaults(context, rules) || messages.tooMany };
  }
  const usual = CALLED.includes(field)
    ? messages.called
    : SHOWN.includes(field)
      ? messages.shown
      : field.startsWith("software_")
        ? messages.software
        : messages.choice;
  return { field, text: messages.wrong[field] ?? usual };
}

/** Says of each wrong address after a logout what is wrong with it. */
function addressFaults(
  { fields, language }: PageContext,
  rules: Parameters<typeof redirectUriFault>[1],
): string {
  const { uriInvalid } = applicationFormMessages[language];
  return (fields.get("post_logout_redirect_uris") ?? "")
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .flatMap((uri) => {
      const rule = redirectUriFault(uri, rules);
      return rule === undefined ? [] : [`${uri.slice(0, 64)} ${uriInvalid[rule]}`];
    })
    .slice(0, 20)
    .join("\n");
}
