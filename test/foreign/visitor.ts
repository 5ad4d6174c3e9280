// A user's browser without scripts: it follows redirects from origin to origin, keeps cookies, and
// fills the pages of Latchkey that it is shown.
import { once } from "node:events";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";

/** Who signs in. */
export interface Person {
  readonly email: string;
  readonly password: string;
}

/** Where the browser ended. */
export interface Arrival {
  readonly url: string;
  /** Empty when the browser was stopped before it asked for the page. */
  readonly page: string;
}

/** More pages than any flow has. */
const MOST_PAGES = 30;

interface Request {
  readonly url: string;
  readonly form?: URLSearchParams;
}

/** Returns the page's first form that is posted to a path with this ending, with hidden fields. */
function formOf({ url, page }: Arrival, ending: string): Required<Request> | undefined {
  for (const [form] of page.matchAll(/<form [\s\S]*?<\/form>/g)) {
    const action = /^<form [^>]*action="([^"]*)"/.exec(form)?.[1] ?? "";
    if (!/^<form [^>]*method="post"/i.test(form) || !action.endsWith(ending)) continue;
    const hidden = form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
    return {
      url: new URL(action, url).href,
      form: new URLSearchParams([...hidden].map(([, name, value]) => [name!, value!])),
    };
  }
  return undefined;
}

/** Returns where a page leads on by itself. */
function refreshOf(page: string): Request | undefined {
  const url = /<meta http-equiv="refresh" content="0;url=([^"]*)"/.exec(page)?.[1];
  return url === undefined ? undefined : { url: url.replaceAll("&amp;", "&") };
}

/** Requests a page as a browser does: fetch() would say that a script asks. */
async function requestPage(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
): Promise<Response> {
  const request = httpRequest(url, { method: body === undefined ? "GET" : "POST", headers });
  request.end(body);
  const [message] = (await once(request, "response")) as [IncomingMessage];
  const pairs = Object.entries(message.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  const page = await text(message);
  const status = message.statusCode!;
  return new Response([204, 304].includes(status) ? null : page, { status, headers: pairs });
}

/** One browser of one person. */
export class Visitor {
  readonly #server: string;
  readonly #person: Person;
  /** By origin, then by name. */
  readonly #cookies = new Map<string, Map<string, string>>();

  constructor(server: string, person: Person) {
    this.#server = server;
    this.#person = person;
  }

  /**
   * Opens a page and goes on, through sign-in and consent, until a page has nothing to fill. It
   * stops before it asks for an address that begins with `stopAt`.
   */
  async open(url: string, stopAt?: string): Promise<Arrival> {
    let request: Request = { url };
    for (let count = 0; count < MOST_PAGES; count += 1) {
      if (stopAt !== undefined && request.url.startsWith(stopAt))
        return { url: request.url, page: "" };
      const response = await this.#send(request);
      const location = response.headers.get("location");
      const page = await response.text();
      if (location !== null && response.status >= 300 && response.status < 400) {
        request = { url: new URL(location, request.url).href };
        continue;
      }
      const answer = refreshOf(page) ?? this.#fill({ url: request.url, page });
      if (answer === undefined) return { url: request.url, page };
      request = answer;
    }
    throw new Error(`more than ${MOST_PAGES} pages, the last one ${request.url}`);
  }

  /** Fills the page of sign-in or consent; an application's page has a button to sign in. */
  #fill(arrival: Arrival): Request | undefined {
    const { origin, searchParams } = new URL(arrival.url);
    if (origin !== this.#server)
      return formOf(arrival, "/signin/latchkey") ?? formOf(arrival, "/auth/latchkey");
    if (arrival.page.includes('role="alert"') && !arrival.page.includes("/device/decide"))
      return undefined;
    const signIn = formOf(arrival, "/sign-in");
    signIn?.form.set("identifier", this.#person.email);
    signIn?.form.set("password", this.#person.password);
    const consent = formOf(arrival, "/consent");
    consent?.form.set("answer", "allow");
    const device = formOf(arrival, "/device");
    device?.form.set("user_code", searchParams.get("user_code") ?? "");
    const decision = formOf(arrival, "/device/decide");
    decision?.form.set("answer", "allow");
    return signIn ?? consent ?? device ?? decision;
  }

  async #send({ url, form }: Request): Promise<Response> {
    const { origin } = new URL(url);
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar);
    const body = form?.toString();
    const response = await requestPage(
      url,
      {
        accept: "text/html",
        "upgrade-insecure-requests": "1",
        "sec-fetch-dest": "document",
        "sec-fetch-mode": "navigate",
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(body !== undefined && {
          "content-type": "application/x-www-form-urlencoded",
          "sec-fetch-site": "same-origin",
        }),
      },
      body,
    );
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === "") jar.delete(name!);
      else jar.set(name!, value!);
    }
    return response;
  }
}
