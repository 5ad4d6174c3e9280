// Every field of every form and every parameter of an address has a limit on the server too.
import { beforeAll, describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { APPLICATION_TYPES } from "../../../src/domain/oauth/clients/settings/application-types.ts";
import { FIELDS, readable } from "../../../src/web/kit/fields.ts";
import { LANGUAGES } from "../../../src/domain/email/language.ts";
import { fieldTexts } from "../../../src/web/kit/field-messages.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const used = useServer();

/** A form as a page shows it. */
interface Form {
  readonly page: string;
  readonly action: string;
  readonly values: ReadonlyMap<string, string>;
  /** Those that are written by hand, with the `maxlength` of each. */
  readonly written: ReadonlyMap<string, string | undefined>;
}

const unescape = (text: string): string =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

function formsOf(page: string, html: string): Form[] {
  return [
    ...html.matchAll(/<form method="(?:post|get)" action="([^"]*)"[^>]*>(.*?)<\/form>/gs),
  ].map(([, action, inside]) => {
    const controls = [...inside!.matchAll(/<(input|textarea|select|button)\b([^>]*)>/g)].flatMap(
      ([, tag, attributes]) => {
        const read = (name: string): string | undefined =>
          new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes!)?.[1];
        const name = read("name");
        return name === undefined
          ? []
          : [
              {
                name,
                tag,
                type: read("type") ?? "",
                value: unescape(
                  read("value") ??
                    (tag === "select"
                      ? new RegExp(`name="${name}"[^>]*>.*?<option value="([^"]*)"`, "s").exec(
                          inside!,
                        )![1]!
                      : ""),
                ),
                maxLength: read("maxlength"),
                isHidden: / hidden(?: \/)?$/.test(attributes!),
              },
            ];
      },
    );
    const isWritten = ({ tag, type, isHidden }: (typeof controls)[number]): boolean =>
      !isHidden && (tag === "textarea" || ["text", "email", "password"].includes(type));
    return {
      page,
      action: unescape(action!),
      values: new Map(controls.map(({ name, value }) => [name, value])),
      written: new Map(controls.filter(isWritten).map(({ name, maxLength }) => [name, maxLength])),
    };
  });
}

let user: SignedIn;
let agent: Agent;
let guest: Agent;
let forms: readonly Form[];
/** Forms that only guests see. */
let guestForms: readonly Form[];

const posted = (all: readonly Form[]): Form[] =>
  all.filter(({ values }) => values.has("form_token"));

/** Every page that can be had by its address. */
async function allForms(from: Agent, ids: readonly string[]): Promise<Form[]> {
  const found: Form[] = [];
  const paths = [...used.server.pages]
    .filter(([path, methods]) => methods.includes("GET") && !/^\/(assets|docs|openapi)/.test(path))
    .map(([path]) => path);
  for (const path of paths) {
    for (const id of ids) {
      const response = await from.get(`${path}?id=${id}`);
      if (response.status === 200) found.push(...formsOf(path, from.page));
    }
  }
  // The form of a registration follows the kind of the application.
  for (const kind of APPLICATION_TYPES) {
    await from.get(`/developer/register?kind=${kind}`);
    found.push(...formsOf("/developer/register", from.page));
  }
  const seen = new Map(
    found.map((form) => [`${form.action} ${[...form.values.keys()].join()}`, form]),
  );
  return [...seen.values()];
}

beforeAll(async () => {
  user = await used.signUp();
  await used.administrator.users.updateUser({ user: { id: user.id, developer: true } });
  await used.server.store.users.setAdministrator(user.id, true, 0);
  const { client } = await used.administrator.oauth.createClient({
    client: {
      name: "Reading room",
      type: ClientType.CONFIDENTIAL,
      ownerId: user.id,
      redirectUris: ["https://app.example/cb"],
      scopes: ["profile"],
      apis: ["senler"],
    },
  });
  const { group } = await used.administrator.users.createGroup({
    name: "Tea and jam",
    ownerId: user.id,
  });
  const member = await used.signUp();
  await used.administrator.users.addGroupMember({ groupId: group!.id, userId: member.id });
  [agent, guest] = [new Agent(used.url), new Agent(used.url)];
  guestForms = await allForms(guest, ["1"]);
  await agent.signIn(user);
  forms = await allForms(agent, [client!.id, String(group!.id), member.id]);
});

/** A value that is one byte and one character more than its field takes. */
const long = (name: string): string => "a".repeat(FIELDS[name]!.most + 1);

const textOf = (name: string, language: (typeof LANGUAGES)[number]): string =>
  fieldTexts[language].tooLong[FIELDS[name]!.unit](FIELDS[name]!.most);

/**
 * Sends a form as it is shown, with one field too long; answers the status and whether the page
 * says so, at the field where it is shown.
 */
