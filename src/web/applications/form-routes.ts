import type { Client } from "../../domain/model.ts";
import type { ClientUpdate } from "../../domain/oauth/clients/clients.ts";
import { toSettingTexts } from "../../domain/oauth/clients/settings/setting-texts.ts";
import { button, form, select } from "../kit/form.ts";
import { html, type Html } from "../kit/html.ts";
import type { PageContent } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { type Page, type PageContext, type Route, seeOther } from "../request/page-context.ts";
import type { FieldComplaint } from "../sign-in/complaints.ts";
import {
  applicationComplaint,
  applicationFields,
  readFields,
  readKind,
  requireReadable,
  type Wrong,
} from "./application-form.ts";
import { applicationFormMessages } from "./application-form-messages.ts";
import { kindMessages } from "./kind-messages.ts";
import { type ApplicationFields, possibleKinds } from "./kinds.ts";
import { settingsComplaint } from "./settings-complaint.ts";
import type { SettingsFieldName } from "./settings-fields.ts";
import { readSettings, settingsFields, typedSettings } from "./settings-form.ts";
import { settingsMessages } from "./settings-messages.ts";

/** Whose pages the forms are on. */
export interface FormFrame {
  /** The paths of the form of the usual settings, and of that of the others. */
  readonly paths: Readonly<Record<"usual" | "advanced", string>>;
  /** Whether the user gives all APIs; others only ask for some. */
  readonly givesApis: boolean;
  /** Restricts a page to users who may change the application that the request names. */
  readonly guard: (
    page: (context: PageContext, client: Client) => Promise<Response> | Response,
  ) => Page;
  readonly render: (
    context: PageContext,
    client: Client,
    content: PageContent,
  ) => Promise<Response>;
  /** Returns the APIs that the form shows as chosen. */
  readonly chosenApis: (client: Client) => Promise<readonly string[]>;
  readonly save: (context: PageContext, client: Client, change: ClientUpdate) => Promise<unknown>;
  /** The page that follows, which says that the change is saved. */
  readonly saved: (id: string) => string;
}

/** Returns the pages that change an application. */
export const applicationFormRoutes = (
  dependencies: WebDependencies,
  frame: FormFrame,
): readonly Route[] => [...usualRoutes(dependencies, frame), ...advancedRoutes(frame)];

function usualRoutes(dependencies: WebDependencies, frame: FormFrame): readonly Route[] {
  const path = frame.paths.usual;
  const page = (
    context: PageContext,
    client: Client,
    fields: ApplicationFields,
    wrong?: Wrong,
  ): Promise<Response> => {
    const messages = applicationFormMessages[context.language];
    const content = html`${applicationFields(context, dependencies, {
      fields,
      before: client,
      wrong,
      givesApis: frame.givesApis,
      kinds: kindChoice(context, client, readKind(context, client)),
    })}
    ${button(messages.save)}`;
    return frame.render(context, client, {
      title: messages.settings,
      body: body(context, client, { title: messages.settings, path, content }),
      status: wrong === undefined ? 200 : 422,
    });
  };
  return [
    {
      method: "GET",
      path,
      page: frame.guard(async (context, client) =>
        page(context, client, { ...client, apis: await frame.chosenApis(client) }),
      ),
    },
    {
      method: "POST",
      path,
      page: frame.guard(async (context, client) => {
        const fields = readFields(context, dependencies, client);
        const applicationType = readKind(context, client);
        try {
          requireReadable(context);
          const { public: _, settings, ...change } = fields;
          await frame.save(context, client, {
            ...change,
            ...(applicationType !== settings.applicationType && {
              changedSettings: { applicationType },
            }),
          });
          return seeOther(frame.saved(client.id));
        } catch (error) {
          const wrong = applicationComplaint(context, error);
          if (wrong === undefined) throw error;
          return page(context, client, fields, wrong);
        }
      }),
    },
  ];
}

function advancedRoutes(frame: FormFrame): readonly Route[] {
  const path = frame.paths.advanced;
  const page = (
    context: PageContext,
    client: Client,
    values: Readonly<Record<string, string>>,
    wrong?: FieldComplaint<SettingsFieldName>,
  ): Promise<Response> => {
    const messages = settingsMessages[context.language];
    const content = html`${settingsFields(context, client, { values, wrong })}
    ${button(applicationFormMessages[context.language].save)}`;
    return frame.render(context, client, {
      title: messages.title,
      body: body(context, client, { title: messages.title, what: messages.what, path, content }),
      status: wrong === undefined ? 200 : 422,
    });
  };
  return [
    {
      method: "GET",
      path,
      page: frame.guard((context, client) =>
        page(context, client, toSettingTexts(client.settings)),
      ),
    },
    {
      method: "POST",
      path,
      page: frame.guard(async (context, client) => {
        try {
          const changedSettings = readSettings(context, client);
          await frame.save(context, client, { changedSettings });
          return seeOther(frame.saved(client.id));
        } catch (error) {
          const wrong = settingsComplaint(context, error, client);
          if (wrong === undefined) throw error;
          return page(context, client, typedSettings(context, client), wrong);
        }
      }),
    },
  ];
}

const body = (
  context: PageContext,
  { id }: Client,
  {
    title,
    what = "",
    path,
    content,
  }: {
    readonly title: string;
    readonly what?: string;
    readonly path: string;
    readonly content: Html;
  },
): Html =>
  html`<h2>${title}</h2>
    ${what === "" ? "" : html`<p class="quiet">${what}</p>`}
    <div class="short">${form(context, { action: path, values: { id } }, content)}</div>`;

/** Renders the choice of the kind, if the application can be of another one. */
function kindChoice(
  { language }: PageContext,
  client: Client,
  value: string | undefined,
): Html | string {
  const { kind, unknown, names } = kindMessages[language];
  const options = [
    ...(client.settings.applicationType === undefined ? [["", unknown] as const] : []),
    ...possibleKinds(client).map((each) => [each, names[each]] as const),
  ];
  return options.length < 2
    ? ""
    : select({ name: "kind", label: kind, value: value ?? "", options });
}
