import type { ClientSettings } from "../../domain/oauth/clients/client-settings.ts";
import {
  fromSettingTexts,
  type SettingTexts,
  toSettingTexts,
} from "../../domain/oauth/clients/settings/setting-texts.ts";
import { type Checkbox, checkboxes, field, notice, select, textArea } from "../kit/form.ts";
import { html, type Html } from "../kit/html.ts";
import { fieldValue, type PageContext, shownValue } from "../request/page-context.ts";
import type { FieldComplaint } from "../sign-in/complaints.ts";
import { type ApplicationFields, shapeOf } from "./kinds.ts";
import { type SettingsField, type SettingsFieldName, settingsGroups } from "./settings-fields.ts";
import { settingsMessages } from "./settings-messages.ts";

/** Returns the fields that the form of an application shows. */
const fieldsOf = (before: ApplicationFields): readonly SettingsField[] =>
  settingsGroups(shapeOf(before), toSettingTexts(before.settings)).flatMap(({ fields }) => fields);

/** Returns what was typed, to show it again. */
export const typedSettings = (context: PageContext, before: ApplicationFields): SettingTexts => ({
  ...toSettingTexts(before.settings),
  ...Object.fromEntries(fieldsOf(before).map(({ name }) => [name, shownValue(context, name)])),
});

/** Reads the form: the members that it shows. Throws FIELD_INVALID for one that is too long. */
export const readSettings = (context: PageContext, before: ApplicationFields): ClientSettings =>
  fromSettingTexts(
    Object.fromEntries(fieldsOf(before).map(({ name }) => [name, fieldValue(context, name)])),
  );

/** Renders the fields of the form in their groups. */
export function settingsFields(
  { language }: PageContext,
  before: ApplicationFields,
  {
    values,
    wrong,
  }: {
    readonly values: SettingTexts;
    readonly wrong: FieldComplaint<SettingsFieldName> | undefined;
  },
): Html {
  const messages = settingsMessages[language];
  const groups = settingsGroups(shapeOf(before), toSettingTexts(before.settings));
  const isTick = ({ control }: SettingsField): boolean => control.type === "tick";
  const sections = groups.map(({ group, fields }) => {
    const ticks = fields.filter(isTick);
    const others = fields.filter((each) => !isTick(each));
    const title = messages.groups[group];
    const legend = others.length === 0 ? title : messages.requirements;
    return html`${others.length === 0 ? "" : html`<h3>${title}</h3>`}
    ${others.map((each) => settingsField(messages, each, { values, wrong }))}
    ${
      ticks.length === 0
        ? ""
        : checkboxes(
            "checkbox",
            legend,
            ticks.map((each) => settingsTick(messages, each, values)),
          )
    }
    ${
      ticks.some(({ name }) => name === wrong?.field) && wrong !== undefined
        ? notice(wrong.text, "bad")
        : ""
    }`;
  });
  return html`${sections}`;
}

type Texts = (typeof settingsMessages)["en"];

function settingsField(
  messages: Texts,
  { name, control }: SettingsField,
  {
    values,
    wrong,
  }: {
    readonly values: SettingTexts;
    readonly wrong: FieldComplaint<SettingsFieldName> | undefined;
  },
): Html {
  const value = values[name] ?? "";
  const common = {
    name,
    label: messages.labels[name],
    hint: messages.hints[name],
    error: wrong?.field === name ? wrong.text : undefined,
    value,
  };
  switch (control.type) {
    case "lines":
      return textArea({ ...common, rows: control.rows });
    case "choice":
      return select({ ...common, options: optionsOf(messages, name, control.values, value) });
    default:
      return field({ ...common, type: "text", autocomplete: "off", isOptional: true });
  }
}

/** Returns what can be chosen: nothing, the known values, and the stored one. */
function optionsOf(
  messages: Texts,
  name: SettingsFieldName,
  known: readonly string[],
  value: string,
): readonly (readonly [value: string, label: string])[] {
  const values = value === "" || known.includes(value) ? known : [...known, value];
  return [
    ["", messages.unset[name] ?? ""],
    ...values.map((each) => [each, each === "pairwise" ? messages.pairwise : each] as const),
  ];
}

const settingsTick = (
  messages: Texts,
  { name, control }: SettingsField,
  values: SettingTexts,
): Checkbox => ({
  name,
  value: control.type === "tick" ? control.value : "",
  label: messages.labels[name],
  isTicked: (values[name] ?? "") !== "",
  ...(messages.hints[name] !== undefined && { hint: messages.hints[name] }),
});
