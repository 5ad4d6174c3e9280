import { DOCUMENTED_APIS } from "../../config/documented-apis.ts";
import type { Language } from "../../domain/email/language.ts";
import { html, type Html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import { MAX_NAME_CHARACTERS, MAX_REDIRECT_URIS } from "../../domain/oauth/clients/client-rules.ts";
import { MAX_ORIGINS } from "../../domain/oauth/clients/origins.ts";
import type { RedirectUriRule } from "../../domain/oauth/clients/redirect-uris.ts";
import { USER_SCOPES } from "../../domain/oauth/clients/scopes.ts";
import {
  type Checkbox,
  checkboxes,
  field,
  lengthComplaint,
  notice,
  textArea,
} from "../kit/form.ts";
import { APIS, type Api, type WebDependencies } from "../request/dependencies.ts";
import { applicationFormMessages } from "./application-form-messages.ts";
import {
  type ApplicationFields,
  type ApplicationShape,
  FOR_ITSELF,
  kindNamed,
  possibleKinds,
  shapeOf,
} from "./kinds.ts";
import type { PageContext } from "../request/page-context.ts";
import { fieldValue, shownValue } from "../request/page-context.ts";

/** The purpose of each documented API, in the words of its contract. */
const apiTitles = Object.fromEntries(
  DOCUMENTED_APIS.map(({ name, titles }) => [name, titles]),
) as Readonly<Record<Api, Readonly<Record<Language, string>>>>;

/** The field that is wrong, and why. */
export interface Wrong {
  readonly field: "name" | "redirect_uris" | "allowed_origins" | "apis";
  readonly text: string;
}

/** Limits the lines that are read, with room for empty ones and for the error about too many. */
const MAX_LINES = 10 * MAX_REDIRECT_URIS;

/** Returns the documented APIs that this server serves. */
const served = ({ apis }: Pick<WebDependencies, "apis">): readonly Api[] =>
  APIS.filter((api) => apis[api].enabled);

/** Reads the form of an application that is `before`. What the form doesn't show is kept. */
export function readFields(
  context: PageContext,
  dependencies: Pick<WebDependencies, "apis">,
  before: ApplicationFields,
): ApplicationFields {
  const shape = shapeOf(before);
  const isTicked = (name: string): boolean => fieldValue(context, name) !== "";
  const read = (
    prefix: string,
    shown: readonly string[],
    kept: readonly string[],
  ): readonly string[] => [
    ...shown.filter((name) => isTicked(`${prefix}_${name}`)),
    ...kept.filter((name) => !shown.includes(name)),
  ];
  const lines = (name: string): readonly string[] =>
    shownValue(context, name)
      .split(/\r\n|[\r\n]/, MAX_LINES)
      .map((line) => line.trim())
      .filter((line) => line !== "");
  const otherGrantTypes = before.grantTypes.filter((type) => type !== FOR_ITSELF);
  return {
    name: shownValue(context, "name").trim(),
    public: before.public,
    grantTypes: shape.mayActForItself
      ? [...otherGrantTypes, ...(isTicked("acts_for_itself") ? [FOR_ITSELF] : [])]
      : before.grantTypes,
    redirectUris: shape.hasRedirects ? lines("redirect_uris") : before.redirectUris,
    allowedOrigins: shape.hasOrigins ? lines("allowed_origins") : before.allowedOrigins,
    scopes: shape.hasUsers ? read("scope", USER_SCOPES, before.scopes) : before.scopes,
    apis: shape.hasApis ? read("api", served(dependencies), before.apis) : before.apis,
    pkceOptional: shape.hasPkceChoice ? isTicked("pkce_optional") : before.pkceOptional,
    settings: before.settings,
  };
}

/** Returns the kind that the form names, if the application can be of it. */
export function readKind(context: PageContext, before: ApplicationFields) {
  const kind = kindNamed(shownValue(context, "kind"));
  return kind !== undefined && possibleKinds(before).includes(kind)
    ? kind
    : before.settings.applicationType;
}

/** Throws FIELD_INVALID if a field that users type was too long to be read. */
export function requireReadable(context: PageContext): void {
  for (const name of ["name", "redirect_uris", "allowed_origins"]) fieldValue(context, name);
}

/** What the form shows. */
interface FormState {
  /** What was typed, or what is stored. */
  readonly fields: ApplicationFields;
  /** What is stored, by which the form knows what it needs. */
  readonly before: ApplicationFields;
  readonly wrong: Wrong | undefined;
  /** Whether the user gives all APIs; others only ask for some. */
  readonly givesApis: boolean;
  /** The choice of the kind, shown below the name. */
  readonly kinds?: Html | string;
}

/** Renders the fields of the form. */
export function applicationFields(
  { language }: PageContext,
  dependencies: Pick<WebDependencies, "apis" | "apiRequests">,
  { fields, before, wrong, givesApis, kinds = "" }: FormState,
): Html {
  const { name, redirectUris, allowedOrigins } = fields;
  const shape = shapeOf(before);
  const messages = applicationFormMessages[language];
  const error = (of: Wrong["field"]): string | undefined =>
    wrong?.field === of ? wrong.text : undefined;
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
  ${
    shape.hasRedirects
      ? textArea({
          name: "redirect_uris",
          label: messages.redirectUris,
          value: redirectUris.join("\n"),
          hint: messages.redirectUrisHint,
          error: error("redirect_uris"),
          rows: 3,
        })
      : ""
  }
  ${shape.hasUsers ? scopeChoices(messages, fields) : ""}
  ${shape.hasApis ? apiChoices(language, dependencies, { fields, givesApis }) : ""}
  ${wrong?.field === "apis" ? notice(wrong.text, "bad") : ""}
  ${
    shape.hasOrigins
      ? textArea({
          name: "allowed_origins",
          label: messages.allowedOrigins,
          value: allowedOrigins.join("\n"),
          hint: messages.allowedOriginsHint,
          error: error("allowed_origins"),
          rows: 2,
        })
      : ""
  }
  ${switches(messages, fields, shape)}`;
}

type Texts = (typeof applicationFormMessages)[Language];

const tick = (name: string, label: string, isTicked: boolean, hint: string): Checkbox => ({
  name,
  value: "on",
  label,
  hint,
  isTicked,
});

const scopeChoices = (messages: Texts, { scopes }: ApplicationFields): Html =>
  checkboxes(
    "checkbox",
    messages.scopes,
    USER_SCOPES.map((scope) =>
      tick(`scope_${scope}`, scope, scopes.includes(scope), messages.scopeNames[scope]),
    ),
  );

function apiChoices(
  language: Language,
  dependencies: Pick<WebDependencies, "apis" | "apiRequests">,
  {
    fields: { apis },
    givesApis,
  }: { readonly fields: ApplicationFields; readonly givesApis: boolean },
): Html | string {
  const messages = applicationFormMessages[language];
  const shown = served(dependencies);
  const hintOf = (api: Api): string =>
    `${apiTitles[api][language]}${
      dependencies.apiRequests.isGiven(api) && !givesApis ? `. ${messages.apiGiven}` : ""
    }`;
  return shown.length === 0
    ? ""
    : checkboxes(
        "checkbox",
        messages.apis,
        shown.map((api) => tick(`api_${api}`, api, apis.includes(api), hintOf(api))),
        messages.apisHint,
      );
}

/** Renders what an application may do besides, and the switch of PKCE with what it costs. */
const switches = (
  messages: Texts,
  { grantTypes, pkceOptional }: ApplicationFields,
  { mayActForItself, hasPkceChoice }: ApplicationShape,
): Html | string => {
  const choices = [
    ...(mayActForItself
      ? [
          tick(
            "acts_for_itself",
            messages.forItself,
            grantTypes.includes(FOR_ITSELF),
            messages.forItselfHint,
          ),
        ]
      : []),
    ...(hasPkceChoice
      ? [tick("pkce_optional", messages.pkceOptional, pkceOptional, messages.pkceOptionalHint)]
      : []),
  ];
  return choices.length === 0 ? "" : checkboxes("checkbox", messages.more, choices);
};

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
  if (first?.field === "name")
    return { field: "name", text: messages.nameInvalid(MAX_NAME_CHARACTERS) };
  if (first?.field === "allowed_origins")
    return { field: "allowed_origins", text: messages.originsInvalid(MAX_ORIGINS) };
  return first?.field === "redirect_uris"
    ? { field: "redirect_uris", text: messages.tooMany(MAX_REDIRECT_URIS) }
    : undefined;
}
