// The registration of an application. It owns the page and must not know what the application will
// do.
import { html } from "../kit/html.ts";
import { newId } from "../../domain/clock.ts";
import { button, form, notice, checkboxes } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { applicationFormMessages } from "./application-form-messages.ts";
import type { Page, Route, PageContext } from "../request/page-context.ts";
import { fieldValue, seeOther } from "../request/page-context.ts";
import {
  applicationFields,
  complaint,
  NEW_APPLICATION,
  readFields,
  requireReadable,
  type ApplicationFields,
  type Wrong,
} from "./application-form.ts";
import { secretPage } from "./client-secret.ts";
import { applicationPath } from "./own-application.ts";

const PATH = "/developer/register";
const FORM_MS = 24 * 3_600_000;

/**
 * What makes the form good for one application: the id that it will have, for the user who was
 * shown the form.
 */
interface Registration {
  readonly clientId: string;
  readonly userId: string;
}

interface View {
  readonly fields: ApplicationFields;
  readonly isPublic: boolean;
  /** Sealed. */
  readonly registration: string;
  readonly wrong?: Wrong | undefined;
  readonly isExpired?: boolean;
}

export function registrationRoutes(parts: WebDependencies): readonly Route[] {
  const { apiRequests, clients, clock, seals } = parts;

  const newRegistration = (visit: PageContext): string =>
    seals.sign(
      "registration",
      { clientId: newId(clock), userId: visit.signedIn?.user.id ?? "" } satisfies Registration,
      FORM_MS,
    );

  function registerPage(
    visit: PageContext,
    { fields, isPublic, registration, wrong, isExpired = false }: View,
  ): Promise<Response> {
    const texts = applicationFormMessages[visit.language];
    const kinds = checkboxes("radio", texts.kind, [
      {
        name: "kind",
        value: "confidential",
        label: texts.confidential,
        hint: texts.confidentialHint,
        isTicked: !isPublic,
      },
      {
        name: "kind",
        value: "public",
        label: texts.public,
        hint: texts.publicHint,
        isTicked: isPublic,
      },
    ]);
    const content = html`${applicationFields(visit, parts, fields, wrong, kinds)}
      ${button(texts.submit)}<a class="button second" href="/developer">${texts.cancel}</a>`;
    const body = html`<h1>${texts.register}</h1>
      ${isExpired ? notice(texts.expired, "bad") : ""}
      ${form(visit, PATH, { registration }, content)}`;
    return render(visit, {
      title: texts.register,
      body,
      status: wrong === undefined && !isExpired ? 200 : 422,
    });
  }

  const register: Page = async (visit) => {
    const fields = readFields(visit, parts);
    const isPublic = fieldValue(visit, "kind") === "public";
    const registration = fieldValue(visit, "registration");
    const opened = seals.open<Registration>("registration", registration);
    if (opened?.userId !== visit.signedIn?.user.id || opened === undefined)
      return registerPage(visit, {
        fields,
        isPublic,
        registration: newRegistration(visit),
        isExpired: true,
      });
    const grantTypes = [
      "authorization_code",
      "refresh_token",
      ...(isPublic ? [] : ["client_credentials"]),
    ];
    try {
      requireReadable(visit);
      const { taken, asked } = apiRequests.sort(fields.apis, { apis: [] });
      const made = await clients.create(
        visit.context,
        { ...fields, apis: taken, public: isPublic, grantTypes },
        opened.clientId,
      );
      if (asked.length > 0) {
        // No key to what is not given yet: its secret is made and shown when the developer wants
        // one.
        await apiRequests.ask(visit.context, made.client, asked);
        return seeOther(`${applicationPath("overview", made.client.id)}&notice=asked`);
      }
      if (made.secret !== "") return await secretPage(visit, made);
      return seeOther(
        `${applicationPath("overview", made.client.id)}&notice=${made.client.public ? "registered" : "secret-made"}`,
      );
    } catch (error) {
      const wrong = complaint(visit, error);
      if (wrong === undefined) throw error;
      return registerPage(visit, { fields, isPublic, registration, wrong });
    }
  };

  /** Others are told what a developer is first. */
  const forDevelopers = (page: Page): Page =>
    forUsers((visit) =>
      visit.signedIn?.user.developer === true ? page(visit) : seeOther("/developer"),
    );

  return [
    {
      method: "GET",
      path: PATH,
      page: forDevelopers((visit) =>
        registerPage(visit, {
          fields: NEW_APPLICATION,
          isPublic: false,
          registration: newRegistration(visit),
        }),
      ),
    },
    { method: "POST", path: PATH, page: forDevelopers(register) },
  ];
}
