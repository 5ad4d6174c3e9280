// A browser without scripts. It knows no server: it fills the form that a page has, whichever
// server the page is of.
import { Agent, type IncomingHttpHeaders } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Person } from "../predecessors/people.ts";
import { once } from "./form-client.ts";
import type { Witness } from "./witness.ts";

const MOST_PAGES = 12;
const MOST_ATTEMPTS = 20;
/** How often a person begins again, since a form that was sent twice may be answered by a page. */
const MOST_BEGINNINGS = 10;
/** How often a person waits as long as a page says. */
const MOST_WAITS = 100;
const PAUSE_MS = 100;

interface Form {
  readonly action: string;
  readonly fields: URLSearchParams;
}

const decode = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

function attributesOf(tag: string): Readonly<Record<string, string>> {
  const found = tag.matchAll(/\s([a-z_-]+)="([^"]*)"/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name!, decode(value!)]));
}

/** Fills a form as the person does; undefined for a form that leads elsewhere. */
function fill(form: string, person: Person, groupId: string): Form | undefined {
  const { action = "", method = "" } = attributesOf(/^<form[^>]*>/.exec(form)![0]);
  if (method.toLowerCase() !== "post") return undefined;
  const inputs = [...form.matchAll(/<input[^>]*>/g)].map(([tag]) => attributesOf(tag));
  const fields = new URLSearchParams();
  for (const { name = "", type, value = "" } of inputs)
    fields.set(name, type === "hidden" ? value : type === "password" ? person.password : "");
  const name = inputs.find(({ type }) => type === "text" || type === "email");
  if (inputs.some(({ type }) => type === "password") && name !== undefined) {
    const isName = name["name"] === "username";
    fields.set(name["name"]!, isName ? person.username : person.email);
    return { action, fields };
  }
  const buttons = [...form.matchAll(/<button[^>]*>/g)].map(([tag]) => attributesOf(tag));
  const pressed = buttons.find(
    ({ name: button, value }) =>
      (button === "group_id" && value === groupId) || /^(1|allow)$/.test(value ?? ""),
  );
  if (pressed === undefined) return undefined;
  fields.set(pressed["name"]!, pressed["value"]!);
  return { action, fields };
}

/** One browser of one person. */
export class Browser {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #cookies = new Map<string, string>();
  /** How many connections have broken. */
  #broken = 0;
  readonly #person: Person;
  readonly #witness: Witness;

  constructor(person: Person, witness: Witness) {
    this.#person = person;
    this.#witness = witness;
  }

  /**
   * Opens a page and goes on until a server sends it to an address that begins with `back`. Returns
   * that address; undefined, and a fault for the witness, when it ends on a page.
   */
  async open(url: string, back: string, groupId = ""): Promise<URL | undefined> {
    for (let beginnings = 1; ; beginnings++) {
      const before = this.#broken;
      const ended = await this.#goThrough(url, back, groupId);
      if (ended instanceof URL) return ended;
      if (this.#broken > before && beginnings < MOST_BEGINNINGS) continue;
      this.#witness.fault(ended);
      return undefined;
    }
  }

  /** Returns the address, or on which page it ends. */
  async #goThrough(url: string, back: string, groupId: string): Promise<URL | string> {
    let place = url;
    let form: URLSearchParams | undefined;
    for (let count = 0; count < MOST_PAGES; count++) {
      const { status, headers, text } = await this.#send(place, form);
      const { location } = headers;
      if (location !== undefined && status >= 300 && status < 400) {
        place = new URL(location, place).href;
        form = undefined;
        if (place.startsWith(back)) return new URL(place);
        continue;
      }
      const forms = [...text.matchAll(/<form[\s\S]*?<\/form>/g)];
      const filled = forms
        .map(([each]) => fill(each, this.#person, groupId))
        .find((each) => each !== undefined);
      if (filled === undefined)
        return `the browser ended on ${place}: ${status} ${text.slice(0, 300)}`;
      place = new URL(filled.action, place).href;
      form = filled.fields;
    }
    return `the browser saw more than ${MOST_PAGES} pages, at last ${place}`;
  }

  async #send(url: string, form: URLSearchParams | undefined) {
    const headers = {
      accept: "text/html",
      "accept-language": "en",
      cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      ...(form === undefined
        ? {}
        : {
            "content-type": "application/x-www-form-urlencoded",
            "content-length": String(Buffer.byteLength(form.toString())),
            origin: new URL(url).origin,
            "sec-fetch-site": "same-origin",
          }),
    };
    const init = { method: form === undefined ? "GET" : "POST", headers, body: form?.toString() };
    for (let attempt = 1, waits = 0; ; attempt++)
      try {
        const received = await once(this.#agent, url, init);
        this.#witness.visit(`${init.method} ${new URL(url).pathname}`);
        this.#keep(received.headers);
        if (received.status !== 429 || waits++ >= MOST_WAITS) return received;
        await delay(1000 * Number(received.headers["retry-after"] ?? "1"));
      } catch (error) {
        this.#witness.broken += 1;
        this.#broken += 1;
        if (attempt - waits >= MOST_ATTEMPTS) throw error;
        await delay(PAUSE_MS);
      }
  }

  #keep(headers: IncomingHttpHeaders): void {
    for (const line of headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === "") this.#cookies.delete(name!);
      else this.#cookies.set(name!, value!);
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}
