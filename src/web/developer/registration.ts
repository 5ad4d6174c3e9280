import { DAY } from "../../domain/durations.ts";
import { html } from "../kit/html.ts";
import { newId } from "../../domain/ids.ts";
import { button, form, notice, checkboxes } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { applicationFormMessages } from "./application-form-messages.ts";
import type { Page, Route, PageContext } from "../request/page-context.ts";
import { fieldValue, seeOther } from "../request/page-context.ts";
import {
  applicationFields,
  applicationComplaint,
  NEW_APPLICATION,
  readFields,
  requireReadable,
  type ApplicationFields,
  type Wrong,
} from "./application-form.ts";
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
  readonly fields: ApplicationFields;
  readonly isPublic: boolean;
  /** Signed. */
  readonly registration: string;
  readonly wrong?: Wrong | undefined;
  readonly isExpired?: boolean;
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
    { fields, isPublic, registration, wrong, isExpired = false }: View,
  ): Promise<Response> {
    const messages = applicationFormMessages[context.language];
    const kinds = checkboxes("radio", messages.kind, [
      {
        name: "kind",
        value: "confidential",
        label: messages.confidential,
        hint: messages.confidentialHint,
        isTicked: !isPublic,
      },
      {
        name: "kind",
        value: "public",
        label: messages.public,
        hint: messages.publicHint,
        isTicked: isPublic,
      },
    ]);
    const content = html`${applicationFields(context, dependencies, {
        fields,
        wrong,
        kinds,
        hasPkceChoice: true,
      })}
      ${button(messages.submit)}<a class="button second" href="/developer">${messages.cancel}</a>`;
    const body = html`<h1>${messages.register}</h1>
      ${isExpired ? notice(messages.expired, "bad") : ""}
      ${form(context, { action: PATH, values: { registration } }, content)}`;
    return render(context, {
      title: messages.register,
      body,
      status: wrong === undefined && !isExpired ? 200 : 422,
    });
  }

  const register: Page = async (context) => {
    const fields = readFields(context, dependencies);
    const isPublic = fieldValue(context, "kind") === "public";
    const registration = fieldValue(context, "registration");
    const opened = signedValues.open<Registration>("registration", registration);
    if (opened?.userId !== context.signedIn?.user.id || opened === undefined)
      return registerPage(context, {
        fields,
        isPublic,
        registration: newRegistration(context),
        isExpired: true,
      });
    const grantTypes = [
      "authorization_code",
      "refresh_token",
      ...(isPublic ? [] : ["client_credentials"]),
    ];
    try {
      requireReadable(context);
      const { taken, asked } = apiRequests.sort(fields.apis, { apis: [] });
      const made = await clients.create(
        context.requestContext,
        { ...fields, apis: taken, public: isPublic, grantTypes },
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
      return registerPage(context, { fields, isPublic, registration, wrong });
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
      page: forDevelopers((context) =>
        registerPage(context, {
          fields: NEW_APPLICATION,
          isPublic: false,
          registration: newRegistration(context),
        }),
      ),
    },
    { method: "POST", path: PATH, page: forDevelopers(register) },
  ];
}
