import { DAY } from "../../domain/durations.ts";
import { html, type Html } from "../kit/html.ts";
import { newId } from "../../domain/ids.ts";
import type { ApplicationType } from "../../domain/oauth/clients/client-settings.ts";
import { APPLICATION_TYPES } from "../../domain/oauth/clients/settings/application-types.ts";
import {
  applicationComplaint,
  applicationFields,
  readFields,
  requireReadable,
  type Wrong,
} from "../applications/application-form.ts";
import { applicationFormMessages } from "../applications/application-form-messages.ts";
import { kindMessages } from "../applications/kind-messages.ts";
import { type ApplicationFields, kindNamed, newApplication } from "../applications/kinds.ts";
import { button, form, notice } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import type { Page, Route, PageContext } from "../request/page-context.ts";
import { fieldValue, queryValue, seeOther } from "../request/page-context.ts";
import { secretPage } from "./client-secret.ts";
import { applicationPath } from "./own-application.ts";

const PATH = "/developer/register";
const FORM_MS = DAY;

/**
 * The form registers one application: this id, for the user who opened the form. So a repeated form
 * creates nothing.
 */
interface Registration {
  readonly clientId: string;
  readonly userId: string;
}

interface View {
  readonly kind: ApplicationType;
  readonly fields: ApplicationFields;
  /** Signed. */
  readonly registration: string;
  readonly wrong?: Wrong | undefined;
  readonly isExpired?: boolean;
}

const pathOf = (kind: ApplicationType): string => `${PATH}?${new URLSearchParams({ kind })}`;

/** Asks what kind of application it is. Each kind has a form of its own. */
function kindsPage(context: PageContext, status = 200): Promise<Response> {
  const title = applicationFormMessages[context.language].register;
  const { choose, names, uses } = kindMessages[context.language];
  const choice = (kind: ApplicationType): Html =>
    html`<li>
      <a href="${pathOf(kind)}"
        ><span>${names[kind]}<span class="hint">${uses[kind]}</span></span></a
      >
    </li>`;
  const body = html`<h1>${title}</h1>
    <p class="quiet">${choose}</p>
    <ul class="choices">
      ${APPLICATION_TYPES.map(choice)}
    </ul>
    <p class="below small">
      <a href="/developer">${applicationFormMessages[context.language].cancel}</a>
    </p>`;
  return render(context, { title, body, status, place: { path: PATH, parameters: [] } });
}

export function registrationRoutes(dependencies: WebDependencies): readonly Route[] {
  const { apiRequests, clients, clock, signedValues } = dependencies;

  const newRegistration = (context: PageContext): string =>
    signedValues.sign(
      "registration",
      { clientId: newId(clock), userId: context.signedIn?.user.id ?? "" } satisfies Registration,
      FORM_MS,
    );

  function registerPage(
    context: PageContext,
    { kind, fields, registration, wrong, isExpired = false }: View,
  ): Promise<Response> {
    const messages = applicationFormMessages[context.language];
    const { names, uses, other } = kindMessages[context.language];
    const content = html`${applicationFields(context, dependencies, {
        fields,
        before: newApplication(kind),
        wrong,
        givesApis: false,
      })}
      ${button(messages.submit)}<a class="button second" href="/developer">${messages.cancel}</a>`;
    const body = html`<h1>${messages.register}</h1>
      ${isExpired ? notice(messages.expired, "bad") : ""}
      <p class="quiet"><strong>${names[kind]}</strong>. ${uses[kind]}</p>
      <p class="small"><a href="${PATH}">${other}</a></p>
      ${form(context, { action: PATH, values: { registration, kind } }, content)}`;
    return render(context, {
      title: messages.register,
      body,
      status: wrong === undefined && !isExpired ? 200 : 422,
      place: { path: PATH, parameters: [["kind", kind]] },
    });
  }

  const register: Page = async (context) => {
    const kind = kindNamed(fieldValue(context, "kind"));
    if (kind === undefined) return kindsPage(context, 422);
    const fields = readFields(context, dependencies, newApplication(kind));
    const registration = fieldValue(context, "registration");
    const opened = signedValues.open<Registration>("registration", registration);
    if (opened?.userId !== context.signedIn?.user.id || opened === undefined)
      return registerPage(context, {
        kind,
        fields,
        registration: newRegistration(context),
        isExpired: true,
      });
    try {
      requireReadable(context);
      const { taken, asked } = apiRequests.sort(fields.apis, { apis: [] });
      const made = await clients.create(
        context.requestContext,
        { ...fields, apis: taken },
        opened.clientId,
      );
      if (asked.length > 0) {
        // The developer has no use for a secret before the approval; it is created and shown on
        // demand.
        await apiRequests.ask(context.requestContext, made.client, asked);
        return seeOther(`${applicationPath("overview", made.client.id)}&notice=asked`);
      }
      if (made.secret !== "") return await secretPage(context, made);
      return seeOther(
        `${applicationPath("overview", made.client.id)}&notice=${
          made.client.public ? "registered" : "secret-made"
        }`,
      );
    } catch (error) {
      const wrong = applicationComplaint(context, error);
      if (wrong === undefined) throw error;
      return registerPage(context, { kind, fields, registration, wrong });
    }
  };

  /** Other users first see the page that explains what a developer is. */
  const forDevelopers = (page: Page): Page =>
    forUsers((context) =>
      context.signedIn?.user.developer === true ? page(context) : seeOther("/developer"),
    );

  return [
    {
      method: "GET",
      path: PATH,
      page: forDevelopers((context) => {
        const kind = kindNamed(queryValue(context, "kind"));
        return kind === undefined
          ? kindsPage(context)
          : registerPage(context, {
              kind,
              fields: newApplication(kind),
              registration: newRegistration(context),
            });
      }),
    },
    { method: "POST", path: PATH, page: forDevelopers(register) },
  ];
}
