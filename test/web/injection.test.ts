// And no page can be put into another one's frame.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { ClientType } from "../../gen/identity/v1/oauth_pb.ts";
import { unique, useServer } from "../use-server.ts";
import { Agent } from "./agent.ts";
import { useApplication } from "./application.ts";
import { useBrowser } from "./browser.ts";
import { everyPage } from "./every-page.ts";

const used = useServer({ environment: { SIGN_UP_CONFIRMATION: "on" } });
const browser = useBrowser();

const TAGS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)>",
  "<svg/onload=alert(1)//",
  "<iframe src=javascript:alert(1)>",
  "<a href=javascript:alert(1) autofocus onfocus=alert(1)>x",
  "<details open ontoggle=alert(1)>",
  "<input autofocus onfocus=alert(1)>",
  "<body onload=alert(1)>",
  "<style>*{background:url(//e.example)}</style>",
  "<link rel=stylesheet href=//e.example>",
  "<base href=//e.example>",
  "<meta http-equiv=refresh content=0;url=//e.example>",
  '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
  "<object data=data:text/html,x>",
];
const BREAKS = ["", '"', "'", '">', "'>", "</title>", "</p></main>", "-->", "`", "</textarea>"];
/** 150 of them, each tag behind each way out of where it stands. */
const PAYLOADS = TAGS.flatMap((tag) => BREAKS.map((before) => `${before}${tag}`));

/** What pages are made of, and nothing else. */
const ELEMENTS = (
  "html head meta title link body header nav main footer a img form input button label div span " +
  "p h1 h2 ul li dl dt dd details summary bdi code strong select option time section h3 pre " +
  "textarea fieldset legend i figure figcaption table thead tbody tr th td " +
  "svg desc g rect line polyline circle text"
).split(" ");

/** Everything in these documents that pages are not made of, or that could run. */
const strangers = (page: Page, documents: readonly string[]): Promise<string[]> =>
  page.evaluate(
    ([texts, elements]) =>
      texts.flatMap((text) =>
        [...new DOMParser().parseFromString(text, "text/html").querySelectorAll("*")]
          // The script that every page has.
          .filter(
            (element) =>
              !/^<script src="\/assets\/[\w-]{12}-page\.js" defer=""><\/script>$/.test(
                element.outerHTML,
              ),
          )
          // The preview of a letter, which has a policy of its own.
          .filter(
            (element) =>
              !element.outerHTML.startsWith(
                '<iframe class="letter" src="/administration/appearance/letter/sent?',
              ),
          )
          .filter(
            (element) =>
              !elements.includes(element.localName) ||
              [...element.attributes].some(
                ({ name, value }) =>
                  name.startsWith("on") ||
                  name === "style" ||
                  /^\s*(javascript|data):/i.test(value),
              ),
          )
          .map((element) => element.outerHTML),
      ),
    [documents, ELEMENTS] as const,
  );

test("150 payloads in every shown field make no element, and run nothing", async () => {
  expect(PAYLOADS).toHaveLength(150);
  const page = await browser.open();
  const complaints: string[] = [];
  page.on("dialog", (dialog) => {
    complaints.push(`dialog on ${page.url()}`);
    void dialog.dismiss();
  });
  page.on(
    "console",
    (message) =>
      void (
        /Content Security Policy|Refused/i.test(message.text()) && complaints.push(message.text())
      ),
  );
  page.on(
    "request",
    (request) =>
      void (/^e\.example$/.test(new URL(request.url()).host) && complaints.push(request.url())),
  );
  const [client, group, user] = [PAYLOADS[1]!, PAYLOADS[13]!, `${unique()}${PAYLOADS[27]}`];
  const pages = await everyPage(used, {
    client,
    group,
    user,
    state: PAYLOADS.join("").slice(0, 1500),
    loginHint: PAYLOADS.slice(20, 40).join(""),
    locale: '"><script>alert(1)</script>',
  });
  for (const { name, lead } of pages) {
    await lead(page);
    expect(await strangers(page, [await page.content()]), name).toEqual([]);
  }
  expect(complaints).toEqual([]);
});

test(
  "each of the 150 as the name of an application, a community and a user, as " +
    "login_hint and as state",
  async () => {
    const owner = await used.signUp();
    const agent = new Agent(used.url);
    await agent.signIn(owner);
    const made = await used.administrator.oauth.createClient({
      client: {
        name: "x",
        type: ClientType.CONFIDENTIAL,
        redirectUris: ["https://app.example/cb"],
        scopes: ["profile"],
        apis: ["senler"],
        ownerId: owner.id,
      },
    });
    const { id } = made.client!;
    const documents: string[] = [];
    const keep = async (
      visitor: Agent,
      path: string,
      parameters: Record<string, string>,
    ): Promise<void> => {
      await visitor.get(
        `${path}?${new URLSearchParams({
          client_id: id,
          redirect_uri: "https://app.example/cb",
          ...parameters,
        })}`,
      );
      documents.push(visitor.page);
    };
    for (const payload of PAYLOADS) {
      await used.administrator.oauth.updateClient({
        client: { id, name: payload },
        updateMask: { paths: ["name"] },
      });
      await used.administrator.users.updateUser({
        user: { id: owner.id, username: payload },
        updateMask: { paths: ["username"] },
      });
      await used.administrator.users.createGroup({ name: payload, ownerId: owner.id });
      await keep(agent, "/oauth2/authorize", {
        response_type: "code",
        prompt: "consent",
        state: payload,
      });
      await keep(new Agent(used.url), "/oauth2/authorize", {
        response_type: "code",
        login_hint: payload,
        ui_locales: payload,
      });
      await keep(new Agent(used.url), "/oauth2/authorize", {
        response_type: "code",
        scope: payload,
      });
    }
    await keep(agent, "/cabinet/OAuth2authorize", {});
    expect(documents.join("").split("&lt;script&gt;").length).toBeGreaterThan(100);
    expect(documents.at(-1)!.match(/<li>/g)).toHaveLength(150);
    expect(await strangers(await browser.open(), documents)).toEqual([]);
  },
);

const application = useApplication();

test("a page stays blank in another one's frame", async () => {
  const page = await browser.open();
  await page.goto(application.origin);
  for (const path of ["/sign-in", "/", "/nothing"]) {
    await page.setContent(`<iframe src="${used.url}${path}"></iframe>`);
    const frame = await (await page.locator("iframe").elementHandle())!.contentFrame();
    await frame!.waitForLoadState();
    expect(await frame!.locator("main").count(), path).toBe(0);
  }
});
