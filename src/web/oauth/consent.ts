import { DAY, HOUR } from "../../domain/durations.ts";
import type { Language } from "../../domain/email/language.ts";
import { html, type Html } from "../kit/html.ts";
import type { Lifetime } from "../../domain/oauth/authorization/lifetime.ts";
import type {
  ShownConsent,
  ClientLinks,
  ShownClient,
  ShownResource,
} from "../../domain/oauth/authorization/shown-consent.ts";
import { scopeText } from "../../domain/oauth/resources/resource.ts";
import { isRegisteredByAdministrator } from "../../domain/oauth/documents/client-url.ts";
import type { ConsentStep } from "../../domain/oauth/authorization/outcome.ts";
import { button, form, notice } from "../kit/form.ts";
import { shownDestination, shownResourceUri } from "../kit/destination.ts";
import { render } from "../kit/layout.ts";
import { consentMessages } from "./consent-messages.ts";
import { shownDetail } from "./shown-detail.ts";
import { shownName } from "../kit/user-name.ts";
import type { PageContext } from "../request/page-context.ts";

/** Renders the name of the application, and whether it is verified, below the title of the page. */
export function applicationTitle(
  { language, host }: PageContext,
  client: ShownClient,
  title: string,
): Html {
  const messages = consentMessages[language];
  return html`<div class="app">
    ${appMark(client.name)}
    <div>
      <h1>${title}</h1>
      <p>
        ${
          client.verifiedAt !== undefined
            ? html`<span class="verified">${messages.verifiedBy(host)}</span>`
            : isRegisteredByAdministrator(client)
              ? messages.registered
              : html`<span class="warn">${messages.unverified}</span>`
        }
      </p>
    </div>
  </div>`;
}

/**
 * Renders the first letter as a mark. Applications have no logo here, because it could imitate
 * another one's.
 */
export const appMark = (name: string): Html =>
  html`<span class="mark" aria-hidden="true">${firstLetter(name)}</span>`;

const firstLetter = (name: string): string =>
  (new Intl.Segmenter().segment(name.trim()).containing(0)?.segment ?? "").toUpperCase();

/** Asks the user for consent. It shows exactly what the signed decision contains. */
export function consentPage(context: PageContext, step: ConsentStep): Promise<Response> {
  const messages = consentMessages[context.language];
  const { request, decision, shown, hasChanged } = step;
  const { client, document, destination, links } = shown;
  const allow = button(messages.allow, { name: "answer", value: "allow" });
  const deny = button(messages.deny, { name: "answer", value: "refuse", isSecond: true });
  const body = html`${hasChanged ? notice(messages.changed, "bad") : ""}
  ${applicationTitle(context, client, messages.title(client.name))}
  ${document?.isForThisDevice === true ? notice(messages.onDevice, "bad") : ""}
  ${consentFacts(context, shown)} ${ownPages(messages, links)}
  ${form(
    context,
    { action: "/consent", values: { decision }, className: "answers" },
    html`${allow}${deny}`,
  )}
  ${otherAccount(context, request)}`;
  return render(context, {
    title: messages.title(client.name),
    body,
    destination,
    place: { path: "/continue", parameters: [["request", request]] },
  });
}

/** Renders what the user agrees to. */
export function consentFacts(context: PageContext, shown: ShownConsent): Html {
  const messages = consentMessages[context.language];
  const { document, destination, user, scopes, resources, group, lifetime } = shown;
  const abilities = [
    ...(group === undefined ? [] : [messages.forGroup(group.name)]),
    ...scopes.map((scope) => messages.scopes[scope] ?? scope),
  ].map((ability) => html`${ability}`);
  const all = [...abilities, ...resources.map((each) => resourceAbilities(context, each))];
  return html`<dl class="facts">
    <div>
      <dt>${messages.may}</dt>
      <dd>
        <ul>
          ${(all.length === 0 ? [html`${messages.nothing}`] : all).map(
            (ability) => html`<li>${ability}</li>`,
          )}
        </ul>
      </dd>
    </div>
    <div>
      <dt>${messages.lifetime}</dt>
      <dd>${lifetimeText(context, lifetime)}</dd>
    </div>
    ${
      document === undefined
        ? ""
        : html`<div>
            <dt>${messages.describedAt}</dt>
            <dd><bdi>${document.host}</bdi></dd>
          </div>`
    }
    ${
      destination === ""
        ? ""
        : html`<div>
            <dt>${messages.destination}</dt>
            <dd><bdi>${shownDestination(destination)}</bdi></dd>
          </div>`
    }
    <div>
      <dt>${messages.account}</dt>
      <dd>
        <bdi>${shownName(user)}</bdi>${
          user.username === ""
            ? ""
            : html` <span class="quiet small"><bdi>${user.email}</bdi></span>`
        }
      </dd>
    </div>
  </dl>`;
}

/** Renders what the application will be able to do at a resource. */
function resourceAbilities(
  { language }: PageContext,
  { uri, name, scopes, details = [] }: ShownResource,
): Html {
  const messages = consentMessages[language];
  const texts = scopes.map((scope) => scopeText(scope, language));
  const items = [
    ...(texts.length === 0 && details.length === 0 ? [messages.useResource] : texts).map(
      (text) => html`<li><bdi>${text}</bdi></li>`,
    ),
    ...details.map((detail) => html`<li>${shownDetail(language, detail)}</li>`),
  ];
  return html`<bdi>${messages.atResource(name, shownResourceUri(uri))}</bdi>
    <ul>
      ${items}
    </ul>`;
}

/** Renders the links to the application's own pages, which nothing is sent to. */
function ownPages(
  { pages }: (typeof consentMessages)[Language],
  links: ClientLinks,
): Html | string {
  const names = (["home", "privacy", "terms"] as const).filter((name) => links[name] !== undefined);
  return names.length === 0
    ? ""
    : html`<p class="quiet small">
        ${names.map(
          (name, index) =>
            html`${index === 0 ? "" : " · "}<a
                href="${links[name]!}"
                target="_blank"
                rel="noopener noreferrer nofollow"
                >${pages[name]}</a
              >`,
        )}
      </p>`;
}

/** Renders the button that signs out and continues the same request with another account. */
export const otherAccount = (context: PageContext, request: string): Html =>
  html`<div class="below">
    ${form(
      context,
      { action: "/sign-out", values: { request }, className: "inline" },
      html`<button class="link">${consentMessages[context.language].other}</button>`,
    )}
  </div>`;

function lifetimeText({ language }: PageContext, lifetime: Lifetime): string {
  const messages = consentMessages[language];
  if (lifetime === "once") return messages.once;
  if (lifetime === "until-revoked") return messages.untilRevoked;
  return lifetime >= DAY
    ? messages.days(Math.round(lifetime / DAY))
    : messages.hours(Math.max(1, Math.round(lifetime / HOUR)));
}
