import { html, type Html } from "../kit/html.ts";
import type { Client } from "../../domain/model.ts";
import { button, form, notice } from "../kit/form.ts";
import { shownDestinations } from "../kit/destination.ts";
import { forUsers } from "../request/guards.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { homeMessages } from "../sign-in/home-messages.ts";
import { developerMessages } from "./messages.ts";
import { day } from "../kit/times.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { queryValue, seeOther } from "../request/page-context.ts";
import { applicationPath } from "./own-application.ts";

/** The number of applications on one page. */
const PAGE_SIZE = 50;

function card({ language }: PageContext, { id, name, redirectUris, createdAt }: Client): Html {
  const messages = developerMessages[language];
  const hosts = shownDestinations(redirectUris);
  return html`<li>
    <a href="${applicationPath("overview", id)}"
      ><span
        ><bdi>${name}</bdi
        ><span class="hint"
          >${hosts === "" ? "" : html`<bdi>${hosts}</bdi> · `}${messages.created}
          ${day(language, createdAt)}</span
        ></span
      ></a
    >
  </li>`;
}

/** Explains what a developer is, with the button to become one. */
function becomeCard(context: PageContext): Html {
  const messages = developerMessages[context.language];
  return html`<ul class="points">
      ${messages.becomeWhy.map((point) => html`<li>${point}</li>`)}
    </ul>
    <div class="short">
      ${form(context, { action: "/developer/become" }, button(messages.become))}
    </div>`;
}

/** What the first page of the console shows. */
interface StartPage {
  readonly isDeveloper: boolean;
  readonly clients: readonly Client[];
  readonly nextPageToken: string;
  /** Whether this server describes its APIs. */
  readonly hasReference: boolean;
}

async function startPage(
  context: PageContext,
  { isDeveloper, clients, nextPageToken, hasReference }: StartPage,
): Promise<Response> {
  const messages = developerMessages[context.language];
  const register = html`<div class="stack short">
    <a class="button" href="/developer/register">${messages.register}</a>
  </div>`;
  const list = html`<ul class="choices">
      ${clients.map((client) => card(context, client))}
    </ul>
    ${
      nextPageToken === ""
        ? ""
        : html`<p>
            <a href="/developer?${new URLSearchParams({ page: nextPageToken })}"
              >${messages.more}</a
            >
          </p>`
    }`;
  const reference = hasReference
    ? html`<p class="below small">
        <a href="/docs">${homeMessages[context.language].reference}</a>
      </p>`
    : "";
  const body = html`<h1>${isDeveloper || clients.length > 0 ? messages.title : messages.become}</h1>
    <p class="quiet">${messages.why}</p>
    ${queryValue(context, "notice") === "deleted" ? notice(messages.deleted, "good") : ""}
    ${
      clients.length > 0
        ? list
        : isDeveloper
          ? html`<h2>${messages.none}</h2>
              <p class="quiet">${messages.noneWhy}</p>`
          : ""
    }
    ${isDeveloper ? register : becomeCard(context)} ${reference}`;
  return render(context, {
    title: isDeveloper ? messages.title : messages.become,
    body,
    width: "wide",
    place: { path: "/developer", parameters: [] },
  });
}

export function applicationsRoutes({
  clients,
  users,
  describeApi,
}: WebDependencies): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/developer",
      page: forUsers(async (context) => {
        const { user } = context.signedIn!;
        const page = await clients.list(user.id, {
          pageSize: PAGE_SIZE,
          pageToken: queryValue(context, "page"),
        });
        return startPage(context, {
          isDeveloper: user.developer,
          clients: page.items,
          nextPageToken: page.nextPageToken,
          hasReference: describeApi !== undefined,
        });
      }),
    },
    {
      method: "POST",
      path: "/developer/become",
      page: forUsers(async (context) => {
        await users.becomeDeveloper(context.requestContext);
        return seeOther("/developer");
      }),
    },
  ];
}
