import { DEFAULT_REALM } from "../../../domain/accounts/new-user.ts";
import { NO_BRAND } from "../../../domain/branding/brand.ts";
import { confirmed } from "../../kit/confirmation.ts";
import { button, notice, select } from "../../kit/form.ts";
import { html, type Html } from "../../kit/html.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import {
  fieldValue,
  type PageContext,
  queryValue,
  type Route,
  seeOther,
} from "../../request/page-context.ts";
import { previewSecurityPolicy } from "../../request/security-headers.ts";
import { signInPage } from "../../sign-in/sign-in.ts";
import { administrationPage, forAdministrators, PATHS } from "../administration-page.ts";
import { brandForm, draftPageBrand, readBrandForm } from "./appearance-form.ts";
import { brandComplaint, type Complaint } from "./complaints.ts";
import { chooseLetter } from "./letter-texts.ts";
import { appearanceMessages } from "./messages.ts";

const appearancePath = (realm: string): string =>
  `${PATHS.appearance}?${new URLSearchParams({ realm })}`;

/** Shows and changes the brand of a realm. A change asks for the password if it is long ago. */
export function appearanceRoutes(dependencies: WebDependencies): readonly Route[] {
  const { brands } = dependencies;

  const page = async (
    context: PageContext,
    realm: string,
    complaint?: Complaint,
  ): Promise<Response> => {
    const messages = appearanceMessages[context.language];
    const all = await brands.list(context.requestContext);
    const found = await brands.get(context.requestContext, realm);
    const realms = new Set([...all.map(({ brand }) => brand.realm), realm]);
    const body = html`<h1>${messages.title(realm)}</h1>
      <p class="quiet">${messages.what}</p>
      ${chooseRealm(context, [...realms].sort(), realm)}
      <p>${found.own === undefined ? messages.inherited : messages.own}</p>
      ${complaint === undefined ? "" : notice(messages.wrong.title, "bad")}
      ${brandForm(context, found, brands.brandWith(realm, NO_BRAND), complaint)}
      ${
        found.own === undefined
          ? ""
          : html`<p class="below"></p>
              ${confirmed(context, {
                label: messages.reset,
                what: messages.resetWhat,
                action: `${PATHS.appearance}/reset`,
                values: { realm },
              })}`
      }
      ${chooseLetter(context, realm)}`;
    return administrationPage(context, {
      title: messages.title(realm),
      tab: "appearance",
      body,
      notices: messages.notices,
      status: complaint === undefined ? 200 : 422,
      place: { path: PATHS.appearance, parameters: [["realm", realm]] },
    });
  };

  /** Calls `work` with the values of the form; shows the form again if they are wrong. */
  const withForm =
    (work: (context: PageContext, realm: string) => Promise<Response>) =>
    async (context: PageContext): Promise<Response> => {
      const realm = fieldValue(context, "realm");
      try {
        return await work(context, realm);
      } catch (error) {
        const complaint = brandComplaint(context, error);
        if (complaint === undefined) throw error;
        return page(context, realm, complaint);
      }
    };

  return [
    {
      method: "GET",
      path: PATHS.appearance,
      page: forAdministrators((context) =>
        page(context, queryValue(context, "realm") || DEFAULT_REALM),
      ),
    },
    {
      method: "POST",
      path: PATHS.appearance,
      page: forAdministrators(
        withForm(async (context, realm) => {
          await brands.update(context.requestContext, realm, readBrandForm(context));
          return seeOther(`${appearancePath(realm)}&notice=saved`);
        }),
      ),
    },
    {
      method: "POST",
      path: `${PATHS.appearance}/reset`,
      page: forAdministrators(async (context) => {
        const realm = fieldValue(context, "realm");
        await brands.reset(context.requestContext, realm);
        return seeOther(`${appearancePath(realm)}&notice=reset`);
      }),
    },
    {
      method: "POST",
      path: `${PATHS.appearance}/preview`,
      page: forAdministrators(
        withForm(async (context, realm) => {
          const change = readBrandForm(context);
          const draft = await brands.draft(context.requestContext, realm, change);
          const shown = { ...context, brand: draftPageBrand(draft), signedIn: undefined };
          const response = await signInPage(
            shown,
            { request: "", returnTo: "", realm },
            { message: notice(appearanceMessages[context.language].previewNote) },
          );
          response.headers.set("content-security-policy", previewSecurityPolicy());
          return response;
        }),
      ),
    },
  ];
}

function chooseRealm(context: PageContext, realms: readonly string[], realm: string): Html {
  const messages = appearanceMessages[context.language];
  return html`<form method="get" action="${PATHS.appearance}" class="find">
    ${select({
      name: "realm",
      label: messages.realm,
      value: realm,
      options: realms.map((each) => [each, each]),
    })}
    ${button(messages.show)}
  </form>`;
}
