import { html, type Html } from "../../kit/html.ts";
import { DEFAULT_REALM } from "../../../domain/accounts/new-user.ts";
import { IdentityError } from "../../../domain/errors.ts";
import { button, checkboxes, field, form, select } from "../../kit/form.ts";
import { overloadPage } from "../../kit/error-page.ts";
import { mailNote } from "../../kit/mail-note.ts";
import { forRecent } from "../../request/guards.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import type { Route, PageContext } from "../../request/page-context.ts";
import { fieldValue, seeOther, shownValue } from "../../request/page-context.ts";
import type { FieldComplaint } from "../../sign-in/complaints.ts";
import { administrationPage, forAdministrators, PATHS, userPath } from "../administration-page.ts";
import { administrationMessages } from "../messages.ts";
import { configuredRealms } from "./realms.ts";
import { userComplaint, type UserField } from "./user-form.ts";
import { userFormMessages } from "./user-form-messages.ts";
import { administrationUserMessages } from "./user-messages.ts";

const PATH = "/administration/new-user";

/** The values of `which`: how the user gets a password. */
const [LETTER, NOW] = ["letter", "now"];

export function newUserRoutes(dependencies: WebDependencies): readonly Route[] {
  const { adminActions } = dependencies;
  const show = (context: PageContext, wrong?: FieldComplaint<UserField>): Promise<Response> =>
    newUserPage(context, dependencies, wrong);
  return [
    {
      method: "GET",
      path: PATH,
      page: forAdministrators(forRecent(dependencies, (context) => show(context))),
    },
    {
      method: "POST",
      path: PATH,
      hashesPassword: true,
      page: forAdministrators(
        forRecent(
          dependencies,
          async (context) => {
            const { requestContext } = context;
            const isByLetter = fieldValue(context, "which") !== NOW;
            const realm = fieldValue(context, "realm");
            if (!configuredRealms(dependencies).includes(realm))
              throw new IdentityError("FIELD_INVALID", "The realm is not one of the choices.");
            try {
              const { id } = await adminActions
                .administering(requestContext)
                .create(requestContext, {
                  realm,
                  email: fieldValue(context, "email").trim(),
                  username: fieldValue(context, "username").trim(),
                  accId: fieldValue(context, "acc_id").trim(),
                  developer: fieldValue(context, "developer") !== "",
                  password: isByLetter ? undefined : fieldValue(context, "password"),
                });
              return seeOther(
                `${userPath(id)}&notice=${isByLetter ? "created-letter" : "created"}`,
              );
            } catch (error) {
              const wrong = userComplaint(context, error);
              return wrong === undefined
                ? (overloadPage(context, error) ?? Promise.reject(error))
                : show(context, wrong);
            }
          },
          () => PATH,
        ),
      ),
    },
  ];
}

function newUserPage(
  context: PageContext,
  dependencies: WebDependencies,
  wrong: FieldComplaint<UserField> | undefined,
): Promise<Response> {
  const { language } = context;
  const [texts, messages] = [userFormMessages[language], administrationUserMessages[language]];
  const state = (name: UserField) => ({
    name,
    error: wrong?.field === name ? wrong.text : undefined,
    autofocus: (wrong?.field ?? "email") === name,
  });
  const which = shownValue(context, "which") || LETTER;
  const fields = html`${field({
      ...state("email"),
      label: messages.email,
      type: "email",
      autocomplete: "off",
      value: shownValue(context, "email"),
    })}
    ${field({
      ...state("username"),
      label: texts.username,
      type: "text",
      autocomplete: "off",
      value: shownValue(context, "username"),
      hint: texts.usernameHint,
      isOptional: true,
    })}
    ${accIdField(context, dependencies, state("acc_id"))}
    ${select({
      name: "realm",
      label: messages.realm,
      value: shownValue(context, "realm") || DEFAULT_REALM,
      options: configuredRealms(dependencies).map((realm) => [realm, realm]),
    })}
    ${developerBox(context, shownValue(context, "developer") !== "")}
    ${checkboxes("radio", texts.passwordChoice, [
      {
        name: "which",
        value: LETTER!,
        label: texts.byLetter,
        hint: texts.byLetterHint,
        isTicked: which !== NOW,
      },
      { name: "which", value: NOW!, label: texts.now, isTicked: which === NOW },
    ])}
    ${field({
      ...state("password"),
      label: texts.password,
      type: "password",
      autocomplete: "new-password",
      hint: texts.passwordHint,
      isOptional: true,
    })}
    <div class="acts">
      ${button(texts.create)}<a class="button second" href="${PATHS.users}">${messages.cancel}</a>
    </div>`;
  const body = html`<h1>${texts.createTitle}</h1>
    ${mailNote(context, dependencies)}
    ${form(context, { action: PATH, className: "stack short" }, fields)}`;
  return administrationPage(context, {
    title: texts.createTitle,
    tab: "users",
    body,
    status: wrong === undefined ? 200 : 422,
    place: { path: PATH, parameters: [] },
  });
}

/** Only kokids has AccIDs. */
function accIdField(
  context: PageContext,
  { apis }: WebDependencies,
  state: { readonly name: string; readonly error: string | undefined; readonly autofocus: boolean },
): Html | string {
  if (!apis.kokids.enabled) return "";
  return field({
    ...state,
    label: administrationUserMessages[context.language].accId,
    type: "text",
    autocomplete: "off",
    value: shownValue(context, "acc_id"),
    hint: userFormMessages[context.language].accIdHint,
    isOptional: true,
  });
}

/** Renders the choice whether the user is a developer. */
export function developerBox({ language }: PageContext, isTicked: boolean): Html {
  const texts = userFormMessages[language];
  return checkboxes("checkbox", texts.roles, [
    {
      name: "developer",
      value: "1",
      label: administrationMessages[language].developer,
      hint: texts.developerHint,
      isTicked,
    },
  ]);
}