async function refusal(
  from: Agent,
  { action, values }: Form,
  name: string,
  language: (typeof LANGUAGES)[number],
): Promise<{ status: number; says: boolean; path: string }> {
  const sent = Object.fromEntries([...values, [name, long(name)]]);
  const response = await from.post(`${action}?lang=${language}`, {
    ...sent,
    form_token: values.get("form_token")!,
  });
  return {
    status: response.status,
    says:
      from.page.includes(`id="${name}-error"`) &&
      unescape(from.page).includes(textOf(name, language)),
    path: action,
  };
}

describe("a form", () => {
  test("has no field that the table of the fields doesn't know", () => {
    const all = [...forms, ...guestForms].flatMap(({ page, values }) =>
      [...values.keys()].map((name) => ({ page, name })),
    );
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter(({ name }) => FIELDS[name] === undefined)).toEqual([]);
  });

  test("tells browsers how long what is written may be, never more than the server takes", () => {
    const written = [...forms, ...guestForms].flatMap(({ action, written: fields }) =>
      [...fields].map(([name, maxLength]) => ({ action, name, maxLength })),
    );
    expect(written.length).toBeGreaterThan(20);
    expect(
      written.filter(
        ({ name, maxLength }) =>
          !(Number(maxLength) > 0 && Number(maxLength) <= FIELDS[name]!.most),
      ),
    ).toEqual([]);
  });

  // A hint to password managers, which no page but the one for signing in reads.
  const isRead = (form: Form, name: string): boolean =>
    name !== "form_token" && (name !== "identifier" || form.action === "/sign-in");

  test.each(LANGUAGES)("is refused with any of its fields too long, in %s", async (language) => {
    const all = posted(forms);
    let count = 0;
    for (const form of all) {
      for (const name of [...form.values.keys()].filter((each) => isRead(form, each))) {
        expect({ name, ...(await refusal(agent, form, name, language)) }).toEqual({
          name,
          status: 422,
          says: true,
          path: form.action,
        });
        count++;
      }
    }
    expect(all.length).toBeGreaterThan(20);
    expect(count).toBeGreaterThan(50);
    // No user was signed out, nothing was deleted.
    expect((await agent.get("/account")).status).toBe(200);
  });

  test("of a guest is refused with any of its fields too long", async () => {
    const refused: string[] = [];
    for (const form of posted(guestForms)) {
      for (const name of [...form.values.keys()].filter((each) => isRead(form, each))) {
        expect({ name, ...(await refusal(guest, form, name, "en")) }).toEqual({
          name,
          status: 422,
          says: true,
          path: form.action,
        });
        refused.push(`${form.action} ${name}`);
      }
    }
    expect(refused).toEqual(
      expect.arrayContaining([
        "/sign-in identifier",
        "/sign-in password",
        "/sign-up email",
        "/sign-up username",
        "/sign-up password",
        "/forgot-password email",
      ]),
    );
  });

  test("with 60 kB of marks as an address is refused without a look at them", async () => {
    const marks = "\u0345\u0315\u0300\u0323\u0327\u0334".repeat(5_000);
    await guest.get("/forgot-password");
    const headers = { "content-type": "application/x-www-form-urlencoded", cookie: guest.cookie };
    const response = await fetch(`${used.url}/forgot-password?lang=en`, {
      method: "POST",
      headers,
      body: `form_token=${guest.hidden("form_token")}&email=a@${marks}`,
    });
    expect([
      response.status,
      unescape(await response.text()).includes(textOf("email", "en")),
    ]).toEqual([422, true]);
    expect(
      readable([
        ["email", `a@${marks}`],
        ["nothing", "x"],
        ["password", "p"],
      ]),
    ).toEqual({ pairs: [["password", "p"]], tooLong: new Set(["email"]) });
  });
});

describe("an address", () => {
  test.each(["/sign-in", "/account", "/administration", "/administration/audit", "/developer"])(
    "%s with a parameter that is too long is answered with a short page that says so",
    async (path) => {
      for (const name of ["id", "page", "notice", "request"]) {
        const value = long(name).slice(0, 7_900);
        if (value.length <= FIELDS[name]!.most) continue;
        const response = await agent.get(`${path}?${name}=${value}`);
        expect([
          name,
          response.status,
          agent.page.includes(`id="${name}-error"`),
          agent.page.length < 8192,
        ]).toEqual([name, 422, true, true]);
      }
    },
  );

  test("with many unknown parameters is answered as without them", async () => {
    const plain = await (await agent.get("/account?lang=en")).text();
    const many = await (
      await agent.get(
        `/account?lang=en&${Array.from({ length: 150 }, (_, index) => `x${index}=%22`).join("&")}`,
      )
    ).text();
    expect(many).toBe(plain);
  });

  test("of a search says which of its fields is too long", async () => {
    const response = await agent.get(`/administration/users?lang=ru&text=${"a".repeat(321)}`);
    expect(response.status).toBe(422);
    expect(unescape(agent.page)).toContain(textOf("text", "ru"));
  });
});
