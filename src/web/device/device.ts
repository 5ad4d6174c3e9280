import type { DeviceQuestion } from "../../domain/oauth/device/device-authorizations.ts";
import { IdentityError } from "../../domain/errors.ts";
import { button, field, form, notice } from "../kit/form.ts";
import { html } from "../kit/html.ts";
import { errorPage } from "../kit/error-page.ts";
import { render } from "../kit/layout.ts";
import { consentMessages } from "../oauth/consent-messages.ts";
import { applicationTitle, consentFacts } from "../oauth/consent.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { forUsers } from "../request/guards.ts";
import {
  fieldValue,
  type PageContext,
  queryValue,
  type Route,
  seeOther,
} from "../request/page-context.ts";
import { deviceMessages } from "./device-messages.ts";

const PATH = "/device";

/** The pages of device authorization, RFC 8628 section 3.3. A link with a code only fills it in. */
export function deviceRoutes({ deviceAuthorizations }: WebDependencies): readonly Route[] {
  return [
    {
      method: "GET",
      path: PATH,
      page: forUsers((context) => {
        const problem = queryValue(context, "notice") === "lost" ? "lost" : undefined;
        return codePage(context, { code: queryValue(context, "user_code"), problem });
      }),
    },
    {
      method: "POST",
      path: PATH,
      page: forUsers(async (context, signedIn) => {
        const code = fieldValue(context, "user_code");
        try {
          const question = await deviceAuthorizations.ask(context.requestContext, signedIn, code);
          return question === undefined
            ? await codePage(context, { code, problem: "wrong" })
            : await questionPage(context, question);
        } catch (error) {
          if (error instanceof IdentityError && error.reason === "RATE_LIMITED")
            return codePage(context, { code, problem: "wait" });
          throw error;
        }
      }),
    },
    {
      method: "POST",
      path: `${PATH}/decide`,
      page: forUsers(async (context, signedIn) => {
        const said = fieldValue(context, "answer");
        if (said !== "allow" && said !== "refuse") return errorPage(context, "malformed-request");
        const agrees = said === "allow";
        const isDone = await deviceAuthorizations.decide(
          context.requestContext,
          signedIn,
          fieldValue(context, "decision"),
          agrees,
        );
        return isDone ? answeredPage(context, agrees) : seeOther(`${PATH}?notice=lost`);
      }),
    },
  ];
}

interface CodePage {
  readonly code: string;
  readonly problem: "wrong" | "wait" | "lost" | undefined;
}

function codePage(context: PageContext, { code, problem }: CodePage): Promise<Response> {
  const messages = deviceMessages[context.language];
  const content = html`${field({
    name: "user_code",
    label: messages.code,
    type: "text",
    autocomplete: "off",
    value: code,
    hint: messages.hint,
    error: problem === "wrong" ? messages.wrong : undefined,
    autofocus: true,
  })}${button(messages.go)}`;
  return render(context, {
    title: messages.title,
    status: problem === "wrong" ? 422 : problem === "wait" ? 429 : 200,
    body: html`<h1>${messages.title}</h1>
      <p class="quiet">${messages.what}</p>
      ${problem === "wait" || problem === "lost" ? notice(messages[problem], "bad") : ""}
      ${form(context, { action: PATH }, content)}`,
    place: { path: PATH, parameters: code === "" ? [] : [["user_code", code]] },
  });
}

/** Asks the user for consent, in the words of every consent, with a warning. */
function questionPage(
  context: PageContext,
  { shown, decision }: DeviceQuestion,
): Promise<Response> {
  const messages = consentMessages[context.language];
  const allow = button(messages.allow, { name: "answer", value: "allow" });
  const deny = button(messages.deny, { name: "answer", value: "refuse", isSecond: true });
  return render(context, {
    title: messages.title(shown.client.name),
    body: html`${applicationTitle(context, shown.client, messages.title(shown.client.name))}
    ${notice(deviceMessages[context.language].warning, "bad")} ${consentFacts(context, shown)}
    ${form(
      context,
      { action: `${PATH}/decide`, values: { decision }, className: "answers" },
      html`${allow}${deny}`,
    )}`,
    place: { path: PATH, parameters: [] },
  });
}

function answeredPage(context: PageContext, agreed: boolean): Promise<Response> {
  const messages = deviceMessages[context.language];
  const title = agreed ? messages.allowed : messages.denied;
  return render(context, {
    title,
    body: html`<h1>${title}</h1>
      <p class="quiet">${agreed ? messages.allowedWhat : messages.deniedWhat}</p>`,
    place: { path: PATH, parameters: [] },
  });
}
