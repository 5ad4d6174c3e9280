import { DOCUMENTED_APIS } from "../../config/documented-apis.ts";
import type { Language } from "../../domain/email/language.ts";
import { html, type Html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { Client } from "../../domain/model.ts";
import { MAX_NAME_CHARACTERS, MAX_REDIRECT_URIS } from "../../domain/oauth/clients/client-rules.ts";
import { MAX_ORIGINS } from "../../domain/oauth/clients/origins.ts";
import type { RedirectUriRule } from "../../domain/oauth/clients/redirect-uris.ts";
import { USER_SCOPES } from "../../domain/oauth/clients/scopes.ts";
import { field, lengthComplaint, notice, textArea, checkboxes } from "../kit/form.ts";
import { APIS, type Api, type WebDependencies } from "../request/dependencies.ts";
import { applicationFormMessages } from "./application-form-messages.ts";
import type { PageContext } from "../request/page-context.ts";
import { fieldValue, shownValue } from "../request/page-context.ts";

/** The purpose of each documented API, in the words of its contract. */
const apiTitles = Object.fromEntries(
  DOCUMENTED_APIS.map(({ name, titles }) => [name, titles]),
) as Readonly<Record<Api, Readonly<Record<Language, string>>>>;

/** The values of the fields. */
export interface ApplicationFields {
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly string[];
  readonly apis: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly pkceOptional: boolean;
}

/** The field that is wrong, and why. */
export interface Wrong {
  readonly field: "name" | "redirect_uris" | "allowed_origins" | "apis" | "pkce_optional";
  readonly text: string;
}

/** Limits the lines that are read, with room for empty ones and for the error about too many. */
const MAX_LINES = 10 * MAX_REDIRECT_URIS;

export const NEW_APPLICATION: ApplicationFields = {
  name: "",
  redirectUris: [],
  scopes: ["profile"],
  apis: [],
  allowedOrigins: [],
  pkceOptional: false,
};

/** Returns the documented APIs that this server serves. */
const served = ({ apis }: Pick<WebDependencies, "apis">): readonly Api[] =>
  APIS.filter((api) => apis[api].enabled);

/**
 * Reads the form. Values that the form doesn't show are kept: an API that is off on this server, a
 * scope that only an administrator grants.
 */
export function readFields(
  context: PageContext,
  dependencies: Pick<WebDependencies, "apis">,
  before: Pick<Client, "scopes" | "apis"> = { scopes: [], apis: [] },
): ApplicationFields {
  const read = (
    prefix: string,
    shown: readonly string[],
    kept: readonly string[],
  ): readonly string[] => [
    ...shown.filter((name) => fieldValue(context, `${prefix}_${name}`) !== ""),
    ...kept.filter((name) => !shown.includes(name)),
  ];
  const lines = (name: string): readonly string[] =>
    shownValue(context, name)
      .split(/\r\n|[\r\n]/, MAX_LINES)
      .map((line) => line.trim())
      .filter((line) => line !== "");
  return {
    name: shownValue(context, "name").trim(),
    redirectUris: lines("redirect_uris"),
    allowedOrigins: lines("allowed_origins"),
    scopes: read("scope", USER_SCOPES, before.scopes),
    apis: read("api", served(dependencies), before.apis),
    pkceOptional: fieldValue(context, "pkce_optional") !== "",
  };
}

/** Throws FIELD_INVALID if a field that users type was too long to be read. */
export function requireReadable(context: PageContext): void {
  for (const name of ["name", "redirect_uris", "allowed_origins"]) fieldValue(context, name);
}

/** What the form shows. */
interface FormState {
  readonly fields: ApplicationFields;
  readonly wrong: Wrong | undefined;
  /** The choice of the application's type, shown below the name; only at the registration. */
  readonly kinds?: Html;
  /** Whether PKCE can be optional: not for a public application. */
  readonly hasPkceChoice: boolean;
}

/** Renders the fields of the form. */
export function applicationFields(
  { language }: PageContext,
  dependencies: Pick<WebDependencies, "apis" | "apiRequests">,
  { fields, wrong, kinds = html``, hasPkceChoice }: FormState,
): Html {
  const { name, redirectUris, scopes, apis, pkceOptional, allowedOrigins } = fields;
  const messages = applicationFormMessages[language];
  const error = (of: Wrong["field"]): string | undefined =>
    wrong?.field === of ? wrong.text : undefined;
  const tick = (prefix: string, each: string, label: string, all: readonly string[]) => ({
    name: `${prefix}_${each}`,
    value: "on",
    label,
    isTicked: all.includes(each),
  });
  const shown = served(dependencies);
  const hintOf = (api: Api): string =>
    `${apiTitles[api][language]}${
      dependencies.apiRequests.isGiven(api) ? `. ${messages.apiGiven}` : ""
    }`;
  return html`${field({
    name: "name",
    label: messages.name,
    type: "text",
    autocomplete: "off",
    value: name,
    hint: messages.nameHint,
    error: error("name"),
    maxLength: MAX_NAME_CHARACTERS,
  })}
  ${kinds}
  ${textArea({
    name: "redirect_uris",
    label: messages.redirectUris,
    value: redirectUris.join("\n"),
    hint: messages.redirectUrisHint,
    error: error("redirect_uris"),
    rows: 3,
  })}
  ${checkboxes(
    "checkbox",
    messages.scopes,
    USER_SCOPES.map((scope) => tick("scope", scope, messages.scopeNames[scope], scopes)),
  )}
  ${
    shown.length === 0
      ? ""
      : checkboxes(
          "checkbox",
          messages.apis,
          shown.map((api) => ({ ...tick("api", api, api, apis), hint: hintOf(api) })),
          messages.apisHint,
        )
  }
  ${wrong?.field === "apis" ? notice(wrong.text, "bad") : ""}
  ${textArea({
    name: "allowed_origins",
    label: messages.allowedOrigins,
    value: allowedOrigins.join("\n"),
    hint: messages.allowedOriginsHint,
    error: error("allowed_origins"),
    rows: 2,
  })}
  ${hasPkceChoice ? pkceChoice(messages, pkceOptional) : ""}
  ${wrong?.field === "pkce_optional" ? notice(wrong.text, "bad") : ""}`;
}

/** Renders the switch that lets a client do without PKCE, with what it costs. */
const pkceChoice = (
  messages: (typeof applicationFormMessages)[Language],
  isTicked: boolean,
): Html =>
  checkboxes("checkbox", messages.pkce, [
    {
      name: "pkce_optional",
      value: "on",
      label: messages.pkceOptional,
      hint: messages.pkceOptionalHint,
      isTicked,
    },
  ]);

/** Finds the field that an error of the domain is about; undefined for other errors. */
export function applicationComplaint(context: PageContext, error: unknown): Wrong | undefined {
  const messages = applicationFormMessages[context.language];
  const tooLong = lengthComplaint(context, error, "name", "redirect_uris", "allowed_origins");
  if (tooLong !== undefined) return tooLong;
  if (!(error instanceof IdentityError)) return undefined;
  const { fields = [] } = error.details;
  const [first] = fields;
  if (error.reason === "REDIRECT_URI_INVALID")
    return {
      field: "redirect_uris",
      text: fields
        .map(({ value = "", rule }) => `${value} ${messages.uriInvalid[rule as RedirectUriRule]}`)
        .join("\n"),
    };
  if (first?.field === "apis") return { field: "apis", text: messages.apisInvalid };
  if (error.reason !== "FIELD_INVALID") return undefined;
  if (first?.field === "pkce_optional")
    return { field: "pkce_optional", text: messages.pkceInvalid };
  if (first?.field === "name")
    return { field: "name", text: messages.nameInvalid(MAX_NAME_CHARACTERS) };
  if (first?.field === "allowed_origins")
    return { field: "allowed_origins", text: messages.originsInvalid(MAX_ORIGINS) };
  return first?.field === "redirect_uris"
    ? { field: "redirect_uris", text: messages.tooMany(MAX_REDIRECT_URIS) }
    : undefined;
}
