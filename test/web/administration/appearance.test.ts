// The appearance of a realm in administration, as a browser without scripts sends it.
import { beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { PNG } from "../../domain/branding/samples.ts";
import { letterTo } from "../../email/mailbox.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";
import { administrationPages } from "./administration-pages.ts";

const EMPTY = {
  name: "",
  color: "",
  color_dark: "",
  terms: "",
  privacy: "",
  imprint: "",
  support: "",
};
const PATH = "/administration/appearance";

/** Sends the form as a browser does, with a file. */
async function upload(
  agent: Agent,
  address: string,
  fields: Record<string, string>,
  file?: Buffer,
): Promise<Response> {
  const body = new FormData();
  const sent = { form_token: agent.hidden("form_token"), ...EMPTY, ...fields };
  for (const [name, value] of Object.entries(sent)) body.set(name, value);
  body.set("logo", new Blob(file === undefined ? [] : [new Uint8Array(file)]), file ? "a.png" : "");
  const response = await fetch(address, {
    method: "POST",
    body,
    redirect: "manual",
    headers: { cookie: agent.cookie, accept: "text/html", "sec-fetch-site": "same-origin" },
  });
  agent.page = await response.text();
  return response;
}

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const { administrate } = administrationPages(used, systemClock);
  let administrator: SignedIn;
  let agent: Agent;

  beforeAll(async () => {
    administrator = await used.signUp();
    await administrate(administrator);
    agent = new Agent(used.url);
    await agent.signIn(administrator);
  });

  const send = (target: string, fields: Record<string, string>, file?: Buffer) =>
    upload(agent, used.url + target, fields, file);
  const open = (realm = "shop") => agent.get(`${PATH}?realm=${realm}`);
  const brandEvents = async () =>
    (await used.server.store.audit.list({}, { limit: 200 })).filter(({ type }) =>
      type.startsWith("brand."),
    );

  test("is for administrators only", async () => {
    const user = new Agent(used.url);
    await user.signIn(await used.signUp());
    let asked = 0;
    for (const [path, methods] of used.server.pages) {
      if (!path.startsWith(PATH)) continue;
      for (const method of methods) {
        asked++;
        await user.get("/account");
        const answer = await (method === "GET" ? user.get(path) : user.post(path, {}));
        expect(answer.status, `${method} ${path}`).toBe(404);
      }
    }
    expect(asked).toBe(8);
  });

  test("is previewed, saved, kept and reset", async () => {
    await open();
    expect(agent.page).toContain("This realm has the values of the server’s settings.");
    const values = {
      realm: "shop",
      name: "Лавка",
      color: "#7A1F5C",
      terms: "https://example.com/terms",
    };
    const preview = await send(`${PATH}/preview`, values, PNG);
    expect([preview.status, agent.page.includes("<bdi>Лавка</bdi>")]).toEqual([200, true]);
    expect(agent.page).toContain(`src="data:image/png;base64,${PNG.toString("base64")}"`);
    expect(agent.page).toContain("light=7a1f5c");
    expect(preview.headers.get("content-security-policy")).toContain("form-action 'none'");
    expect(await used.server.store.brands.find("shop")).toBeUndefined();

    await open();
    const saved = await send(PATH, values, PNG);
    expect([saved.status, saved.headers.get("location")]).toEqual([
      303,
      `${PATH}?realm=shop&notice=saved`,
    ]);
    const stored = await used.server.store.brands.find("shop");
    expect(stored).toMatchObject({ name: "Лавка", color: "#7a1f5c", colorDark: "" });
    expect(stored!.logo).toEqual({ type: "image/png", content: PNG.toString("base64") });

    // Without a file the logo stays; a tick removes it.
    await open();
    expect(agent.page).toContain('value="Лавка"');
    await send(PATH, { ...values, color_dark: "#ffb4e1" });
    expect((await used.server.store.brands.find("shop"))!.logo).toEqual(stored!.logo);
    await open();
    await send(PATH, { ...values, remove_logo: "on" });
    expect((await used.server.store.brands.find("shop"))!.logo).toBeUndefined();

    await open();
    const reset = await agent.post(`${PATH}/reset`, { realm: "shop" });
    expect(reset.headers.get("location")).toBe(`${PATH}?realm=shop&notice=reset`);
    expect(await used.server.store.brands.find("shop")).toBeUndefined();
    const events = await brandEvents();
    expect(events.map(({ type }) => type)).toEqual([
      "brand.delete",
      "brand.update",
      "brand.update",
      "brand.update",
    ]);
    expect(events.at(-1)!.details).toEqual({
      realm: "shop",
      fields: "name logo color color_dark links",
      name: "Лавка",
      logo: `image/png, ${PNG.length} bytes`,
      color: "#7a1f5c",
      color_dark: "",
      links: "https://example.com/terms",
    });
    expect(JSON.stringify(events)).not.toContain(PNG.toString("base64").slice(0, 40));
  });

  test("a wrong value is explained at its field, and nothing is lost", async () => {
    const cases: readonly [Record<string, string>, string, Buffer?][] = [
      [{ color: "#ffcc00" }, "its contrast is 1.3"],
      [{ color: "red" }, "Enter a color such as #2459d6."],
      [{ color_dark: "#8cb0ff" }, "Enter the color for light pages too."],
      [{ name: "a\u202eb" }, "Enter at most 64 visible characters."],
      [{ terms: "http://example.com" }, "Enter a link that begins with https:// or mailto:."],
      [{}, "Choose a PNG, JPEG, WebP or SVG image", Buffer.from("GIF89a")],
      [{}, "Choose a PNG, JPEG, WebP or SVG image", Buffer.alloc(40_000)],
      [{}, "Choose a PNG", Buffer.from("<svg><script>alert(1)</script></svg>")],
    ];
    for (const [fields, why, file] of cases) {
      await open();
      const answer = await send(
        PATH,
        { realm: "shop", support: "mailto:a@b.org", ...fields },
        file,
      );
      const [field] = Object.keys(fields);
      expect(answer.status, why).toBe(422);
      expect(agent.page, why).toMatch(
        new RegExp(`<p class="wrong" id="${field ?? "logo"}-error">[^<]*${why}`),
      );
      expect(agent.page, why).toContain('value="mailto:a@b.org"');
    }
    expect(cases).toHaveLength(8);
    await open();
    expect((await send(PATH, { realm: "shop" }, Buffer.alloc(70_000))).status).toBe(413);
    expect(agent.page).toContain("If it contains a file, choose a smaller one.");
    await agent.get(`${PATH}?realm=shop&lang=ru`);
    await send(PATH, { realm: "shop", color: "#ffcc00" });
    expect(agent.page).toContain("Текст этого цвета плохо читается: контраст 1.");
    await agent.get(`${PATH}?lang=en`);
    expect(await used.server.store.brands.find("shop")).toBeUndefined();
  });

  test("the text of a letter is previewed, saved and sent", async () => {
    const which = { realm: "default", kind: "reset-password", letter_language: "en" };
    const path = `${PATH}/letter?${new URLSearchParams(which)}`;
    await agent.get(path);
    expect(agent.page).toContain("We received a request to reset the password");
    const text = { subject: "{name}: a new password", paragraphs: "Hello!\nFrom {host}." };
    const preview = await agent.post(`${PATH}/letter/preview`, { ...which, ...text });
    expect(agent.page).toContain("<title>Latchkey: a new password</title>");
    expect(agent.page).toContain("<p>Hello!</p>");
    expect(agent.page).toContain("The link works once and expires in 15 minutes.");
    expect(preview.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; .*frame-ancestors 'self'; sandbox$/,
    );
    expect(preview.headers.get("x-frame-options")).toBe("SAMEORIGIN");

    await agent.get(path);
    await agent.post(`${PATH}/letter`, { ...which, subject: "", paragraphs: "Hi {user}" });
    expect(agent.page).toContain("There is no placeholder {user}.");
    expect(agent.page).toContain("Hi {user}</textarea>");
    const saved = await agent.post(`${PATH}/letter`, { ...which, ...text });
    expect(saved.status).toBe(303);
    await agent.get(`${PATH}/letter/sent?${new URLSearchParams(which)}`);
    expect(agent.page).toContain("<p>Hello!</p>");

    const guest = new Agent(used.url);
    await guest.get("/forgot-password", { "accept-language": "en" });
    await guest.post(
      "/forgot-password",
      { email: administrator.email },
      { "accept-language": "en" },
    );
    const letter = await letterTo(used.server.mailFolder, administrator.email);
    expect(letter.subject).toBe("Latchkey: a new password");
    expect(letter.text).toContain("Hello!\n\nFrom 127.0.0.1");

    // Another letter leaves this one; an empty text takes it back.
    await agent.get(`${PATH}/letter?${new URLSearchParams({ ...which, kind: "sign-up" })}`);
    await agent.post(`${PATH}/letter`, { ...which, kind: "sign-up", subject: "x", paragraphs: "" });
    expect((await used.server.store.brands.find("default"))!.letters).toHaveLength(2);
    await agent.get(path);
    await agent.post(`${PATH}/letter`, { ...which, subject: "", paragraphs: "" });
    expect((await used.server.store.brands.find("default"))!.letters).toEqual([
      { kind: "sign-up", language: "en", subject: "x", text: "" },
    ]);
  });
});

describe("after the password was given long ago", () => {
  let offset = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + offset };
  const used = useServer({ clock });
  const { administrate } = administrationPages(used, clock);

  test("a change asks for it, and then keeps the values and the file", async () => {
    const administrator = await used.signUp();
    await administrate(administrator);
    const agent = new Agent(used.url);
    await agent.signIn(administrator);
    await agent.get(PATH);
    offset = 6 * 60_000;
    const asked = await upload(agent, used.url + PATH, { realm: "default", name: "Acme" }, PNG);
    expect(asked.status).toBe(401);
    const values = Object.fromEntries(
      [...agent.page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
        ([, name, value]) => [name!, value!],
      ),
    );
    const done = await agent.post(PATH, { ...values, confirm_password: administrator.password });
    expect(done.status).toBe(303);
    expect(await used.server.store.brands.find("default")).toMatchObject({
      name: "Acme",
      logo: { content: PNG.toString("base64") },
    });
    offset = 13 * 60_000;
    await agent.get(PATH);
    expect((await agent.post(`${PATH}/reset`, { realm: "default" })).status).toBe(401);
    expect(await used.server.store.brands.find("default")).toBeDefined();
  });
});
