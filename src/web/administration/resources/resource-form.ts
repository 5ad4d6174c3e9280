import { MINUTE } from "../../../domain/durations.ts";
import { DEFAULT_TOKEN_LIFETIME_MS } from "../../../domain/oauth/resources/check-resource.ts";
import { detailTypeLine, readDetailType } from "../../../domain/oauth/details/type-text.ts";
import type { Resource, ResourceScope } from "../../../domain/oauth/resources/resource.ts";
import type { ResourceChange } from "../../../domain/oauth/resources/resources.ts";
import { button, checkboxes, field, form, textArea } from "../../kit/form.ts";
import { html, type Html } from "../../kit/html.ts";
import { fieldValue, type PageContext } from "../../request/page-context.ts";
import { complaint, type FieldComplaint } from "../../sign-in/complaints.ts";
import { PATHS } from "../administration-page.ts";
import { type ResourceField, resourceMessages } from "./resource-messages.ts";

/** What the form shows and reads. */
export type ResourceValues = Required<Omit<ResourceChange, "detailTypes">> &
  Pick<Resource, "uri"> & {
    /** The types of authorization details, each as a line of JSON. */
    readonly typeLines: readonly string[];
  };

export const NEW_RESOURCE: ResourceValues = {
  uri: "",
  name: "",
  scopes: [],
  tokenFormat: "opaque",
  tokenLifetimeMs: DEFAULT_TOKEN_LIFETIME_MS,
  introspectors: [],
  machineClients: [],
  typeLines: [],
};

/** Returns what the form shows of a stored resource. */
export const valuesOfResource = (resource: Resource): ResourceValues => ({
  ...resource,
  typeLines: resource.detailTypes.map(detailTypeLine),
});

/** Returns what the form changes. Rejects types that are malformed. */
export const changeOf = ({ uri: _, typeLines, ...values }: ResourceValues): ResourceChange => ({
  name: values.name,
  scopes: values.scopes,
  tokenFormat: values.tokenFormat,
  tokenLifetimeMs: values.tokenLifetimeMs,
  introspectors: values.introspectors,
  machineClients: values.machineClients,
  detailTypes: typeLines.map(readDetailType),
});

/** The names of fields in errors of the domain, where the form has others. */
const DOMAIN_NAMES: Partial<Record<ResourceField, string>> = {
  resource_scopes: "scopes",
  lifetime_minutes: "token_lifetime",
};

/** Reads the form. */
export function readResourceForm(context: PageContext): ResourceValues {
  const lines = (name: string): string[] =>
    fieldValue(context, name)
      .split(/\r\n|[\r\n]/, 500)
      .map((line) => line.trim())
      .filter((line) => line !== "");
  const minutes = fieldValue(context, "lifetime_minutes").trim();
  return {
    uri: fieldValue(context, "uri").trim(),
    name: fieldValue(context, "name").trim(),
    scopes: lines("resource_scopes").map(readScope),
    tokenFormat: fieldValue(context, "token_format") === "jwt" ? "jwt" : "opaque",
    tokenLifetimeMs: /^\d{1,5}$/.test(minutes) ? Number(minutes) * MINUTE : 0,
    introspectors: lines("introspectors"),
    machineClients: lines("machine_clients"),
    typeLines: lines("detail_types"),
  };
}

function readScope(line: string): ResourceScope {
  const [name = "", en = "", ru = "", zh = ""] = line.split("|").map((part) => part.trim());
  return { name, texts: { en, ru, zh } };
}

/** Returns a scope as its line. Empty texts at the end are left out. */
const scopeLine = ({ name, texts }: ResourceScope): string =>
  [name, texts.en, texts.ru, texts.zh].join(" | ").replace(/(?: \| ?)+$/, "");

/** Returns the field that the administrator has to correct; undefined for other errors. */
export function resourceComplaint(
  context: PageContext,
  error: unknown,
): FieldComplaint<ResourceField> | undefined {
  const names = Object.keys(resourceMessages.en.labels) as ResourceField[];
  const checks = names.map((name) => [
    name,
    (language: keyof typeof resourceMessages, { reason, details }: DomainError) => {
      const { taken, wrong } = resourceMessages[language];
      if (details.fields?.[0]?.field !== (DOMAIN_NAMES[name] ?? name)) return undefined;
      return reason === "RESOURCE_EXISTS" ? taken : wrong[name];
    },
  ]);
  return complaint<ResourceField>(context, error, Object.fromEntries(checks) as Checks);
}

type Checks = Parameters<typeof complaint<ResourceField>>[2];
type DomainError = Parameters<Checks["uri"]>[1];

/** Renders the form of a new resource, or of the one with the id. */
export function resourceForm(
  context: PageContext,
  values: ResourceValues,
  {
    id,
    action,
    wrong,
  }: {
    readonly id: string;
    readonly action: string;
    readonly wrong: FieldComplaint<ResourceField> | undefined;
  },
): Html {
  const messages = resourceMessages[context.language];
  const of = (name: ResourceField) => ({
    name,
    label: messages.labels[name],
    hint: messages.hints[name],
    error: wrong?.field === name ? wrong.text : undefined,
  });
  const text = (name: ResourceField, value: string): Html =>
    field({
      ...of(name),
      type: "text",
      autocomplete: "off",
      value,
      autofocus: (wrong?.field ?? (id === "" ? "uri" : "")) === name,
    });
  const lines = (name: ResourceField, value: readonly string[], rows: number): Html =>
    textArea({ ...of(name), value: value.join("\n"), rows });
  const format = (value: Resource["tokenFormat"], label: string) => ({
    name: "token_format",
    value,
    label,
    isTicked: values.tokenFormat === value,
  });
  const minutes = values.tokenLifetimeMs === 0 ? "" : String(values.tokenLifetimeMs / MINUTE);
  const content = html`${id === "" ? text("uri", values.uri) : ""} ${text("name", values.name)}
    ${lines("resource_scopes", values.scopes.map(scopeLine), 4)}
    ${checkboxes("radio", messages.format, [
      format("opaque", messages.opaque),
      format("jwt", messages.jwt),
    ])}
    ${text("lifetime_minutes", minutes)} ${lines("introspectors", values.introspectors, 2)}
    ${lines("machine_clients", values.machineClients, 2)}
    ${lines("detail_types", values.typeLines, 3)}
    <div class="acts">
      ${button(messages.save)}<a class="button second" href="${PATHS.resources}"
        >${messages.cancel}</a
      >
    </div>`;
  return form(context, { action, values: { id }, className: "stack" }, content);
}
